#include "dissect/call/far_end.h"
#include "dissect/net/flow.h"
#include <math.h>

static bool is_captured(const Model *model, const Call *call, uint32_t ssrc)
{
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream && stream->key.ssrc == ssrc)
            return true;
    }
    return false;
}

/* RTCP is on the port of RTP or the next one. */
static bool is_of(Endpoint rtcp, Endpoint rtp)
{
    Endpoint before = { rtcp.ip, (uint16_t)(rtcp.port - 1) };

    return rtp.port && (endpoint_equal(rtcp, rtp) || endpoint_equal(before, rtp));
}

/* Of the first format that the SDP of either end lists. */
static uint32_t clock_of(const Call *call, const FlowKey *flow)
{
    for (unsigned i = 0; i < call->dialog_count * PARTIES; i++) {
        const SessionSide *side = &call->dialogs[i / PARTIES].sides[i % PARTIES];
        for (unsigned k = 0; k < side->line_count; k++) {
            const MediaLine *line = &side->lines[k];
            if (line->payloads && payload_map_count(line->payloads) &&
                (is_of(flow->source, line->rtp) || is_of(flow->destination, line->rtp)))
                return payload_map_at(line->payloads, 0)->clock_hz;
        }
    }
    return 0;
}

static FarEndStream *stream_of(Call *call, uint32_t ssrc)
{
    CallExtras *extras = call_own_extras(call);

    if (!extras->far_end)
        extras->far_end = g_array_new(FALSE, FALSE, sizeof(FarEndStream));
    for (unsigned i = 0; i < extras->far_end->len; i++) {
        FarEndStream *stream = &g_array_index(extras->far_end, FarEndStream, i);
        if (stream->ssrc == ssrc)
            return stream;
    }
    if (extras->far_end->len == FAR_END_MAX)
        return NULL;
    const FarEndStream fresh = { .ssrc = ssrc, .first_ns = TIME_UNKNOWN, .round_trip_ms = NAN };
    g_array_append_val(extras->far_end, fresh);
    return &g_array_index(extras->far_end, FarEndStream, extras->far_end->len - 1);
}

static void note_time(FarEndStream *stream, const Call *call, const FlowKey *flow, int64_t time_ns)
{
    if (stream->first_ns == TIME_UNKNOWN)
        stream->first_ns = time_ns;
    stream->last_ns = time_ns;
    if (!stream->clock_hz)
        stream->clock_hz = clock_of(call, flow);
}

static void follow_sender(FarEndStream *stream, const FlowKey *flow, int64_t time_ns,
                          const RtcpPacket *packet)
{
    stream->sender = flow->source;
    stream->receiver = flow->destination;
    stream->sender_reports++;
    stream->sent_packets = packet->packets;
    stream->sent_octets = packet->octets;
    sender_times_note(&stream->sent, packet->ntp, time_ns);
}

static void follow_echo(FarEndStream *stream, const RtcpReport *report, int64_t time_ns)
{
    const TimeEcho echo = { report->last_sr, report->delay_since_last_sr };
    double round_trip_ms = sender_times_round_trip_ms(&stream->sent, &echo, time_ns);

    if (!isnan(round_trip_ms))
        stream->round_trip_ms = round_trip_ms;
}

static void follow_receiver(FarEndStream *stream, const FlowKey *flow, int64_t time_ns,
                            const RtcpReport *report)
{
    stream->sender = flow->destination;
    stream->receiver = flow->source;
    stream->receiver_reports++;
    stream->last = *report;
    stream->fraction_lost_max = MAX(stream->fraction_lost_max, report->fraction_lost);
    stream->jitter_max_ticks = MAX(stream->jitter_max_ticks, report->jitter_ticks);
    follow_echo(stream, report, time_ns);
}

static void follow_packet(const Model *model, Call *call, const FlowKey *flow, int64_t time_ns,
                          const RtcpPacket *packet)
{
    Slice reports = packet->reports;
    RtcpReport report;
    FarEndStream *stream;

    if (packet->has_sender_info && !is_captured(model, call, packet->ssrc) &&
        (stream = stream_of(call, packet->ssrc))) {
        note_time(stream, call, flow, time_ns);
        follow_sender(stream, flow, time_ns, packet);
    }
    while (rtcp_next_report(&reports, &report)) {
        stream = is_captured(model, call, report.ssrc) ? NULL : stream_of(call, report.ssrc);
        if (!stream)
            continue;
        note_time(stream, call, flow, time_ns);
        follow_receiver(stream, flow, time_ns, &report);
    }
}

void far_end_follow(const Model *model, Call *call, const FlowKey *flow, int64_t time_ns,
                    Slice compound)
{
    RtcpPacket packet;

    while (rtcp_next(&compound, &packet) == DISSECT_OK)
        if (packet.type == RTCP_SR || packet.type == RTCP_RR)
            follow_packet(model, call, flow, time_ns, &packet);
    call->generation++;
}

unsigned call_far_end_count(const Call *call)
{
    return call->extras->far_end ? call->extras->far_end->len : 0;
}

const FarEndStream *call_far_end(const Model *model, const Call *call, unsigned index)
{
    const FarEndStream *stream = &g_array_index(call->extras->far_end, FarEndStream, index);

    return is_captured(model, call, stream->ssrc) ? NULL : stream;
}

double far_end_lost_percent(const FarEndStream *stream)
{
    if (!stream->sender_reports || !stream->receiver_reports || !stream->sent_packets)
        return NAN;
    return 100.0 * MAX(stream->last.cumulative_lost, 0) / stream->sent_packets;
}

double far_end_jitter_ms(const FarEndStream *stream, uint32_t ticks)
{
    return stream->receiver_reports && stream->clock_hz ? ticks * 1e3 / stream->clock_hz : NAN;
}
