/* export/report_calls.c - calls: a line or a record each. */
#include "dissect/media/stream.h"
#include "export/agent_reports.h"
#include "export/call_story.h"
#include "export/call_vq.h"
#include "export/far_end.h"
#include "export/icmp.h"
#include "export/identity_json.h"
#include "export/reports.h"
#include "export/selection.h"
#include "export/stream_content.h"
#include "export/stream_quality.h"
#include "export/structure_json.h"
#include "export/table.h"
#include "export/tunnel_path.h"
#include <math.h>

static const TableColumn columns[] = {
    { .name = "id", .title = "#", .right = true },
    { .name = "call_id" },
    { .name = "state", .title = "State" },
    { .title = "From", .shrink = 8 },
    { .title = "To", .shrink = 8 },
    { .name = "from_uri" },
    { .name = "from_user" },
    { .name = "to_uri" },
    { .name = "to_user" },
    { .name = "request_uri" },
    { .name = "source", .title = "Source", .rank = 8 },
    { .name = "destination", .title = "Destination", .rank = 9 },
    { .name = "transport", .title = "Over", .rank = 10 },
    { .name = "start_time", .title = "Start" },
    { .name = "post_dial_delay_ms", .title = "PDD", .right = true, .rank = 1 },
    { .name = "setup_ms", .title = "Setup", .right = true, .rank = 7 },
    { .name = "ring_ms" },
    { .name = "talk_ms", .title = "Talk", .right = true },
    { .name = "end_time" },
    { .name = "status_code", .title = "Final", .right = true },
    { .name = "status_reason" },
    { .name = "ended_by" },
    { .name = "messages", .title = "Msgs", .right = true, .rank = 3 },
    { .name = "retransmissions", .title = "Retr", .right = true, .rank = 6 },
    { .name = "streams" },
    { .name = "codecs", .title = "Codec", .shrink = 4, .rank = 2 },
    { .name = "worst_loss_percent", .title = "Loss%", .right = true, .rank = 4 },
    { .name = "worst_jitter_ms", .title = "Jitter", .right = true, .rank = 5 },
    { .name = "mos_lq", .title = "MOS", .right = true, .rank = 2 },
    { .name = "mos_cq" },
    { .name = "worst_mos_lq", .title = "Worst", .right = true, .rank = 11 },
    { .name = "worst_start_time" },
};

/* The media of a call in one line. */
typedef struct {
    unsigned streams;
    GString *codecs;
    double loss_percent, jitter_ms; /* the worst; NAN: not known */
    CallQuality quality;
} MediaSummary;

static bool has_codec(const GString *codecs, const char *codec)
{
    g_auto(GStrv) known = g_strsplit(codecs->str, "+", -1);
    return g_strv_contains((const char *const *)known, codec);
}

static void add_stream(MediaSummary *summary, const Stream *stream)
{
    StreamReport report;

    stream_report(stream, &report);
    summary->streams++;
    call_quality_add(&summary->quality, stream);
    summary->loss_percent = fmax(summary->loss_percent, report.lost_percent);
    summary->jitter_ms = fmax(summary->jitter_ms, report.jitter_mean_ms);
    if (!report.codec || has_codec(summary->codecs, report.codec))
        return;
    if (summary->codecs->len)
        g_string_append_c(summary->codecs, '+');
    g_string_append(summary->codecs, report.codec);
}

static MediaSummary summarize_media(const Model *model, const Call *call)
{
    MediaSummary summary = { .codecs = g_string_new(NULL),
                             .loss_percent = NAN,
                             .jitter_ms = NAN,
                             .quality = call_quality_none() };

    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream)
            add_stream(&summary, stream);
    }
    return summary;
}

static const char *short_name(const CallAddress *address)
{
    return address->user ? address->user : address->host ? address->host : address->uri;
}

static void parties_cells(Table *table, const Model *model, const Call *call)
{
    table_text(table, short_name(&call->from));
    table_text(table, short_name(&call->to));
    table_text(table, call->from.uri);
    table_text(table, call->from.user);
    table_text(table, call->to.uri);
    table_text(table, call->to.user);
    table_text(table, call->request_uri);
    table_endpoint(table, model_endpoint(model, call->source));
    table_endpoint(table, model_endpoint(model, call->destination));
    table_text(table, sip_transport_name(call->transport));
}

static void outcome_cells(Table *table, const Call *call)
{
    table_time(table, call->first_ns);
    table_ms(table, call_post_dial_delay(call));
    table_ms(table, call_setup_time(call));
    table_ms(table, call_ring_time(call));
    table_ms(table, call_talk_time(call));
    table_time(table, call->end_ns);
    table_uint_if(table, call->final_status, call->final_status);
    table_text(table, call->final_reason);
    table_text(table, ended_by_name(call->ended_by));
    table_uint(table, call->messages_seen);
    table_uint(table, call->retransmissions);
}

static void media_cells(Table *table, const Model *model, const Call *call)
{
    MediaSummary summary = summarize_media(model, call);

    table_uint(table, summary.streams);
    table_text(table, summary.codecs->str);
    table_double(table, summary.loss_percent, 2);
    table_double(table, summary.jitter_ms, 2);
    table_double(table, summary.quality.mos_lq, 2);
    table_double(table, summary.quality.mos_cq, 2);
    table_double(table, summary.quality.worst.mos_lq, 2);
    table_time(table, summary.quality.worst.start_ns);
    g_string_free(summary.codecs, TRUE);
}

static void rows(Table *table, const ReportContext *context)
{
    const Model *model = context->model;
    const Call *call;
    unsigned position = 0;

    while ((call = next_selected_call(context, &position))) {
        table_uint(table, call->number);
        table_text(table, call_leg_id(call, 0));
        table_text(table, call_state_name(call_state(call, model->clock_ns, model->ended)));
        parties_cells(table, model, call);
        outcome_cells(table, call);
        media_cells(table, model, call);
        table_end_row(table);
    }
}

static const TableSource calls_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No calls.",
    .rows = rows,
};

void report_calls_print(const ReportContext *context, FILE *file)
{
    table_print(&calls_table, context, file);
}

static void write_address(JsonWriter *json, const char *key, const CallAddress *address)
{
    json_begin_object(json, key);
    json_string(json, "uri", address->uri);
    json_string(json, "user", address->user);
    json_string(json, "host", address->host);
    json_string(json, "display_name", address->display_name);
    json_end_object(json);
}

static void write_parties(JsonWriter *json, const Model *model, const Call *call)
{
    json_begin_array(json, "call_ids");
    for (const Leg *leg = call->legs; leg; leg = leg->next)
        json_string(json, NULL, leg->call_id);
    json_end_array(json);
    json_string(json, "state", call_state_name(call_state(call, model->clock_ns, model->ended)));
    write_address(json, "from", &call->from);
    write_address(json, "to", &call->to);
    json_string(json, "request_uri", call->request_uri);
    json_endpoint(json, "source", model_endpoint(model, call->source));
    json_endpoint(json, "destination", model_endpoint(model, call->destination));
    json_string(json, "transport", sip_transport_name(call->transport));
    json_tunnel_path(json, "tunnels", model->tunnels, call_message_tunnel(call, 0));
}

static void write_outcome(JsonWriter *json, const Call *call)
{
    json_time(json, "start_time", call->first_ns);
    json_milliseconds(json, "post_dial_delay_ms", call_post_dial_delay(call));
    json_milliseconds(json, "setup_ms", call_setup_time(call));
    json_milliseconds(json, "ring_ms", call_ring_time(call));
    json_milliseconds(json, "talk_ms", call_talk_time(call));
    json_time(json, "end_time", call->end_ns);
    if (call->final_status) {
        json_begin_object(json, "final_status");
        json_uint(json, "code", call->final_status);
        json_string(json, "reason", call->final_reason);
        json_end_object(json);
    } else {
        json_null(json, "final_status");
    }
    json_string(json, "ended_by", ended_by_name(call->ended_by));
    json_uint(json, "messages", call->messages_seen);
    json_uint(json, "retransmissions", call->retransmissions);
}

static void write_worst(JsonWriter *json, const CallQuality *quality)
{
    if (quality->worst.stream == 0) {
        json_null(json, "worst");
        return;
    }
    json_begin_object(json, "worst");
    json_uint(json, "stream", quality->worst.stream);
    json_time(json, "start_time", quality->worst.start_ns);
    json_milliseconds(json, "duration_ms", quality->worst.duration_ns);
    json_double(json, "loss_percent", quality->worst.loss_percent, 4);
    json_double(json, "r_factor", quality->worst.r_lq, 4);
    json_double(json, "mos_lq", quality->worst.mos_lq, 4);
    json_string(json, "scale", quality_scale_name(quality->worst.scale));
    json_end_object(json);
}

static void write_media(JsonWriter *json, const Model *model, const Call *call)
{
    CallQuality quality = call_quality(model, call);

    json_begin_array(json, "streams");
    for (unsigned i = 0; call->streams && i < call->streams->len; i++)
        json_uint(json, NULL, g_array_index(call->streams, uint32_t, i));
    json_end_array(json);
    json_double(json, "mos_lq", quality.mos_lq, 4);
    json_double(json, "mos_cq", quality.mos_cq, 4);
    json_string(json, "mos_scale",
                isnan(quality.mos_lq) ? NULL : quality_scale_name(quality.scale));
    write_worst(json, &quality);
    write_call_digits(json, model, call);
    write_call_vq(json, model, call);
    json_begin_array(json, "diagnoses");
    json_end_array(json);
}

/* Only where there are any. */
static void write_msrp(JsonWriter *json, const Model *model, const Call *call)
{
    uint64_t messages = 0;

    if (!call->extras->msrp)
        return;
    json_begin_array(json, "msrp_sessions");
    for (unsigned i = 0; i < call->extras->msrp->len; i++) {
        uint32_t number = g_array_index(call->extras->msrp, uint32_t, i);
        const MsrpSession *session = msrp_tracker_session(model->msrp, number);
        messages += session ? msrp_session_messages(session) : 0;
        json_uint(json, NULL, number);
    }
    json_end_array(json);
    json_uint(json, "msrp_messages", messages);
}

static void write_anomalies(JsonWriter *json, const AnomalySet *anomalies)
{
    json_begin_array(json, "anomalies");
    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (anomaly_has(anomalies, (Anomaly)i))
            json_string(json, NULL, anomaly_name((Anomaly)i));
    }
    json_end_array(json);
}

void report_calls_records(const ReportContext *context, RecordWriter *writer)
{
    const Model *model = context->model;
    const Call *call;
    unsigned position = 0;

    while ((call = next_selected_call(context, &position))) {
        JsonWriter *json = record_begin(writer);
        json_uint(json, "id", call->number);
        write_parties(json, model, call);
        json_call_identity(json, call);
        write_outcome(json, call);
        json_call_story(json, model, call);
        json_call_structure(json, context, call);
        write_media(json, model, call);
        write_anomalies(json, &call->extras->anomalies);
        json_agent_reports(json, context, call);
        json_icmp(json, call);
        json_far_end(json, model, call);
        write_msrp(json, model, call);
        record_end(writer);
    }
}
