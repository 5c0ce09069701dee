/* export/stream_quality.c - see stream_quality.h */
#include "export/stream_quality.h"
#include <math.h>

static double in_ms(double packets, const StreamQuality *quality)
{
    return packets * quality->packet_ms;
}

static void write_discards(JsonWriter *json, const StreamQuality *quality)
{
    if (!quality->timed) {
        json_null(json, "discarded");
        return;
    }
    json_begin_object(json, "discarded");
    for (unsigned i = 0; i < JITTER_BUFFERS; i++)
        json_uint(json, jitter_buffer_name((JitterBufferKind)i),
                  quality->discards[i].late + quality->discards[i].early);
    json_end_object(json);
}

/* RFC 3611 4.7.2; lengths are means over the periods. */
static void write_burst_and_gap(JsonWriter *json, const StreamQuality *quality)
{
    const BurstReport *burst = &quality->burst;

    if (burst->packets == 0) {
        json_null(json, "burst");
        json_null(json, "gap");
        return;
    }
    json_begin_object(json, "burst");
    json_uint(json, "count", burst->bursts);
    json_uint(json, "packets", burst->burst_packets);
    json_uint(json, "bad", burst->burst_bad);
    json_double(json, "density", burst->burst_density, 6);
    json_double(json, "mean_ms", in_ms(burst->burst_mean_packets, quality), 3);
    json_end_object(json);
    json_begin_object(json, "gap");
    json_uint(json, "count", burst->gaps);
    json_uint(json, "packets", burst->gap_packets);
    json_uint(json, "bad", burst->gap_bad);
    json_double(json, "density", burst->gap_density, 6);
    json_double(json, "mean_ms", in_ms(burst->gap_mean_packets, quality), 3);
    json_end_object(json);
}

static void write_score(JsonWriter *json, const StreamQuality *quality)
{
    bool scored = !quality->unscored;

    json_double(json, "r_factor", scored ? quality->whole.r_lq : NAN, 4);
    json_double(json, "mos_lq", scored ? quality->whole.mos_lq : NAN, 4);
    json_double(json, "mos_cq", scored ? quality->whole.mos_cq : NAN, 4);
    json_string(json, "scale", scored ? quality_scale_name(quality->scale) : NULL);
    if (scored)
        json_bool(json, "provisional", quality->provisional);
    else
        json_null(json, "provisional");
}

static void write_input(JsonWriter *json, const char *key, QualityInput input)
{
    json_begin_object(json, key);
    json_double(json, "value", input.value, 4);
    json_string(json, "origin", quality_origin_name(input.origin));
    json_end_object(json);
}

static void write_inputs(JsonWriter *json, const StreamQuality *quality)
{
    json_begin_object(json, "inputs");
    write_input(json, "ie", quality->ie);
    write_input(json, "bpl", quality->bpl);
    write_input(json, "loss_percent", quality->loss_percent);
    write_input(json, "discard_percent", quality->discard_percent);
    write_input(json, "burst_ratio", quality->burst_ratio);
    write_input(json, "network_ms", quality->network_ms);
    write_input(json, "packetisation_ms", quality->packetisation_ms);
    write_input(json, "lookahead_ms", quality->lookahead_ms);
    write_input(json, "buffer_ms", quality->buffer_ms);
    json_end_object(json);
    json_double(json, "delay_ms", quality->delay_ms, 3);
}

static void write_costs(JsonWriter *json, const StreamQuality *quality)
{
    json_begin_object(json, "cost");
    for (unsigned i = 0; i < QUALITY_COSTS; i++)
        json_double(json, quality_cost_name((QualityCost)i), quality->cost[i], 4);
    json_end_object(json);
    json_string(json, "costliest",
                quality->costliest < 0 ? NULL : quality_cost_name((QualityCost)quality->costliest));
}

static void write_worst(JsonWriter *json, const StreamQuality *quality)
{
    json_begin_object(json, "worst");
    json_time(json, "start_time", quality->worst_start_ns);
    json_milliseconds(json, "duration_ms", quality->worst_duration_ns);
    json_double(json, "loss_percent", quality->worst_loss_percent, 4);
    json_double(json, "r_factor", quality->worst.r_lq, 4);
    json_double(json, "mos_lq", quality->worst.mos_lq, 4);
    json_end_object(json);
}

static void write_explanation(JsonWriter *json, const StreamQuality *quality)
{
    json_string(json, "codec", quality->codec.name);
    json_string(json, "codec_source", quality->codec.source);
    json_double(json, "r_factor_cq", quality->whole.r_cq, 4);
    write_inputs(json, quality);
    write_costs(json, quality);
    write_worst(json, quality);
    json_begin_object(json, "mos_lq_by_buffer");
    for (unsigned i = 0; i < JITTER_BUFFERS; i++)
        json_double(json, jitter_buffer_name((JitterBufferKind)i), quality->mos_lq_by_buffer[i], 4);
    json_end_object(json);
}

static void write_counts(JsonWriter *json, const StreamQuality *quality)
{
    json_uint(json, "concealed_seconds", quality->concealed_seconds);
    json_uint(json, "severely_concealed_seconds", quality->severely_concealed_seconds);
    json_begin_array(json, "loss_runs");
    for (unsigned i = 0; i < LOSS_RUN_LENGTHS; i++)
        json_uint(json, NULL, quality->loss_runs[i]);
    json_end_array(json);
    json_begin_array(json, "delay_buckets");
    for (unsigned i = 0; i < DELAY_BUCKETS; i++) {
        json_begin_object(json, NULL);
        json_uint(json, "from_ms", delay_bucket_ms[i]);
        json_uint(json, "packets", quality->delays.packets[i]);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_intervals(JsonWriter *json, const Stream *stream, const StreamQuality *quality)
{
    unsigned count = stream_interval_count(stream);

    json_begin_array(json, "intervals");
    for (unsigned i = 0; i < count; i++) {
        QualityInterval interval = stream_interval(stream, quality, i);
        json_begin_object(json, NULL);
        json_time(json, "start_time", interval.start_ns);
        json_milliseconds(json, "duration_ms", interval.duration_ns);
        json_uint(json, "packets", interval.packets);
        json_uint(json, "lost", interval.lost);
        json_uint(json, "discarded", interval.discarded);
        json_double(json, "jitter_max_ms", interval.jitter_max_ms, 4);
        json_double(json, "delta_max_ms", interval.delta_max_ms, 0);
        json_double(json, "level_dbov", interval.level_dbov, 0);
        json_double(json, "mos_lq", interval.mos_lq, 4);
        json_end_object(json);
    }
    json_end_array(json);
}

void write_stream_quality(JsonWriter *json, const Stream *stream, const StreamQuality *quality)
{
    write_discards(json, quality);
    write_burst_and_gap(json, quality);
    write_score(json, quality);
    json_begin_object(json, "quality");
    json_string(json, "unscored", quality->unscored);
    if (!quality->unscored)
        write_explanation(json, quality);
    write_counts(json, quality);
    write_intervals(json, stream, quality);
    const char *origin = level_origin_name(stream_level_origin(stream));
    if (origin)
        json_string(json, "level_origin", origin);
    json_end_object(json);
}

CallQuality call_quality_none(void)
{
    return (CallQuality){
        .mos_lq = NAN,
        .mos_cq = NAN,
        .worst = { .mos_lq = NAN, .start_ns = TIME_UNKNOWN, .share = INFINITY },
        .share = INFINITY,
    };
}

static void add_worst(CallQuality *call, const Stream *stream, const StreamQuality *quality)
{
    double share = quality->worst.r_lq / quality_scale_span(quality->scale);

    if (share >= call->worst.share)
        return;
    call->worst.stream = stream->number;
    call->worst.scale = quality->scale;
    call->worst.mos_lq = quality->worst.mos_lq;
    call->worst.r_lq = quality->worst.r_lq;
    call->worst.loss_percent = quality->worst_loss_percent;
    call->worst.start_ns = quality->worst_start_ns;
    call->worst.duration_ns = quality->worst_duration_ns;
    call->worst.share = share;
}

void call_quality_add(CallQuality *call, const Stream *stream)
{
    StreamQuality quality;

    stream_quality(stream, &quality);
    if (quality.unscored)
        return;
    add_worst(call, stream, &quality);
    double share = quality.whole.r_cq / quality_scale_span(quality.scale);
    if (share >= call->share)
        return;
    call->mos_lq = quality.whole.mos_lq;
    call->mos_cq = quality.whole.mos_cq;
    call->scale = quality.scale;
    call->share = share;
}

CallQuality call_quality(const Model *model, const Call *call)
{
    CallQuality worst = call_quality_none();

    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream)
            call_quality_add(&worst, stream);
    }
    return worst;
}
