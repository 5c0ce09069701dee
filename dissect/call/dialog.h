/* dissect/call/dialog.h - dialogs of a call (RFC 3261 section 12): one per To-tag that answered.
 * The first one exists from the INVITE on, with an empty callee tag until somebody answers. */
#pragma once
#include "dissect/call/call_private.h"

/* Finds or makes the dialog of context->sip and notes what it does to it: fills context->dialog.
 * Only for calls. */
void dialog_follow(MessageContext *context);

/* Which party sent the request of @context (a response: received it). */
Party dialog_sender(const MessageContext *context);

/* The BYE of context->dialog was answered. */
void dialog_end(const MessageContext *context);
/* A final failure ended all early dialogs (section 13.2.2.3). */
void dialog_end_early(Call *call, int64_t time_ns);

/* Frees all dialogs of the call. */
void dialogs_clear(Model *model, Call *call);
