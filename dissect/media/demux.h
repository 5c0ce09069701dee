/* dissect/media/demux.h - what may share a port with RTP, told by its first bytes (RFC 7983,
 * RFC 5761). Pure functions. Private to dissect/media/. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/media/stream.h"

typedef enum {
    DATAGRAM_OTHER,
    DATAGRAM_COMPANION, /* STUN, ZRTP, DTLS, TURN, keep-alive: says nothing against RTP */
    DATAGRAM_RTP,
    DATAGRAM_RTCP,
} DatagramKind;

/* @on_wire is the length before the snap length cut @bytes. */
DatagramKind demux_classify(Slice bytes, size_t on_wire);

/* The key agreement a companion belongs to: ZRTP (RFC 6189) or DTLS (RFC 5764), else NONE. */
StreamSecurity demux_key_agreement(Slice bytes);
