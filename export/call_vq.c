/* export/call_vq.c - see call_vq.h */
#include "export/call_vq.h"

static void write_slice(JsonWriter *json, const char *key, Slice text)
{
    g_autofree char *copy = text.len ? slice_dup(text) : NULL;
    json_string(json, key, copy);
}

static void write_loss(JsonWriter *json, const VqMetrics *m)
{
    json_double(json, "loss_percent", m->loss_percent, 2);
    json_double(json, "discard_percent", m->discard_percent, 2);
    json_double(json, "burst_loss_percent", m->burst_loss_percent, 2);
    json_double(json, "burst_ms", m->burst_ms, 3);
    json_double(json, "gap_loss_percent", m->gap_loss_percent, 2);
    json_double(json, "gap_ms", m->gap_ms, 3);
    json_double(json, "gmin", m->gmin, 0);
}

static void write_delays(JsonWriter *json, const VqMetrics *m)
{
    json_double(json, "round_trip_ms", m->round_trip_ms, 3);
    json_double(json, "end_system_ms", m->end_system_ms, 3);
    json_double(json, "one_way_ms", m->one_way_ms, 3);
    json_double(json, "symmetric_one_way_ms", m->symmetric_one_way_ms, 3);
    json_double(json, "jitter_ms", m->jitter_ms, 3);
    json_double(json, "absolute_jitter_ms", m->absolute_jitter_ms, 3);
    json_double(json, "buffer_nominal_ms", m->buffer_nominal_ms, 3);
    json_double(json, "buffer_maximum_ms", m->buffer_maximum_ms, 3);
    json_double(json, "buffer_limit_ms", m->buffer_limit_ms, 3);
}

static void write_quality(JsonWriter *json, const VqMetrics *m)
{
    json_double(json, "signal_dbm0", m->signal_dbm0, 1);
    json_double(json, "noise_dbm0", m->noise_dbm0, 1);
    json_double(json, "rerl_db", m->rerl_db, 1);
    json_double(json, "r_lq", m->r_lq, 2);
    json_double(json, "r_cq", m->r_cq, 2);
    json_double(json, "external_r_in", m->external_r_in, 2);
    json_double(json, "external_r_out", m->external_r_out, 2);
    json_double(json, "mos_lq", m->mos_lq, 2);
    json_double(json, "mos_cq", m->mos_cq, 2);
    write_slice(json, "mos_lq_algorithm", m->mos_lq_algorithm);
}

static void write_metrics(JsonWriter *json, const char *key, const VqMetrics *m,
                          const Stream *stream)
{
    if (!m->present) {
        json_null(json, key);
        return;
    }
    json_begin_object(json, key);
    json_uint_if(json, "stream", stream != NULL, stream ? stream->number : 0);
    write_slice(json, "start", m->start);
    write_slice(json, "stop", m->stop);
    write_slice(json, "codec", m->codec);
    json_double(json, "payload_type", m->payload_type, 0);
    write_loss(json, m);
    write_delays(json, m);
    write_quality(json, m);
    json_end_object(json);
}

static void write_alert(JsonWriter *json, const VqReport *report)
{
    if (report->kind != VQ_ALERT) {
        json_null(json, "alert");
        return;
    }
    json_begin_object(json, "alert");
    write_slice(json, "type", report->alert_type);
    write_slice(json, "severity", report->alert_severity);
    write_slice(json, "direction", report->alert_direction);
    json_end_object(json);
}

static void write_report(JsonWriter *json, const Model *model, const Call *call,
                         const VqRecord *record)
{
    VqReport report;

    if (vq_report_parse(slice_of(record->body, record->length), &report) != DISSECT_OK)
        return;
    json_begin_object(json, NULL);
    json_time(json, "time", record->time_ns);
    json_endpoint(json, "source", model_endpoint(model, record->source));
    json_string(json, "kind", vq_report_kind_name(report.kind));
    write_alert(json, &report);
    write_slice(json, "call_id", vq_report_call_id(&report));
    write_slice(json, "local_id", report.local_id);
    write_slice(json, "remote_id", report.remote_id);
    write_metrics(json, "local", &report.local, vq_stream(model, call, &report, true));
    write_metrics(json, "remote", &report.remote, vq_stream(model, call, &report, false));
    json_end_object(json);
}

void write_call_vq(JsonWriter *json, const Model *model, const Call *call)
{
    json_begin_array(json, "vq_reports");
    for (unsigned i = 0; i < call_vq_count(call); i++)
        write_report(json, model, call, call_vq_at(call, i));
    json_end_array(json);
}
