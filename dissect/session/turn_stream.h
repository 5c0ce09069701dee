/* dissect/session/turn_stream.h - a TCP connection between a client and its TURN server.
 *
 * One that carries another connection (RFC 6062 section 4.4) has STUN messages at the front of
 * either direction, which bind it (ConnectionBind), then whatever client and peer say: that goes to
 * the layer above. The addresses stay those of the connection.
 *
 * Any other is the one by which an allocation is made (RFC 8656 section 2.1): STUN messages and
 * ChannelData to its end, each of which goes to the reader as if it had come by UDP. Behind a gap
 * the next one is searched for. */
#pragma once
#include "dissect/session/datagram_reader.h"

/* For a StreamRow; its context is a DatagramReader. */
extern const StreamProtocol turn_stream_protocol;
