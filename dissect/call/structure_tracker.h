/* dissect/call/structure_tracker.h - structure.h as the tracker drives it. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/call/structure.h"

/* Behind dialog and session, for every message of a call that is no copy. Most messages cost two
 * comparisons. */
void structure_follow(MessageContext *context);

/* That of the call, made when it has none. */
CallStructure *structure_of(Call *call);
/* Appends @element to *@array, made when it is NULL; false when it has @cap elements already. */
bool structure_append(GArray **array, const void *element, unsigned size, unsigned cap);

void structure_clear(Model *model, Call *call);

/* One file each; called with messages that may matter to it. */
void fork_follow_invite(const MessageContext *context);
void fork_follow_response(const MessageContext *context);
void fork_follow_cancel(const MessageContext *context);
void redirection_follow_invite(const MessageContext *context);
void redirection_follow_response(const MessageContext *context);
void forwarding_follow_response(const MessageContext *context);
void challenge_follow_request(const MessageContext *context);
void challenge_follow_response(const MessageContext *context);
void reliable_follow_provisional(const MessageContext *context);
void reliable_follow_prack(const MessageContext *context);
void session_timer_follow(const MessageContext *context);
void renegotiation_follow(const MessageContext *context);
void conference_follow(const MessageContext *context);
/* @party announced media for a multicast group. */
void conference_note_group(const MessageContext *context, const SdpMedia *media, Party party);

void redirection_clear(CallStructure *structure);
void challenge_clear(CallStructure *structure);
void conference_clear(CallStructure *structure);
void renegotiation_clear(Model *model, CallStructure *structure);
