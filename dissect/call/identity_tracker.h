/* dissect/call/identity_tracker.h - how the tracker feeds identity.h. Internal to dissect/call. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/call/identity.h"

/* INVITE, BYE, CANCEL and final responses to INVITE. */
void identity_follow(MessageContext *context);
/* IdentityHop of the History-Info of @sip; empty when there is none. Freed by g_array_unref(). */
GArray *identity_history(const SipMessage *sip);
void identity_free(CallIdentity *identity);
