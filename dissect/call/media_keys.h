/* dissect/call/media_keys.h - SRTP keys that a call's SDP brought (SDES, RFC 4568), given to its
 * streams. A party sends under a key of its own SDP: the one whose tag the other side's answer
 * repeats. Which SDP of several hops and forks it was is left to the authentication to tell; they
 * are only put in order here. Bounded: 64 keys a call, the newest stay. */
#pragma once
#include "dissect/call/call_private.h"

/* Notes the keys of @sdp; true when there were any, or a reason why there are none. */
bool media_keys_note(Call *call, unsigned dialog, Party party, const Sdp *sdp, int64_t time_ns);
/* Gives @stream, which is of @call, what its sender may use. */
void media_keys_offer(Model *model, Stream *stream, const Call *call);
void media_keys_release(Call *call);
