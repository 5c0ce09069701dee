/* dissect/media/turn.h - media inside of TURN (RFC 8656): ChannelData, and Send and Data
 * indications between a client and its relay. Pure functions; slices borrowed. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/slice.h"
#include "dissect/base/status.h"
#include <glib.h>

typedef struct {
    Slice data;     /* what the peer sent or will get: RTP, RTCP, STUN, DTLS ... */
    size_t on_wire; /* its length before the snap length cut it */
} TurnData;

/* DISSECT_NOT_MINE when @bytes, a UDP payload that was @on_wire long, carries no data of a peer;
 * DISSECT_TRUNCATED when none of it is there. */
DissectStatus turn_unwrap(Slice bytes, size_t on_wire, TurnData *out);
/* Appends @bytes, which turn_unwrap() took @inside out of, with @data in its place, no longer than
 * it (which is not empty): lengths, padding and a FINGERPRINT (RFC 8489 section 14.7) are made to
 * fit. */
void turn_rewrap(Slice bytes, Slice inside, Slice data, GByteArray *out);
/* Does a STUN message say that its sender has allocated a relayed address (RFC 8656 section 7.3)?
 */
bool turn_grants(Slice bytes);
/* The address that it says so of (XOR-RELAYED-ADDRESS, RFC 8656 section 18.5); false when it has
 * none. */
bool turn_relayed_address(Slice bytes, Endpoint *out);
/* Is @port one that TURN servers are found at (RFC 8656 section 5)? */
static inline bool turn_is_port(uint16_t port)
{
    return port == 3478 || port == 5349;
}
