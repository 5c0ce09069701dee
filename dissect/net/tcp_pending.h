/* dissect/net/tcp_pending.h - the bytes of a TCP stream that are in order and not yet consumed, and
 * when they came. Copies only what a delivery leaves over. Private to dissect/net. */
#pragma once
#include "dissect/base/slice.h"

#define TCP_MARKS_MAX 32 /* segments whose times are told apart */

typedef struct {
    size_t end; /* offset behind the last byte that came at @time_ns */
    int64_t time_ns;
} TcpTimeMark;

typedef struct {
    GByteArray *kept;   /* owned; NULL: nothing is kept */
    TcpTimeMark *marks; /* owned, with @kept; one a segment, the oldest first */
    unsigned mark_count;
    Slice offered; /* what the present delivery sees */
    int64_t fresh_ns;
} TcpPending;

static inline size_t tcp_pending_size(const TcpPending *pending)
{
    return pending->kept ? pending->kept->len : 0;
}

/* All that is to be delivered now that @fresh has come: @fresh itself when nothing was kept. */
Slice tcp_pending_offer(TcpPending *pending, Slice fresh, int64_t time_ns);
/* Ends a delivery: keeps what of the offered bytes was not consumed. */
void tcp_pending_consume(TcpPending *pending, size_t consumed);
/* When the byte at @offset of what is offered came. */
int64_t tcp_pending_time(const TcpPending *pending, size_t offset);
void tcp_pending_clear(TcpPending *pending);
