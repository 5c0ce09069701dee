#include "dissect/net/tcp_pending.h"

/* Beyond the limit the last mark stands for all that follows it. */
static void add_mark(TcpPending *pending, size_t end, int64_t time_ns)
{
    if (pending->mark_count == TCP_MARKS_MAX)
        pending->marks[TCP_MARKS_MAX - 1].end = end;
    else
        pending->marks[pending->mark_count++] = (TcpTimeMark){ end, time_ns };
}

static void keep(TcpPending *pending, Slice bytes)
{
    if (bytes.len == 0)
        return;
    if (!pending->kept) {
        pending->kept = g_byte_array_sized_new((guint)bytes.len);
        pending->marks = g_new(TcpTimeMark, TCP_MARKS_MAX);
    }
    g_byte_array_append(pending->kept, bytes.data, (guint)bytes.len);
    add_mark(pending, pending->kept->len, pending->fresh_ns);
}

Slice tcp_pending_offer(TcpPending *pending, Slice fresh, int64_t time_ns)
{
    pending->fresh_ns = time_ns;
    pending->offered = fresh;
    if (pending->kept) {
        keep(pending, fresh);
        pending->offered = slice_of(pending->kept->data, pending->kept->len);
    }
    return pending->offered;
}

static void drop_marks(TcpPending *pending, size_t consumed)
{
    unsigned left = 0;

    for (unsigned i = 0; i < pending->mark_count; i++) {
        TcpTimeMark mark = pending->marks[i];
        if (mark.end > consumed)
            pending->marks[left++] = (TcpTimeMark){ mark.end - consumed, mark.time_ns };
    }
    pending->mark_count = left;
}

void tcp_pending_consume(TcpPending *pending, size_t consumed)
{
    g_assert(consumed <= pending->offered.len);
    if (!pending->kept) {
        keep(pending, slice_from(pending->offered, consumed));
    } else if (consumed == pending->kept->len) {
        tcp_pending_clear(pending);
    } else if (consumed > 0) {
        g_byte_array_remove_range(pending->kept, 0, (guint)consumed);
        drop_marks(pending, consumed);
    }
    pending->offered = SLICE_EMPTY;
}

int64_t tcp_pending_time(const TcpPending *pending, size_t offset)
{
    for (unsigned i = 0; i < pending->mark_count; i++) {
        if (offset < pending->marks[i].end)
            return pending->marks[i].time_ns;
    }
    return pending->fresh_ns;
}

void tcp_pending_clear(TcpPending *pending)
{
    if (pending->kept)
        g_byte_array_unref(pending->kept);
    g_free(pending->marks);
    pending->kept = NULL;
    pending->marks = NULL;
    pending->mark_count = 0;
    pending->offered = SLICE_EMPTY;
}
