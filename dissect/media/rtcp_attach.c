/* dissect/media/rtcp_attach.c - see rtcp_attach.h */
#include "dissect/media/rtcp_attach.h"
#include "dissect/base/cursor.h"
#include "dissect/net/network.h"
#include <math.h>

#define CHAIN_MAX            64 /* streams looked at where only an address is known */
#define FEEDBACK_TARGETS_MAX 64

static Endpoint with_port(Endpoint endpoint, int offset)
{
    endpoint.port = (uint16_t)(endpoint.port + offset);
    return endpoint;
}

/* By both ends: RTP on the ports of @flow, or on the ones before them. */
static Stream *find_by_ports(const StreamIndex *index, Endpoint source, Endpoint destination,
                             uint32_t ssrc)
{
    StreamKey same = { source, destination, ssrc, 0 };
    StreamKey before = { with_port(source, -1), with_port(destination, -1), ssrc, 0 };
    Stream *stream = stream_index_find(index, &same);
    return stream ? stream : stream_index_find(index, &before);
}

static Endpoint end_of(const Stream *stream, StreamList list)
{
    return list == STREAM_BY_SOURCE ? stream->key.source : stream->key.destination;
}

/* By one end, the newest first. */
static Stream *find_by_end(const StreamIndex *index, StreamList list, Endpoint end, uint32_t ssrc)
{
    Stream *stream =
        list == STREAM_BY_SOURCE ? stream_index_from(index, end) : stream_index_to(index, end);

    for (int i = 0; stream && i < CHAIN_MAX; i++, stream = stream->links[list].next)
        if (stream->key.ssrc == ssrc && endpoint_equal(end_of(stream, list), end))
            return stream;
    return NULL;
}

/* By SSRC, when it is the only one at that address, or else the only one at all. */
static Stream *find_only(const StreamIndex *index, StreamList list, IpAddress ip, uint32_t ssrc)
{
    Stream *stream = stream_index_ssrc(index, ssrc);
    Stream *here = NULL;
    Stream *anywhere = NULL;
    int here_count = 0;
    int count = 0;

    for (int i = 0; stream; i++, stream = stream->links[STREAM_BY_SSRC].next) {
        if (i == CHAIN_MAX)
            return NULL;
        if (stream->key.ssrc != ssrc)
            continue;
        anywhere = stream;
        count++;
        if (ip_equal(end_of(stream, list).ip, ip)) {
            here = stream;
            here_count++;
        }
    }
    if (here_count > 0)
        return here_count == 1 ? here : NULL;
    return count == 1 ? anywhere : NULL;
}

static Stream *find_near(const StreamIndex *index, StreamList list, Endpoint end, uint32_t ssrc)
{
    Stream *stream = find_by_end(index, list, end, ssrc);
    if (!stream)
        stream = find_by_end(index, list, with_port(end, -1), ssrc);
    return stream ? stream : find_only(index, list, end.ip, ssrc);
}

static StreamRtcpExtra *extra_of(Stream *stream)
{
    if (!stream->rtcp.extra)
        stream->rtcp.extra = g_new0(StreamRtcpExtra, 1);
    return stream->rtcp.extra;
}

Stream *rtcp_sender_stream(const StreamIndex *index, const FlowKey *flow, uint32_t ssrc)
{
    Stream *stream = find_by_ports(index, flow->source, flow->destination, ssrc);
    return stream ? stream : find_near(index, STREAM_BY_SOURCE, flow->source, ssrc);
}

Stream *rtcp_received_stream(const StreamIndex *index, const FlowKey *flow, uint32_t ssrc)
{
    Stream *stream = find_by_ports(index, flow->destination, flow->source, ssrc);
    return stream ? stream : find_near(index, STREAM_BY_DESTINATION, flow->source, ssrc);
}

/* The one that the report's call has with the SSRC; NULL when it has none or several. */
static Stream *stream_of_call(const RtcpScope *scope, uint32_t ssrc)
{
    Stream *found = NULL;

    for (unsigned i = 0; i < scope->stream_count; i++) {
        if (scope->streams[i]->key.ssrc != ssrc)
            continue;
        if (found)
            return NULL;
        found = scope->streams[i];
    }
    return found;
}

/* How much speaks for @stream, of those that only their networks tell apart: it came the same way,
 * belongs to the call of what the packet's sender sends (@partner), or came through the same
 * tunnel. */
static int nearness(const RtcpScope *scope, const Stream *stream, const Stream *partner)
{
    uint32_t plain = stream->tunnel ? 0 : network_in_key(stream->vlan);
    uint32_t network = stream->key.network ? stream->key.network : plain;
    int score = (int)tunnel_table_likeness(scope->tunnels, stream->tunnel, scope->tunnel);

    if (network == network_in_key(scope->network))
        score = TUNNELS_SAME_PATH;
    if (partner && partner->call && partner->call == stream->call)
        score += TUNNELS_SAME_PATH + 1;
    return score;
}

/* @found or a stream that overlaps it; NULL when it is not clear which. */
static Stream *choose_network(const RtcpScope *scope, Stream *found, const Stream *partner)
{
    Stream *best = NULL, *stream = stream_index_ssrc(scope->index, found->key.ssrc);
    int best_score = -1;

    for (int i = 0; stream && i < CHAIN_MAX; i++, stream = stream->links[STREAM_BY_SSRC].next) {
        if (stream->key.ssrc != found->key.ssrc ||
            !endpoint_equal(stream->key.source, found->key.source) ||
            !endpoint_equal(stream->key.destination, found->key.destination))
            continue;
        int score = nearness(scope, stream, partner);
        if (score == best_score)
            best = NULL;
        if (score > best_score) {
            best = stream;
            best_score = score;
        }
    }
    return best;
}

static Stream *sender_stream(const RtcpScope *scope, uint32_t ssrc)
{
    Stream *stream = stream_of_call(scope, ssrc);
    if (stream)
        return stream;
    stream = rtcp_sender_stream(scope->index, scope->flow, ssrc);
    return stream && stream->overlaps && scope->tunnels ? choose_network(scope, stream, NULL)
                                                        : stream;
}

/* @reporter: the stream that the packet's sender sends, or NULL. */
static Stream *received_stream(const RtcpScope *scope, const Stream *reporter, uint32_t ssrc)
{
    Stream *stream = stream_of_call(scope, ssrc);
    if (stream)
        return stream;
    stream = rtcp_received_stream(scope->index, scope->flow, ssrc);
    return stream && stream->overlaps && scope->tunnels ? choose_network(scope, stream, reporter)
                                                        : stream;
}

/* Who said it, when it was not RTCP seen here. */
static void note_agent(const RtcpScope *scope, Stream *stream)
{
    if (!scope->by_agent)
        return;
    StreamRtcpExtra *extra = extra_of(stream);
    unsigned known = 0;

    extra->agent_reports++;
    while (known < extra->agent_count && extra->agents[known] != scope->agent)
        known++;
    if (known == extra->agent_count && known < STREAM_AGENTS_MAX)
        extra->agents[extra->agent_count++] = scope->agent;
}

static void note_sender_report(Stream *stream, const RtcpPacket *packet, int64_t time_ns)
{
    sender_times_note(&stream->sender_times, packet->ntp, time_ns);
    stream->rtcp.sender_reports++;
    stream->rtcp.sent_packets = packet->packets;
    stream->rtcp.sent_octets = packet->octets;
}

/* For the stream that the receiver sends, @reporter, it is the way to its sender. */
static void note_round_trip(Stream *stream, Stream *reporter, const TimeEcho *echo, int64_t time_ns)
{
    double round_trip_ms = sender_times_round_trip_ms(&stream->sender_times, echo, time_ns);

    if (isnan(round_trip_ms))
        return;
    stream->rtcp.round_trip_ms = round_trip_ms;
    if (reporter)
        reporter->rtcp.sender_round_trip_ms = round_trip_ms;
}

static void attach_reports(const RtcpScope *scope, const RtcpPacket *packet, Stream *reporter)
{
    Slice reports = packet->reports;
    RtcpReport report;

    while (rtcp_next_report(&reports, &report)) {
        Stream *stream = received_stream(scope, reporter, report.ssrc);
        if (!stream)
            continue;
        note_agent(scope, stream);
        stream->rtcp.receiver_reports++;
        stream->rtcp.last_report = report;
        TimeEcho echo = { report.last_sr, report.delay_since_last_sr };
        note_round_trip(stream, reporter, &echo, scope->time_ns);
        LossView here;
        if (stream_loss_view(stream, (uint16_t)report.highest_seq, &here))
            loss_place_add(&stream->rtcp.loss, &report, packet->ssrc, &here);
    }
}

static void attach_bye(const RtcpScope *scope, const RtcpPacket *packet)
{
    Cursor c = cursor_over(packet->body), behind = c;

    cursor_skip(&behind, packet->count * sizeof packet->ssrc);
    Slice reason = cursor_slice(&behind, cursor_u8(&behind)); /* empty when there is none */
    for (unsigned i = 0; i < packet->count; i++) {
        uint32_t ssrc = cursor_be32(&c);
        Stream *stream = c.failed ? NULL : sender_stream(scope, ssrc);
        if (!stream)
            continue;
        stream->rtcp.bye = true;
        rtcp_text_note(&stream->rtcp.texts, RTCP_TEXT_BYE_REASON, reason);
    }
}

static void attach_texts(const RtcpScope *scope, const RtcpPacket *packet)
{
    RtcpSdesReader reader = { .chunks = packet->body, .left = packet->count };
    RtcpSdesItem item;

    while (rtcp_sdes_next(&reader, &item)) {
        Stream *stream = sender_stream(scope, item.ssrc);
        if (stream && item.type >= RTCP_TEXT_NAME)
            rtcp_text_note(&stream->rtcp.texts, item.type, item.text);
    }
}

static void note_cname(Stream *stream, const RtcpPacket *packet)
{
    Slice cname = slice_sub(rtcp_sdes_cname(packet), 0, sizeof stream->rtcp.cname - 1);

    if (cname.len == 0)
        return;
    memcpy(stream->rtcp.cname, cname.data, cname.len);
    stream->rtcp.cname[cname.len] = '\0';
}

static void note_xr_type(Stream *stream, const RtcpXrBlock *block)
{
    if (stream && block->type < 64)
        extra_of(stream)->xr_types |= UINT64_C(1) << block->type;
}

/* 4.5: the sender of the packet answers receivers, which send streams themselves or do not. */
static void attach_delays(const RtcpScope *scope, const RtcpXrBlock *block, Stream *reporter)
{
    Slice entries = block->body;
    RtcpXrDelay delay;

    note_xr_type(reporter, block);
    while (rtcp_xr_next_delay(&entries, &delay)) {
        Stream *asker = received_stream(scope, reporter, delay.ssrc);
        TimeEcho echo = { delay.last_rr, delay.delay_since_last_rr };
        if (asker)
            note_round_trip(asker, reporter, &echo, scope->time_ns);
    }
}

static void attach_runs(StreamRtcpExtra *extra, const RtcpXrBlock *block)
{
    RtcpXrRuns runs;

    reported_loss_add(&extra->loss, block);
    extra->receipt_blocks += block->type == RTCP_XR_RECEIPT_TIMES;
    if (block->type != RTCP_XR_DUPLICATE_RLE || rtcp_xr_runs(block, &runs) != DISSECT_OK)
        return;
    extra->duplicate_blocks++;
    extra->reported_duplicates += runs.zeros;
}

static void attach_block(const RtcpScope *scope, const RtcpXrBlock *block, Stream *reporter)
{
    uint32_t ssrc;
    uint64_t ntp;

    if (block->type == RTCP_XR_DLRR)
        attach_delays(scope, block, reporter);
    if (reporter && rtcp_xr_reference_time(block, &ntp) == DISSECT_OK) {
        sender_times_note(&reporter->sender_times, ntp, scope->time_ns);
        note_xr_type(reporter, block);
    }
    Stream *stream = rtcp_xr_ssrc(block, &ssrc) ? received_stream(scope, reporter, ssrc) : NULL;
    if (!stream)
        return;
    note_xr_type(stream, block);
    if (rtcp_xr_voip_metrics(block, &extra_of(stream)->last_voip) == DISSECT_OK)
        extra_of(stream)->voip_reports++;
    attach_runs(extra_of(stream), block);
    if (rtcp_xr_statistics(block, &extra_of(stream)->last_statistics) == DISSECT_OK)
        extra_of(stream)->has_statistics = true;
}

static void attach_extended(const RtcpScope *scope, const RtcpPacket *packet, Stream *reporter)
{
    Slice blocks = packet->body;
    RtcpXrBlock block;

    while (rtcp_xr_next(&blocks, &block) == DISSECT_OK)
        attach_block(scope, &block, reporter);
}

static void count_feedback(Stream *stream, const RtcpFeedback *feedback)
{
    if (!stream)
        return;
    extra_of(stream)->feedback[feedback->kind]++;
    extra_of(stream)->nack_packets += feedback->lost_packets;
    if (feedback->kind == FEEDBACK_REMB)
        extra_of(stream)->remb_bps = feedback->bit_rate_bps;
}

static void attach_feedback(const RtcpScope *scope, const RtcpPacket *packet,
                            const Stream *reporter)
{
    RtcpFeedback feedback;
    uint32_t ssrc;

    if (rtcp_feedback_parse(packet, &feedback) != DISSECT_OK)
        return;
    if (feedback.targets.len == 0 && feedback.media_ssrc != 0)
        count_feedback(received_stream(scope, reporter, feedback.media_ssrc), &feedback);
    for (unsigned i = 0; i < FEEDBACK_TARGETS_MAX && feedback_next_target(&feedback, &ssrc); i++)
        count_feedback(received_stream(scope, reporter, ssrc), &feedback);
}

static void note_app(Stream *stream, const RtcpPacket *packet)
{
    Slice name = slice_sub(packet->body, 0, STREAM_APP_NAME_BYTES);

    extra_of(stream)->apps++;
    extra_of(stream)->app_subtype = packet->count;
    if (name.len == STREAM_APP_NAME_BYTES)
        memcpy(extra_of(stream)->app_name, name.data, name.len);
}

void rtcp_attach(const RtcpScope *scope, const RtcpPacket *packet)
{
    Stream *sender = sender_stream(scope, packet->ssrc);

    if (sender && packet->type == RTCP_SR) {
        note_sender_report(sender, packet, scope->time_ns);
        note_agent(scope, sender);
    }
    if (sender && packet->type == RTCP_SDES)
        note_cname(sender, packet);
    if (packet->type == RTCP_SDES)
        attach_texts(scope, packet);
    if (packet->type == RTCP_BYE)
        attach_bye(scope, packet);
    if (packet->type == RTCP_XR)
        attach_extended(scope, packet, sender);
    if (packet->type == RTCP_RTPFB || packet->type == RTCP_PSFB)
        attach_feedback(scope, packet, sender);
    if (sender && packet->type == RTCP_APP)
        note_app(sender, packet);
    attach_reports(scope, packet, sender);
}
