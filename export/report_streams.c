/* export/report_streams.c - RTP streams: what was counted, and what RTCP said beside it. */
#include "dissect/call/confidence.h"
#include "dissect/media/stream.h"
#include "export/reports.h"
#include "export/selection.h"
#include "export/stream_content.h"
#include "export/stream_passage.h"
#include "export/stream_quality.h"
#include "export/stream_rtcp.h"
#include "export/stream_security.h"
#include "export/stream_transport.h"
#include "export/table.h"
#include "export/tunnel_path.h"
#include <math.h>

static const TableColumn columns[] = {
    { .name = "id", .title = "#", .right = true },
    { .name = "call", .title = "Call", .right = true },
    { .name = "ssrc", .title = "SSRC" },
    { .name = "source", .title = "Source", .shrink = 21 },
    { .name = "destination", .title = "Destination", .shrink = 21 },
    { .name = "direction", .title = "Direction", .rank = 11 },
    { .name = "codec", .title = "Codec", .shrink = 6 },
    { .name = "clock_hz" },
    { .name = "packets", .title = "Packets", .right = true },
    { .name = "expected", .title = "Expected", .right = true, .rank = 10 },
    { .name = "lost", .title = "Lost", .right = true },
    { .name = "lost_percent", .title = "Lost%", .right = true },
    { .name = "duplicates", .title = "Dup", .right = true, .rank = 7 },
    { .name = "reordered", .title = "Reord", .right = true, .rank = 8 },
    { .name = "restarts" },
    { .name = "first_time", .title = "First", .rank = 9 },
    { .name = "last_time" },
    { .name = "duration_ms", .title = "Duration", .right = true, .rank = 6 },
    { .name = "jitter_last_ms" },
    { .name = "jitter_mean_ms", .title = "Jitter", .right = true },
    { .name = "jitter_max_ms", .title = "Max", .right = true, .rank = 3 },
    { .name = "delta_min_ms" },
    { .name = "delta_mean_ms" },
    { .name = "delta_max_ms", .title = "Delta max", .right = true, .rank = 5 },
    { .name = "skew_ms", .title = "Skew", .right = true, .rank = 12 },
    { .name = "drift_ppm" },
    { .name = "mos_lq", .title = "MOS", .right = true, .rank = 1 },
    { .name = "mos_cq", .title = "MOS-CQ", .right = true, .rank = 4 },
    { .name = "r_factor" },
    { .name = "scale", .title = "Scale", .rank = 2 },
    { .name = "discarded_fixed50" },
    { .name = "discarded_fixed200" },
    { .name = "discarded_adaptive" },
    { .name = "loss_before", .title = "Before", .right = true, .rank = 15 },
    { .name = "loss_after", .title = "After", .right = true, .rank = 14 },
    { .name = "loss_in_capture", .title = "Uncaptured", .right = true, .rank = 13 },
    { .name = "security" },
    { .name = "octets" },
    { .name = "bit_rate_bps" },
    { .name = "ptime_ms" },
    { .name = "dscp" },
    { .name = "dtmf" },
    { .name = "text" },
    { .name = "red_recovered" },
    { .name = "fec_recovered" },
    { .name = "frames" },
    { .name = "key_frames" },
    { .name = "frames_per_s" },
    { .name = "resolution" },
    { .name = "freezes" },
    { .name = "same_as" },
    { .name = "same_as_delay_ms" },
    { .name = "same_as_lost" },
    { .name = "transport" },
    { .name = "tcp_gaps" },
};

static const char *direction_name(const Stream *stream)
{
    if (stream->call == 0)
        return NULL;
    return stream->from_caller ? "from-caller" : "from-callee";
}

static void identity_cells(Table *table, const Stream *stream, const StreamReport *report)
{
    char ssrc[16];

    g_snprintf(ssrc, sizeof ssrc, "0x%08x", stream->key.ssrc);
    table_uint(table, stream->number);
    table_uint_if(table, stream->call, stream->call);
    table_text(table, ssrc);
    table_endpoint(table, stream->key.source);
    table_endpoint(table, stream->key.destination);
    table_text(table, direction_name(stream));
    table_text(table, report->codec);
    table_uint_if(table, report->clock_hz, report->clock_hz);
}

static void count_cells(Table *table, const StreamReport *report)
{
    table_uint(table, report->packets);
    table_uint(table, report->expected);
    table_uint(table, report->lost);
    table_double(table, report->lost_percent, 2);
    table_uint(table, report->duplicates);
    table_uint(table, report->reordered);
    table_uint(table, report->restarts);
}

static void timing_cells(Table *table, const StreamReport *report)
{
    table_time(table, report->first_ns);
    table_time(table, report->last_ns);
    table_ms(table, report->duration_ns);
    table_double(table, report->jitter_last_ms, 3);
    table_double(table, report->jitter_mean_ms, 3);
    table_double(table, report->jitter_max_ms, 3);
    table_double(table, report->delta_min_ms, 3);
    table_double(table, report->delta_mean_ms, 3);
    table_double(table, report->delta_max_ms, 3);
    table_double(table, report->skew_ms, 3);
    table_double(table, report->drift_ppm, 2);
}

static void quality_cells(Table *table, const Stream *stream)
{
    StreamQuality quality;

    stream_quality(stream, &quality);
    bool scored = !quality.unscored;
    table_double(table, scored ? quality.whole.mos_lq : NAN, 2);
    table_double(table, scored ? quality.whole.mos_cq : NAN, 2);
    table_double(table, scored ? quality.whole.r_lq : NAN, 1);
    table_text(table, scored ? quality_scale_name(quality.scale) : NULL);
    for (unsigned i = 0; i < JITTER_BUFFERS; i++)
        table_uint_if(table, quality.timed, quality.discards[i].late + quality.discards[i].early);
}

static void loss_cells(Table *table, const LossPlace *loss)
{
    bool placed = loss->intervals > 0;

    table_uint_if(table, placed, loss_placed(loss->before));
    table_uint_if(table, placed, loss_placed(loss->after));
    table_uint_if(table, placed, loss_placed(loss->in_capture));
}

static void content_cells(Table *table, const Stream *stream)
{
    const Redundancy *redundancy = stream->content ? stream->content->redundancy : NULL;
    g_autoptr(GArray) digits = stream_digits(stream);
    g_autofree char *dtmf = digits_text(digits);
    g_autofree char *text = stream_text(stream, REALTIME_TEXT_MAX);

    table_text(table, dtmf);
    table_text(table, text);
    table_uint_if(table, redundancy != NULL, redundancy ? redundancy->red_recovered : 0);
    table_uint_if(table, redundancy != NULL, redundancy ? redundancy->fec_recovered : 0);
}

static void video_cells(Table *table, const Stream *stream, uint32_t clock_hz)
{
    VideoReport video;
    char size[24];

    if (!stream->content || !stream->content->video) {
        for (unsigned i = 0; i < 5; i++)
            table_missing(table);
        return;
    }
    video_report(stream->content->video, clock_hz, &video);
    g_snprintf(size, sizeof size, "%ux%u", video.width, video.height);
    table_uint(table, video.frames);
    table_uint_if(table, video.keys_known, video.key_frames);
    table_double(table, video.frames_per_s, 2);
    table_text(table, video.width ? size : NULL);
    table_uint(table, video.freezes);
}

static void passage_cells(Table *table, const Passage *came)
{
    table_uint_if(table, came != NULL, came ? came->earlier : 0);
    table_double(table, came ? passage_delay_mean_ms(came) : NAN, 3);
    table_uint_if(table, came != NULL, came ? passage_lost(came) : 0);
}

static void stream_row(Table *table, const Model *model, const Stream *stream)
{
    StreamReport report;

    stream_report(stream, &report);
    identity_cells(table, stream, &report);
    count_cells(table, &report);
    timing_cells(table, &report);
    quality_cells(table, stream);
    loss_cells(table, &stream->rtcp.loss);
    table_text(table, stream_security_name(stream->security));
    table_uint(table, report.octets);
    table_double(table, report.bit_rate_bps, 0);
    table_uint_if(table, report.ptime_ms, report.ptime_ms);
    table_uint(table, report.dscp);
    content_cells(table, stream);
    video_cells(table, stream, report.clock_hz);
    passage_cells(table, media_tracker_passage_to(model->media, stream));
    table_text(table, flow_transport_name(stream->transport));
    table_uint_if(table, stream->transport != FLOW_OVER_UDP, stream->tcp_gaps);
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    const MediaTracker *media = context->model->media;

    for (unsigned i = 0; i < media_tracker_count(media); i++) {
        const Stream *stream = media_tracker_at(media, i);
        if (stream && selects_number(context, stream->call))
            stream_row(table, context->model, stream);
    }
}

static const TableSource streams_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No RTP streams.",
    .rows = rows,
};

/* Streams that are the same, seen at two points: each pair once; and those framed in TCP. */
static void print_notes(const ReportContext *context, FILE *file)
{
    const MediaTracker *media = context->model->media;
    const char *before = "\n";

    for (unsigned i = 0; i < media_tracker_count(media); i++) {
        const Stream *stream = media_tracker_at(media, i);
        if (!stream || !selects_number(context, stream->call))
            continue;
        const Passage *came = media_tracker_passage_to(media, stream);
        g_autofree char *passage = came ? passage_text(came, stream) : NULL;
        g_autofree char *transport = stream_transport_text(stream);
        if (passage)
            fprintf(file, "%s#%u is %s.\n", before, stream->number, passage);
        if (transport)
            fprintf(file, "%s#%u came over %s.\n", passage ? "" : before, stream->number,
                    transport);
        if (passage || transport)
            before = "";
    }
}

void report_streams_print(const ReportContext *context, FILE *file)
{
    table_print(&streams_table, context, file);
    if (context->format == REPORT_TEXT)
        print_notes(context, file);
}

static void write_identity(JsonWriter *json, const Stream *stream, const StreamReport *report)
{
    char ssrc[16];

    g_snprintf(ssrc, sizeof ssrc, "0x%08x", stream->key.ssrc);
    json_uint(json, "id", stream->number);
    json_uint_if(json, "call", stream->call, stream->call);
    json_string(json, "ssrc", ssrc);
    json_endpoint(json, "source", stream->key.source);
    json_endpoint(json, "destination", stream->key.destination);
    json_string(json, "direction", direction_name(stream));
    json_string(json, "codec", report->codec);
    json_begin_array(json, "payload_types");
    for (unsigned i = 0; i < report->payload_type_count; i++)
        json_uint(json, NULL, report->payload_types[i]);
    json_end_array(json);
    json_uint_if(json, "clock_hz", report->clock_hz, report->clock_hz);
}

static void write_counts(JsonWriter *json, const StreamReport *report)
{
    json_uint(json, "packets", report->packets);
    json_uint(json, "expected", report->expected);
    json_uint(json, "lost", report->lost);
    json_double(json, "lost_percent", report->lost_percent, 4);
    json_uint(json, "duplicates", report->duplicates);
    json_uint(json, "mirror_copies", report->mirror_copies);
    json_uint(json, "reordered", report->reordered);
    json_uint(json, "restarts", report->restarts);
}

static void write_timing(JsonWriter *json, const StreamReport *report)
{
    json_time(json, "first_time", report->first_ns);
    json_time(json, "last_time", report->last_ns);
    json_milliseconds(json, "duration_ms", report->duration_ns);
    json_begin_object(json, "jitter_ms");
    json_double(json, "last", report->jitter_last_ms, 6);
    json_double(json, "min", report->jitter_min_ms, 6);
    json_double(json, "mean", report->jitter_mean_ms, 6);
    json_double(json, "max", report->jitter_max_ms, 6);
    json_end_object(json);
    json_begin_object(json, "delta_ms");
    json_double(json, "min", report->delta_min_ms, 6);
    json_double(json, "mean", report->delta_mean_ms, 6);
    json_double(json, "max", report->delta_max_ms, 6);
    json_end_object(json);
    json_double(json, "skew_ms", report->skew_ms, 6);
    json_double(json, "drift_ppm", report->drift_ppm, 3);
}

static void write_packet_facts(JsonWriter *json, const Stream *stream, const StreamReport *report)
{
    json_string(json, "match", stream->call ? stream_match_name(stream->match) : NULL);
    json_uint(json, "octets", report->octets);
    json_double(json, "bit_rate_bps", report->bit_rate_bps, 0);
    json_uint_if(json, "ptime_ms", report->ptime_ms, report->ptime_ms);
    json_uint(json, "dscp", report->dscp);
    json_uint(json, "markers", report->markers);
    json_uint(json, "comfort_noise", report->comfort_noise);
    json_uint(json, "events", report->events);
    json_uint(json, "timestamp_jumps", report->timestamp_jumps);
    json_double(json, "max_skew_ms", report->max_skew_ms, 6);
}

/* Whose loss is it: the network's, or in part the probe's? */
static void write_confidence(JsonWriter *json, const Model *model, const Stream *stream,
                             const StreamReport *report)
{
    CaptureConfidence confidence = capture_confidence(model, stream, report);

    json_begin_object(json, "capture_confidence");
    json_string(json, "level", confidence_level_name(confidence.level));
    json_uint(json, "probe_drops", confidence.probe_drops);
    json_uint(json, "received_elsewhere", confidence.received_elsewhere);
    json_uint(json, "lost_at_least", confidence.lost_at_least);
    json_bool(json, "disorder", confidence.disorder);
    json_end_object(json);
}

static void write_stream(JsonWriter *json, const Model *model, const Stream *stream)
{
    StreamReport report;
    StreamQuality quality;

    stream_report(stream, &report);
    stream_quality(stream, &quality);
    write_identity(json, stream, &report);
    write_counts(json, &report);
    write_confidence(json, model, stream, &report);
    write_timing(json, &report);
    write_stream_quality(json, stream, &quality);
    json_uint(json, "timed_packets", quality.timed_packets);
    json_time(json, "timed_since", quality.timed_since_ns);
    json_uint(json, "replayed_packets", quality.replayed_packets);
    write_stream_rtcp(json, &stream->rtcp, report.clock_hz);
    write_stream_security(json, stream);
    write_stream_content(json, stream, &report);
    const Stream *before = model_stream_before(model, stream);
    json_uint_if(json, "previous_stream", before != NULL, before ? before->number : 0);
    write_packet_facts(json, stream, &report);
    json_tunnel_path(json, "tunnels", model->tunnels, stream->tunnel);
    write_stream_transport(json, stream);
    g_autofree char *network = stream_network_text(model, stream);
    if (network)
        json_string(json, "network", network);
    write_stream_passages(json, model, stream);
}

void report_streams_records(const ReportContext *context, RecordWriter *writer)
{
    const MediaTracker *media = context->model->media;

    for (unsigned i = 0; i < media_tracker_count(media); i++) {
        const Stream *stream = media_tracker_at(media, i);
        if (!stream || !selects_number(context, stream->call))
            continue;
        write_stream(record_begin(writer), context->model, stream);
        record_end(writer);
    }
}
