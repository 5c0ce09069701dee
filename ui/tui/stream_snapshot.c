#include "ui/tui/stream_snapshot.h"
#include "export/stream_passage.h"
#include "export/stream_transport.h"
#include "export/tunnel_path.h"

void stream_snapshot_clear(StreamSnapshot *snapshot)
{
    if (snapshot->points)
        g_array_unref(snapshot->points);
    if (snapshot->vq)
        g_array_unref(snapshot->vq);
    g_free(snapshot->rtcp.extra);
    rtcp_text_free(snapshot->rtcp.texts);
    g_free(snapshot->passages);
    g_free(snapshot->network);
    g_free(snapshot->transport);
    *snapshot = (StreamSnapshot){ 0 };
}

static bool goes_back(const Stream *stream, const Stream *other)
{
    return other->number != stream->number && other->from_caller != stream->from_caller &&
           ip_equal(other->key.source.ip, stream->key.destination.ip) &&
           ip_equal(other->key.destination.ip, stream->key.source.ip);
}

/* Ports need not be symmetric, but are believed first. */
static uint32_t find_reverse(const Model *model, const Stream *stream)
{
    const Call *call = stream->call ? model_call(model, stream->call) : NULL;
    uint32_t found = 0;

    for (unsigned i = 0; call && call->streams && i < call->streams->len; i++) {
        const Stream *other = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (!other || !goes_back(stream, other))
            continue;
        found = other->number;
        if (endpoint_equal(other->key.source, stream->key.destination))
            return found;
    }
    return found;
}

static void take_points(StreamSnapshot *snapshot, const Stream *stream)
{
    unsigned count = stream_interval_count(stream);

    snapshot->points = g_array_sized_new(false, false, sizeof(QualityInterval), count);
    for (unsigned i = 0; i < count; i++) {
        QualityInterval point = stream_interval(stream, &snapshot->quality, i);
        g_array_append_val(snapshot->points, point);
    }
}

static void take_rtcp(StreamSnapshot *snapshot, const StreamRtcp *rtcp)
{
    snapshot->rtcp = *rtcp;
    snapshot->rtcp.extra = g_memdup2(rtcp->extra, sizeof *rtcp->extra);
    snapshot->rtcp.texts = rtcp_text_copy(rtcp->texts);
}

static void add_vq(StreamSnapshot *snapshot, const Model *model, const VqRecord *record,
                   const VqReport *report, const VqMetrics *metrics)
{
    SnapshotVq vq = {
        .time_ns = record->time_ns,
        .kind = vq_report_kind_name(report->kind),
        .mos_lq = metrics->mos_lq,
        .mos_cq = metrics->mos_cq,
        .r_lq = metrics->r_lq,
        .r_cq = metrics->r_cq,
        .loss_percent = metrics->loss_percent,
        .discard_percent = metrics->discard_percent,
        .jitter_ms = metrics->jitter_ms,
        .round_trip_ms = metrics->round_trip_ms,
    };

    endpoint_format(model_endpoint(model, record->source), vq.source, sizeof vq.source);
    g_array_append_val(snapshot->vq, vq);
}

static void take_vq(StreamSnapshot *snapshot, const Model *model, const Stream *stream)
{
    const Call *call = stream->call ? model_call(model, stream->call) : NULL;

    snapshot->vq = g_array_new(FALSE, FALSE, sizeof(SnapshotVq));
    for (unsigned i = 0; call && i < call_vq_count(call); i++) {
        const VqRecord *record = call_vq_at(call, i);
        VqReport report;
        if (vq_report_parse(slice_of(record->body, record->length), &report) != DISSECT_OK)
            continue;
        if (report.local.present && vq_stream(model, call, &report, true) == stream)
            add_vq(snapshot, model, record, &report, &report.local);
        if (report.remote.present && vq_stream(model, call, &report, false) == stream)
            add_vq(snapshot, model, record, &report, &report.remote);
    }
}

void stream_snapshot_take(StreamSnapshot *snapshot, const Ui *ui, uint32_t number)
{
    stream_snapshot_clear(snapshot);
    const Model *model = ui_lock(ui);
    const Stream *stream = model_stream(model, number);

    if (stream) {
        snapshot->number = number;
        snapshot->call = stream->call;
        snapshot->reverse = find_reverse(model, stream);
        snapshot->from_caller = stream->from_caller;
        snapshot->live = !model->ended;
        snapshot->key = stream->key;
        snapshot->match = stream->match;
        snapshot->security = stream->security;
        stream_report(stream, &snapshot->report);
        stream_quality(stream, &snapshot->quality);
        snapshot->level_origin = stream_level_origin(stream);
        take_rtcp(snapshot, &stream->rtcp);
        take_vq(snapshot, model, stream);
        g_strlcpy(snapshot->codec, snapshot->report.codec ? snapshot->report.codec : "",
                  sizeof snapshot->codec);
        snapshot->report.codec = snapshot->codec; /* the map's text may go */
        snapshot->passages = stream_passages_text(model, stream);
        snapshot->network = stream_network_text(model, stream);
        snapshot->transport = stream_transport_text(stream);
        take_points(snapshot, stream);
    }
    ui_unlock(ui);
}

int64_t stream_snapshot_start_ns(const StreamSnapshot *snapshot)
{
    if (!snapshot->points || snapshot->points->len == 0)
        return 0;
    return g_array_index(snapshot->points, QualityInterval, 0).start_ns;
}

int64_t stream_snapshot_span_ns(const StreamSnapshot *snapshot)
{
    if (!snapshot->points || snapshot->points->len == 0)
        return 0;
    return snapshot->points->len * g_array_index(snapshot->points, QualityInterval, 0).duration_ns;
}
