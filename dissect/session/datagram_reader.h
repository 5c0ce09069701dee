/* dissect/session/datagram_reader.h - who takes packets that are datagrams over UDP and came in a
 * stream: RTP, RTCP, STUN, DTLS, TURN (session/framing.h). */
#pragma once
#include "dissect/session/stack.h"

typedef struct {
    /* One whole packet, valid during the call; origin->moment is when its last byte came, which on
     * a connection may be long after its first. */
    void (*datagram)(void *context, const StreamOrigin *origin, Slice bytes);
    /* Bytes of this direction were never captured: packets are missing that were not lost. */
    void (*gap)(void *context, const StreamOrigin *origin);
    void *context;
} DatagramReader;
