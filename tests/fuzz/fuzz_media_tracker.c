/* A row of datagrams in a few flows. Each begins with two bytes: which flow, what happens to it and
 * how time goes on, and the length. What must hold for every stream is checked at the end. */
#include "dissect/base/cursor.h"
#include "dissect/media/packet_trace.h"
#include "dissect/media/quality.h"
#include "dissect/media/tracker.h"

#define FLOWS     4
#define FLOWS_CAP 6 /* with those of other networks */

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

/* The packets of one stream, one by one: they add up to its report. */
typedef struct {
    PacketTrace *trace;
    uint64_t rows, late, copies;
} Traced;

static void count_row(const PacketRow *row, void *context)
{
    Traced *traced = context;
    g_autoptr(GString) text = g_string_new(NULL);

    packet_status_append(text, row);
    traced->rows++;
    traced->late += (row->status & PACKET_LATE) != 0;
    traced->copies += (row->status & PACKET_DUPLICATE) != 0;
}

static void trace_datagram(Traced *traced, const MediaDatagram *datagram)
{
    RtpPacket rtp;
    DissectStatus status = rtp_parse(datagram->payload, datagram->on_wire, &rtp);
    TracedPacket packet = { &rtp,
                            { datagram->time_ns, datagram->wire_bytes, 0, SIGHTING_FIRST },
                            1,
                            status == DISSECT_MALFORMED };

    if (status == DISSECT_OK || status == DISSECT_MALFORMED)
        packet_trace_add(traced->trace, &packet);
}

static void check_trace(Traced *traced)
{
    StreamReport report;

    packet_trace_finish(traced->trace);
    stream_report(packet_trace_stream(traced->trace), &report);
    g_assert(traced->rows == report.packets && traced->copies == report.duplicates);
    g_assert(traced->late == report.reordered);
    check_quality(packet_trace_stream(traced->trace));
    packet_trace_free(traced->trace);
}

static void flow_gone(Flow *flow, void *tracker)
{
    media_tracker_flow_gone(tracker, flow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Traced traced = { 0 };
    PacketTraceSetup setup = { .sink = count_row, .context = &traced };
    MediaEvents events = { .context = NULL };
    MediaTracker *tracker = media_tracker_new(&events);
    FlowKey flows[FLOWS];
    g_autoptr(FlowTable) table = flow_table_new(FLOWS_CAP, flow_gone, tracker);
    Cursor c = cursor_over(slice_of(data, size));
    int64_t now_ns = NS_PER_S;

    traced.trace = packet_trace_new(&setup);
    media_tracker_limit(tracker, 8);
    media_tracker_set_networks(tracker, table, NULL);
    for (uint16_t i = 0; i < FLOWS; i++)
        flows[i] = (FlowKey){ { ip_from_v4(1 + i / 2), (uint16_t)(5000 + i % 2) },
                              { ip_from_v4(2 - i / 2), (uint16_t)(5000 + i % 2) } };
    while (c.rest.len > 0) {
        uint8_t head = cursor_u8(&c);
        Slice payload = cursor_slice(&c, MIN(cursor_u8(&c), c.rest.len));
        Flow *flow = flow_table_get(table, flows[head % FLOWS], now_ns);
        MediaDatagram datagram = {
            .time_ns = now_ns,
            .payload = payload,
            .on_wire = (uint32_t)payload.len + (head == 255),
            .wire_bytes = 200,
            .network = (uint32_t)payload.len & 3,
        };

        happen(tracker, flow, head >> 2 & 7);
        now_ns += (head >> 5) * (head >> 5) * 20 * NS_PER_MS;
        media_tracker_datagram(tracker, flow, &datagram);
        trace_datagram(&traced, &datagram);
    }
    check_trace(&traced);
    for (unsigned i = 0; i < media_tracker_count(tracker); i++)
        check_stream(media_tracker_at(tracker, i));
    g_clear_pointer(&table, flow_table_free);
    media_tracker_free(tracker);
    return 0;
}
