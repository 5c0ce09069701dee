/* dissect/media/stream_report.c - the numbers of a stream as anybody may read them: see stream.h */
#include "dissect/media/stream_counters.h"
#include <math.h>

#define NS_PER_MS_F  1e6
#define DRIFT_MIN_NS (10 * NS_PER_S)

const char *stream_security_name(StreamSecurity security)
{
    static const char *const names[] = { "none", "sdes", "dtls", "zrtp", "unknown" };
    return (unsigned)security < G_N_ELEMENTS(names) ? names[security] : "unknown";
}

const char *level_origin_name(LevelOrigin origin)
{
    static const char *const names[] = { NULL, "rfc6464", "decoded" };
    return (unsigned)origin < G_N_ELEMENTS(names) ? names[origin] : NULL;
}

LevelOrigin stream_level_origin(const Stream *stream)
{
    const AudioLevels *told = stream->content ? stream->content->levels : NULL;

    if (told && audio_levels_report(told).packets > 0)
        return LEVEL_TOLD;
    return stream->levels_decoded ? LEVEL_DECODED : LEVEL_UNKNOWN;
}

const StreamRtcpExtra *stream_rtcp_extra(const StreamRtcp *rtcp)
{
    static const StreamRtcpExtra none;
    return rtcp->extra ? rtcp->extra : &none;
}

const char *stream_match_name(StreamMatch match)
{
    static const char *const names[] = { "none", "sdp", "ice", "latched", "ssrc", "source" };
    return (unsigned)match < G_N_ELEMENTS(names) ? names[match] : "none";
}

const PayloadSlot *stream_main_slot(const struct StreamCounters *counters)
{
    const PayloadSlot *best = NULL;

    for (unsigned i = 0; i < counters->slots; i++) {
        const PayloadSlot *slot = &counters->payloads[i];
        if (slot->kind == PAYLOAD_EVENT || slot->kind == PAYLOAD_COMFORT_NOISE || slot->repair)
            continue;
        if (!best || slot->packets > best->packets)
            best = slot;
    }
    return best;
}

/* One in five packets: a network that doubles so many is a mirror (METRICS 5, diagnosis 85). */
#define IDENTICAL_SHARE 5

/* Identical copies are the mirror's when there are many: a network doubles a few in a hundred. */
static uint64_t mirror_copies(const struct StreamCounters *c)
{
    bool many = (uint64_t)c->identical * IDENTICAL_SHARE >= c->packets;

    return c->copies + (many ? (uint64_t)c->identical : 0);
}

static void report_sequence(const struct StreamCounters *c, StreamReport *out)
{
    const Sequence *sequence = &c->sequence;

    out->packets = c->packets;
    out->expected = sequence_expected(sequence) + (c->held != NULL);
    out->duplicates = sequence->duplicates;
    out->mirror_copies = mirror_copies(c);
    out->lost = out->expected - (c->packets - sequence->duplicates);
    out->lost_percent = out->expected ? 100.0 * (double)out->lost / (double)out->expected : NAN;
    out->reordered = sequence->reordered;
    out->restarts = sequence->restarts;
}

static void report_payloads(const Stream *stream, const PayloadSlot *slot, StreamReport *out)
{
    const struct StreamCounters *c = stream->counters;

    out->payload_type_count = MIN(c->slots, STREAM_PAYLOAD_TYPES_MAX);
    for (unsigned i = 0; i < c->slots; i++) {
        if (i < out->payload_type_count)
            out->payload_types[i] = c->payloads[i].type;
        if (c->payloads[i].kind == PAYLOAD_EVENT)
            out->events += c->payloads[i].packets;
        if (c->payloads[i].kind == PAYLOAD_COMFORT_NOISE)
            out->comfort_noise += c->payloads[i].packets;
    }
    if (!slot)
        return;
    const PayloadFormat *format = payload_lookup(stream->payloads, slot->inner);
    out->codec = format ? format->encoding : NULL;
    out->clock_hz = slot->clock_hz;
    if (slot->clock_hz && slot->kind != PAYLOAD_VIDEO) {
        uint64_t ptime_ms =
            (UINT64_C(1000) * stream_usual_step(c, slot->type) + slot->clock_hz / 2) /
            slot->clock_hz;
        out->ptime_ms = (uint16_t)MIN(ptime_ms, UINT16_MAX);
    }
}

static void report_deltas(const struct StreamCounters *c, StreamReport *out)
{
    out->delta_min_ms = out->delta_mean_ms = out->delta_max_ms = out->bit_rate_bps = NAN;
    if (c->deltas == 0)
        return;
    out->delta_min_ms = (double)c->delta_min_ns / NS_PER_MS_F;
    out->delta_mean_ms = c->delta_sum_ns / (double)c->deltas / NS_PER_MS_F;
    out->delta_max_ms = (double)c->delta_max_ns / NS_PER_MS_F;
    /* What came after the first packet, by the time that it took: n packets are n - 1 periods. */
    if (c->delta_sum_ns > 0)
        out->bit_rate_bps = 8e9 * (double)(c->wire_bytes - c->first_wire_bytes) / c->delta_sum_ns;
}

static void report_timing(const struct StreamCounters *c, const PayloadSlot *slot,
                          StreamReport *out)
{
    const Timing *timing = &c->timing;

    out->jitter_last_ms = out->jitter_min_ms = out->jitter_mean_ms = out->jitter_max_ms = NAN;
    out->skew_ms = out->max_skew_ms = out->drift_ppm = NAN;
    out->timestamp_jumps = timing->jumps;
    if (!slot || slot->clock_hz == 0 || timing->samples == 0)
        return;
    if (out->duration_ns == 0 && timing->skew_peak_ns != 0)
        return; /* a capture without times */
    out->jitter_last_ms = timing->jitter_ns / NS_PER_MS_F;
    out->jitter_min_ms = timing->jitter_min_ns / NS_PER_MS_F;
    out->jitter_mean_ms = timing->jitter_sum_ns / (double)timing->samples / NS_PER_MS_F;
    out->jitter_max_ms = timing->jitter_max_ns / NS_PER_MS_F;
    out->skew_ms = timing->skew_ns / NS_PER_MS_F;
    out->max_skew_ms = timing->skew_peak_ns / NS_PER_MS_F;
    if (out->duration_ns >= DRIFT_MIN_NS)
        out->drift_ppm = timing_drift_ppm(timing);
}

void stream_report(const Stream *stream, StreamReport *out)
{
    const struct StreamCounters *c = stream->counters;
    const PayloadSlot *slot = stream_main_slot(c);

    *out = (StreamReport){
        .octets = c->octets,
        .markers = c->markers,
        .first_ns = c->first_ns,
        .last_ns = c->last_ns,
        .duration_ns = time_between(c->first_ns, c->last_ns),
        .dscp = c->dscp,
        .dscp_changed = c->dscp_changed,
    };
    report_sequence(c, out);
    report_payloads(stream, slot, out);
    report_deltas(c, out);
    report_timing(c, slot, out);
}

int64_t stream_last_ns(const Stream *stream)
{
    return stream->counters->last_ns;
}

bool stream_loss_view(const Stream *stream, uint16_t seq, LossView *out)
{
    const struct StreamCounters *c = stream->counters;
    uint64_t above = sequence_seen_above(&c->sequence, seq);
    int64_t extended = sequence_extend(&c->sequence, seq);

    if (!c->sequence.started || above == UINT64_MAX)
        return false;
    *out = (LossView){
        .received = c->packets - c->sequence.duplicates - (c->held != NULL) - above,
        .duplicates = c->sequence.duplicates,
        .restarts = c->sequence.restarts,
    };
    if (c->sequence.expected_before == 0 && extended >= c->sequence.base)
        out->from_first = (uint64_t)(extended - c->sequence.base) + 1;
    return true;
}

bool stream_rtcp_any(const StreamRtcp *rtcp)
{
    return rtcp->sender_reports || rtcp->receiver_reports || rtcp->extra || rtcp->bye ||
           rtcp->texts || rtcp->cname[0];
}
