/* dissect/net/tcp_hold.h - TCP segments that wait for the bytes before them, in sequence order.
 * The owner keeps them few: insertion looks through them from the end. Private to dissect/net. */
#pragma once
#include "dissect/base/slice.h"

/* Signed distance in sequence space (RFC 9293 section 3.4). */
static inline int32_t tcp_distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

/* A segment's data. The snap length may have cut @bytes: @on_wire is how far the sequence goes. */
typedef struct {
    uint32_t seq;
    uint32_t on_wire;
    Slice bytes;
    int64_t time_ns;
} TcpSegment;

typedef struct {
    GQueue segments; /* owns copies; TcpSegment with its bytes behind it */
    size_t size;     /* bytes in all */
} TcpHold;

typedef enum {
    TCP_HOLD_ADDED,
    TCP_HOLD_DUPLICATE, /* a segment with the same bytes is held */
    TCP_HOLD_CONFLICT,  /* one is held that begins and ends alike with other bytes; it stays */
} TcpHoldResult;

/* Copies @segment, unless one that begins alike and is as long is held. */
TcpHoldResult tcp_hold_add(TcpHold *hold, const TcpSegment *segment);
/* The first segment in sequence order, NULL when there is none. */
const TcpSegment *tcp_hold_first(const TcpHold *hold);
/* Takes it out; the caller frees it with g_free(). */
TcpSegment *tcp_hold_take(TcpHold *hold);
void tcp_hold_clear(TcpHold *hold);
