#include "dissect/net/tcp_hold.h"

static TcpSegment *copy_segment(const TcpSegment *segment)
{
    TcpSegment *copy = g_malloc(sizeof *copy + segment->bytes.len);
    uint8_t *bytes = (uint8_t *)(copy + 1);

    if (segment->bytes.len)
        memcpy(bytes, segment->bytes.data, segment->bytes.len);
    *copy = *segment;
    copy->bytes.data = bytes;
    return copy;
}

/* Compares what both have of the same sequence. */
static TcpHoldResult compare_copies(const TcpSegment *held, const TcpSegment *again)
{
    size_t len = MIN(held->bytes.len, again->bytes.len);
    return slice_equal(slice_sub(held->bytes, 0, len), slice_sub(again->bytes, 0, len))
               ? TCP_HOLD_DUPLICATE
               : TCP_HOLD_CONFLICT;
}

TcpHoldResult tcp_hold_add(TcpHold *hold, const TcpSegment *segment)
{
    GList *link = hold->segments.tail;

    while (link && tcp_distance(((TcpSegment *)link->data)->seq, segment->seq) < 0)
        link = link->prev;
    if (link) {
        TcpSegment *held = link->data;
        if (held->seq == segment->seq && held->bytes.len >= segment->bytes.len)
            return compare_copies(held, segment);
    }
    g_queue_insert_after(&hold->segments, link, copy_segment(segment));
    hold->size += segment->bytes.len;
    return TCP_HOLD_ADDED;
}

const TcpSegment *tcp_hold_first(const TcpHold *hold)
{
    return hold->segments.head ? hold->segments.head->data : NULL;
}

TcpSegment *tcp_hold_take(TcpHold *hold)
{
    TcpSegment *segment = g_queue_pop_head(&hold->segments);
    hold->size -= segment ? segment->bytes.len : 0;
    return segment;
}

void tcp_hold_clear(TcpHold *hold)
{
    g_queue_clear_full(&hold->segments, g_free);
    hold->size = 0;
}
