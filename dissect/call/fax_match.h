/* dissect/call/fax_match.h - T.38 sessions to the calls whose SDP announced them (m=image udptl
 * t38, ITU-T T.38 annex D, RFC 3362), in whichever offer or answer that was. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/net/flow.h"

void fax_match_new(Model *model);
void fax_match_free(Model *model);
/* Flows to announced addresses are looked at for T.38; borrowed, may be NULL. */
void fax_match_set_flows(Model *model, FlowTable *flows);

/* @party announces the T.38 addresses of @sdp. */
void fax_match_announce(const MessageContext *context, const Sdp *sdp, Party party);
/* Did an SDP name an end of this flow for T.38? */
bool fax_match_is_announced(const Model *model, FlowKey key);
/* The call no longer claims addresses, and is about to go with its faxes. */
void fax_match_release(Model *model, Call *call);
void fax_match_drop(Model *model, const Call *call);
/* A session was found in the audio of @call: the call's and the tracker's from now on. False when
 * there is no room; the caller keeps it. */
bool fax_match_adopt(Model *model, Call *call, FaxSession *session);
