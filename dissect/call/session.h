/* dissect/call/session.h - offers and answers of a dialog (RFC 3264): who said what about media. */
#pragma once
#include "dissect/call/call_private.h"

/* Follows the SDP of context->sip, if it has any: updates the dialog's side and offer state, tells
 * the media matcher, and sets context->codecs to its summary. */
void session_follow(MessageContext *context);

/* Is the message of @context on the hop nearest to the caller? */
bool session_at_callers_hop(const MessageContext *context);

/* The codec a party's SDP puts first, for lists: interned or static; NULL when there is none. */
const char *session_first_codec(const SessionSide *side);

/* How a media line wants its streams protected. */
StreamSecurity session_security(const SdpMedia *media);

void session_copy_side(Model *model, SessionSide *to, const SessionSide *from);
void session_clear_side(Model *model, SessionSide *side);
