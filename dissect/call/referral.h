/* dissect/call/referral.h - transfer.h as the correlator drives it. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/call/transfer.h"

/* A REFER, its response, or a NOTIFY: fills context->note. */
void referral_follow(MessageContext *context);
/* A 3xx to an INVITE: its contacts may be tried in another call. */
void referral_follow_redirect(const MessageContext *context);
/* The first INVITE of a call: is it what a REFER or a 3xx asked for, does it replace or join? */
void referral_follow_target(const MessageContext *context);
