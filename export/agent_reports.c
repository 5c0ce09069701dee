/* export/agent_reports.c - see agent_reports.h */
#include "export/agent_reports.h"
#include "dissect/session/hep.h"
#include "dissect/session/hep_quality.h"

char *agent_report_read(PacketStore *store, const CallReport *report)
{
    g_autofree char *text = g_malloc0((size_t)report->text.length + 1);

    if (report->text.length == 0 ||
        packet_store_read(store, report->text, (uint8_t *)text) != PACKET_STORE_OK)
        return NULL;
    return g_steal_pointer(&text);
}

/* The call's only one of that SSRC; 0: none, or several. */
static uint32_t stream_number(const Model *model, const Call *call, uint32_t ssrc)
{
    uint32_t found = 0;

    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        uint32_t number = g_array_index(call->streams, uint32_t, i);
        const Stream *stream = model_stream(model, number);
        if (!stream || stream->key.ssrc != ssrc)
            continue;
        if (found)
            return 0;
        found = number;
    }
    return found;
}

static void write_quality(JsonWriter *json, const Model *model, const Call *call, const char *text)
{
    g_auto(HepQuality) quality;

    if (hep_quality_parse(slice_from_string(text), &quality) == DISSECT_NOT_MINE)
        return;
    uint32_t stream = quality.has_ssrc ? stream_number(model, call, quality.ssrc) : 0;
    json_begin_object(json, "quality");
    json_uint_if(json, "stream", stream != 0, stream);
    json_bool(json, "final", quality.final);
    json_string(json, "codec", quality.codec);
    json_double(json, "packets", quality.packets, 0);
    json_double(json, "expected", quality.expected, 0);
    json_double(json, "lost", quality.lost, 0);
    json_double(json, "reordered", quality.reordered, 0);
    json_double(json, "jitter_ms", quality.jitter_ms, 3);
    json_double(json, "jitter_mean_ms", quality.jitter_mean_ms, 3);
    json_double(json, "jitter_max_ms", quality.jitter_max_ms, 3);
    json_double(json, "delta_max_ms", quality.delta_max_ms, 3);
    json_double(json, "mos", quality.mos, 2);
    json_double(json, "mos_min", quality.mos_min, 2);
    json_double(json, "mos_mean", quality.mos_mean, 2);
    json_double(json, "r_factor", quality.r_factor, 2);
    json_end_object(json);
}

/* Type 100 is "log"; what has no name is "type-N". */
static void write_report(JsonWriter *json, const ReportContext *context, const Call *call,
                         const CallReport *report)
{
    const Model *model = context->model;
    g_autofree char *number = g_strdup_printf("type-%u", report->type);
    g_autofree char *text =
        context->capture ? agent_report_read(capture_store(context->capture), report) : NULL;
    const char *name = hep_type_name(report->type);

    json_begin_object(json, NULL);
    json_time(json, "time", report->time_ns);
    json_string(json, "kind", name ? name : number);
    json_uint(json, "agent", report->agent);
    json_endpoint(json, "source", model_endpoint(model, report->source));
    json_endpoint(json, "destination", model_endpoint(model, report->destination));
    json_string(json, "text", text);
    if (text && report->type != HEP_TYPE_RTCP)
        write_quality(json, model, call, text);
    json_end_object(json);
}

void json_agent_reports(JsonWriter *json, const ReportContext *context, const Call *call)
{
    if (!call->extras->reports)
        return;
    json_begin_array(json, "reports");
    for (unsigned i = 0; i < call->extras->reports->len; i++)
        write_report(json, context, call, &g_array_index(call->extras->reports, CallReport, i));
    json_end_array(json);
}
