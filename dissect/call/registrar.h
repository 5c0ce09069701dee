/* dissect/call/registrar.h - REGISTER transactions into bindings (RFC 3261 section 10). */
#pragma once
#include "dissect/call/call_private.h"

void registrar_new(Model *model);
void registrar_free(Model *model);
/* REGISTER and its final responses, no retransmissions. */
void registrar_follow(MessageContext *context);
/* The call that registrations refer to is going. */
void registrar_forget_call(Model *model, uint32_t call);
void registration_free(Registration *registration);
