/* dissect/call/renegotiation_tracker.h - renegotiation.h and hold.h as dissect/call/session.c
 * drives them. */
#pragma once
#include "dissect/call/call_private.h"

/* The SDP of context->sip says @said, which @party's side of @dialog does not yet. Nothing unless
 * it is a re-INVITE or UPDATE. */
void renegotiation_offered(MessageContext *context, Dialog *dialog, Party party,
                           const SessionSide *said);
/* Had the re-INVITE or UPDATE that this response answers an SDP? */
bool renegotiation_has_offer(const MessageContext *context);
/* The offer is about to replace @party's side: what was agreed on is kept until the answer. */
void renegotiation_keep(const MessageContext *context, Party party);
/* The offer of @party was refused: its side is again what was agreed on. */
void renegotiation_restore(const MessageContext *context);
/* An offer within the dialog was answered. */
void hold_follow_answer(const MessageContext *context, const Dialog *dialog);
/* Does @side put the other party on hold, and how? */
bool hold_is_offered(const SessionSide *side);
bool call_holds_now(const Call *call, uint16_t dialog, Party party);
