/* dissect/call/identity_tracker.h - how the tracker feeds identity.h. Internal to dissect/call. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/call/identity.h"

void identity_follow(MessageContext *context);
void identity_free(CallIdentity *identity);
