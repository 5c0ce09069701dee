/* dissect/session/turn_stream.h - a TCP connection between a client and its TURN server that
 * carries another connection (RFC 6062 section 4.4): STUN messages at the front of either
 * direction, which bind it (ConnectionBind), then whatever client and peer say. The addresses stay
 * those of the connection. A connection that is all STUN is the control connection, and carries
 * nothing. */
#pragma once
#include "dissect/session/stack.h"

/* For a StreamRow, without a context. */
extern const StreamProtocol turn_stream_protocol;
