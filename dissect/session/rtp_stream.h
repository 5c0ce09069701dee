/* dissect/session/rtp_stream.h - RTP and what shares its port on a connection, each packet behind
 * its length: "TCP/RTP/AVP" of SDP (RFC 4571), with DTLS (TCP/DTLS/RTP/SAVP, RFC 7850) or in TLS,
 * and the candidates of ICE over TCP (RFC 6544). Found by content wherever a segment begins with a
 * packet; behind a gap the next packet is searched for. */
#pragma once
#include "dissect/session/datagram_reader.h"

/* For a StreamRow; its context is a DatagramReader. */
extern const StreamProtocol rtp_stream_protocol;
