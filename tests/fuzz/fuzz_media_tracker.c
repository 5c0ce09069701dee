/* A row of datagrams in a few flows. Each begins with two bytes: which flow, what happens to it and
 * how time goes on, and the length. What must hold for every stream is checked at the end. */
#include "dissect/base/cursor.h"
#include "dissect/media/quality.h"
#include "dissect/media/tracker.h"

#define FLOWS 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_quality(const Stream *stream)
{
    StreamQuality quality;

    stream_quality(stream, &quality);
    for (unsigned i = 0; i < stream_interval_count(stream); i++)
        stream_interval(stream, &quality, i);
    g_assert(quality.burst.bad <= quality.burst.packets);
    g_assert(quality.burst.burst_bad + quality.burst.gap_bad == quality.burst.bad);
    if (quality.unscored)
        return;
    g_assert(quality.whole.mos_lq >= 1 && quality.whole.mos_lq <= 4.5);
    g_assert(quality.whole.mos_cq >= 1 && quality.whole.mos_cq <= 4.5);
    g_assert(quality.delay_ms >= 0 && quality.discard_percent.value >= -1e-9);
}

static void check_stream(const Stream *stream)
{
    StreamReport report;

    stream_report(stream, &report);
    if (report.lost != report.expected - (report.packets - report.duplicates) ||
        report.lost > report.expected || report.packets < report.duplicates ||
        report.jitter_max_ms < 0 || report.payload_type_count > STREAM_PAYLOAD_TYPES_MAX)
        __builtin_trap();
    check_quality(stream);
}

static void happen(MediaTracker *tracker, Flow *flow, uint8_t what)
{
    switch (what) {
    case 1:
        flow->announced = true;
        break;
    case 2:
        media_tracker_close_streams_to(tracker, flow->key.destination);
        break;
    case 3:
        media_tracker_flow_gone(tracker, flow);
        break;
    case 4:
        if (flow->stream)
            stream_set_payloads(flow->stream, flow->stream->payloads);
        break;
    case 5:
        if (flow->stream)
            media_tracker_drop(tracker, flow->stream);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    MediaEvents events = { .context = NULL };
    MediaTracker *tracker = media_tracker_new(&events);
    Flow flows[FLOWS] = { 0 };
    Cursor c = cursor_over(slice_of(data, size));
    int64_t now_ns = NS_PER_S;

    media_tracker_limit(tracker, 8);
    for (uint16_t i = 0; i < FLOWS; i++)
        flows[i].key = (FlowKey){ { ip_from_v4(1 + i / 2), (uint16_t)(5000 + i % 2) },
                                  { ip_from_v4(2 - i / 2), (uint16_t)(5000 + i % 2) } };
    while (c.rest.len > 0) {
        uint8_t head = cursor_u8(&c);
        Slice payload = cursor_slice(&c, MIN(cursor_u8(&c), c.rest.len));
        Flow *flow = &flows[head % FLOWS];
        MediaDatagram datagram = { now_ns, payload, (uint32_t)payload.len + (head == 255),
                                   200,    0,       { 0 } };

        happen(tracker, flow, head >> 2 & 7);
        now_ns += (head >> 5) * (head >> 5) * 20 * NS_PER_MS;
        media_tracker_datagram(tracker, flow, &datagram);
    }
    for (unsigned i = 0; i < media_tracker_count(tracker); i++)
        check_stream(media_tracker_at(tracker, i));
    for (int i = 0; i < FLOWS; i++)
        media_tracker_flow_gone(tracker, &flows[i]);
    media_tracker_free(tracker);
    return 0;
}
