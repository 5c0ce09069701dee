/* dissect/media/rtp.h - RTP data packets (RFC 3550 section 5).
 * Pure functions over captured bytes: no allocation, no I/O, no state. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

typedef struct {
    uint16_t seq;      /* wraps at 2^16; unwrapping belongs to media/stream.c */
    uint32_t ts_ticks; /* media clock units; the rate comes from SDP, never from here */
    uint32_t ssrc;
    uint8_t payload_type; /* 0..127 */
    bool marker;
    Slice csrcs;     /* contributing sources, 4 bytes each; empty when none */
    Slice extension; /* header extension with its 4-byte head; empty when none */
    uint16_t extension_profile;
    bool extension_open;    /* its encrypted elements were decrypted (RFC 6904) */
    Slice payload;          /* borrowed from the packet, padding removed */
    uint32_t payload_bytes; /* its length on the wire: more than payload.len when the snap length
                               cut the packet, 0 when it cut it before the payload began */
} RtpPacket;

/* Parses UDP payload @bytes: skips the CSRC list and extension (5.3.1), strips padding (5.1).
 * @on_wire is its length before the snap length cut it: only whole packets can have their padding
 * checked, and a cut one is good as soon as its fixed header is there.
 * Returns DISSECT_OK and fills @out; DISSECT_NOT_MINE if the version is not 2;
 * DISSECT_TRUNCATED if header bytes are missing; DISSECT_MALFORMED if the padding is impossible,
 * with
 * @out filled all the same and nothing stripped, because SRTP encrypts the padding count (RFC 3711
 * section 3.1). */
DissectStatus rtp_parse(Slice bytes, size_t on_wire, RtpPacket *out);
