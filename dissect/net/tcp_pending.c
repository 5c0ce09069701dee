#include "dissect/net/tcp_pending.h"

static void keep(TcpPending *pending, Slice bytes)
{
    if (bytes.len == 0)
        return;
    if (!pending->kept)
        pending->kept = g_byte_array_sized_new((guint)bytes.len);
    g_byte_array_append(pending->kept, bytes.data, (guint)bytes.len);
}

Slice tcp_pending_offer(TcpPending *pending, Slice fresh)
{
    pending->offered = fresh;
    if (pending->kept) {
        keep(pending, fresh);
        pending->offered = tcp_pending_kept(pending);
    }
    return pending->offered;
}

void tcp_pending_consume(TcpPending *pending, size_t consumed)
{
    g_assert(consumed <= pending->offered.len);
    if (!pending->kept)
        keep(pending, slice_from(pending->offered, consumed));
    else if (consumed == pending->kept->len)
        tcp_pending_clear(pending);
    else if (consumed > 0)
        g_byte_array_remove_range(pending->kept, 0, (guint)consumed);
    pending->offered = SLICE_EMPTY;
}

void tcp_pending_clear(TcpPending *pending)
{
    if (pending->kept)
        g_byte_array_unref(pending->kept);
    pending->kept = NULL;
    pending->offered = SLICE_EMPTY;
}
