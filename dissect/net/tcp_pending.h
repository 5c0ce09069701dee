/* dissect/net/tcp_pending.h - the bytes of a TCP stream that are in order and not yet consumed.
 * Copies only what a delivery leaves over. Used in the layers above TCP too, see session/stack.c.
 */
#pragma once
#include "dissect/base/slice.h"

typedef struct {
    GByteArray *kept; /* owned; NULL: nothing is kept */
    Slice offered;    /* what the present delivery sees */
} TcpPending;

static inline Slice tcp_pending_kept(const TcpPending *pending)
{
    return pending->kept ? slice_of(pending->kept->data, pending->kept->len) : SLICE_EMPTY;
}

/* All that is to be delivered now that @fresh has come: @fresh itself when nothing was kept. */
Slice tcp_pending_offer(TcpPending *pending, Slice fresh);
/* Ends a delivery: keeps what of the offered bytes was not consumed. */
void tcp_pending_consume(TcpPending *pending, size_t consumed);
void tcp_pending_clear(TcpPending *pending);
