/* dissect/call/media_match.h - RTP streams to the calls that announced them (RFC 3264, RFC 8445,
 * METRICS 5.9): by the receiver's SDP address first, then ICE candidates, the reverse of a matched
 * stream (NAT), the sender's SDP address, a=ssrc. What came before its SDP is joined afterwards. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/call/media_fingerprint.h"
#include "dissect/call/media_keys.h"
#include "dissect/net/flow.h"

void media_match_new(Model *model);
void media_match_free(Model *model);
/* Flows to announced addresses are believed at once; borrowed, may be NULL. */
void media_match_set_flows(Model *model, FlowTable *flows);

/* @party announces addresses with @sdp in context->dialog. */
void media_match_announce(const MessageContext *context, const Sdp *sdp, Party party);
/* The newest call that announced this address; NULL: none. */
Call *media_match_call(const Model *model, Endpoint endpoint);
/* Did an SDP name this address? */
bool media_match_is_announced(const Model *model, Endpoint endpoint);
/* A stream was found: which call is it of? */
void media_match_stream(Model *model, Stream *stream);
/* Begins to fetch from memory what media_match_announce() will touch. */
void media_match_fetch_announced(const Model *model, const Sdp *sdp);
/* The same for a call that will be released soon; then the rest. */
void media_match_fetch(const Call *call);
void media_match_fetch_slots(const Model *model, const Call *call);
/* The call no longer claims addresses; its streams stay. */
void media_match_release(Model *model, Call *call);
