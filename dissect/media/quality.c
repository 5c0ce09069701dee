/* dissect/media/quality.c - see quality.h */
#include "dissect/media/quality.h"
#include "dissect/media/stream_counters.h"
#include <math.h>

#define SRTP_TAG_OCTETS 10 /* RFC 4568 6.2: the default suite's */
#define USUAL_PTIME_MS  20
#define USUAL_BUFFER_MS 40  /* of the adaptive buffer on a quiet line */
#define COST_MIN        0.1 /* points of R that nobody hears */
#define LEVEL_ZERO      128
#define LEVEL_MIN_DBOV  (-127) /* RFC 6464 */

const char *quality_origin_name(QualityOrigin origin)
{
    static const char *const names[] = { "measured", "half-measured", "standard", "published",
                                         "assumed" };
    return (unsigned)origin < G_N_ELEMENTS(names) ? names[origin] : "assumed";
}

const char *quality_cost_name(QualityCost cost)
{
    static const char *const names[] = { "codec", "loss", "discard", "delay" };
    return (unsigned)cost < G_N_ELEMENTS(names) ? names[cost] : "";
}

QualitySettings quality_settings_default(void)
{
    return (QualitySettings){ .concealment = true };
}

/* --- the E-model on one scale --- */

static EmodelResult conversation(QualityScale scale, const EmodelCodec *codec, double delay_ms)
{
    EmodelNarrowband narrow = emodel_narrowband_default();
    EmodelWideband wide = emodel_wideband_default();
    EmodelFullband full = emodel_fullband_default();

    switch (scale) {
    case QUALITY_SCALE_WIDEBAND:
        wide.codec = *codec;
        wide.echo = delay_ms > 0;
        wide.t_ms = wide.ta_ms = delay_ms;
        wide.tr_ms = 2 * delay_ms;
        return emodel_wideband(&wide);
    case QUALITY_SCALE_FULLBAND:
        full.codec = *codec;
        full.ta_ms = delay_ms;
        return emodel_fullband(&full);
    case QUALITY_SCALE_NARROWBAND:
    case QUALITY_SCALES:
        break;
    }
    narrow.codec = *codec;
    narrow.t_ms = narrow.ta_ms = delay_ms;
    narrow.tr_ms = 2 * delay_ms;
    return emodel_narrowband(&narrow);
}

static EmodelCodec codec_with(const StreamQuality *quality, double loss_percent)
{
    return (EmodelCodec){ quality->codec.ie, quality->codec.bpl, loss_percent,
                          quality->scale == QUALITY_SCALE_NARROWBAND ? quality->burst.burst_ratio
                                                                     : 1 };
}

static QualityScore score_of(const StreamQuality *quality, double loss_percent)
{
    EmodelCodec codec = codec_with(quality, loss_percent);
    EmodelResult listening = conversation(quality->scale, &codec, 0);
    EmodelResult talking = conversation(quality->scale, &codec, quality->delay_ms);

    return (QualityScore){ listening.r, talking.r, listening.mos, talking.mos };
}

static double listening_mos(const StreamQuality *quality, double loss_percent)
{
    EmodelCodec codec = codec_with(quality, loss_percent);
    return conversation(quality->scale, &codec, 0).mos;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* --- inputs --- */

static double mean_payload(const Stream *stream)
{
    const QualityMeter *meter = &stream->counters->quality;
    bool secured =
        stream->security != STREAM_SECURITY_NONE && stream->security != STREAM_SECURITY_UNKNOWN;

    if (meter->speech_packets == 0)
        return NAN;
    double octets = (double)meter->speech_octets / (double)meter->speech_packets;
    return secured ? fmax(octets - SRTP_TAG_OCTETS, 0) : octets;
}

/* NULL when found. */
static const char *find_codec(const Stream *stream, const QualitySettings *settings,
                              StreamQuality *out)
{
    const PayloadSlot *slot = stream_main_slot(stream->counters);
    const PayloadFormat *format = slot ? payload_lookup(stream->payloads, slot->inner) : NULL;

    if (!format || !format->encoding)
        return "the codec is not known";
    if (format->kind != PAYLOAD_AUDIO)
        return "it is no speech";
    CodecUse use = {
        .encoding = format->encoding,
        .fmtp = format->fmtp,
        .clock_hz = format->clock_hz,
        .payload_octets = mean_payload(stream),
        .ptime_ms = isnan(out->packet_ms) ? 0 : out->packet_ms,
        .concealment = settings->concealment,
    };
    return codec_quality_find(&use, &out->codec)
               ? NULL
               : "no impairment values are published for the codec";
}

static double packet_time_ms(const struct StreamCounters *c)
{
    const PayloadSlot *slot = stream_main_slot(c);
    uint32_t step = slot ? stream_usual_step(c, slot->type) : 0;

    return step && slot->clock_hz ? 1000.0 * step / slot->clock_hz : NAN;
}

/* The sum of both halves is the round trip from one end to the other; half of it is one way. */
static QualityInput network_delay(const StreamRtcp *rtcp)
{
    bool there = !isnan(rtcp->round_trip_ms);
    bool back = !isnan(rtcp->sender_round_trip_ms);
    double round_trip_ms =
        (there ? rtcp->round_trip_ms : 0) + (back ? rtcp->sender_round_trip_ms : 0);
    QualityOrigin origin = there && back   ? QUALITY_MEASURED
                           : there || back ? QUALITY_HALF
                                           : QUALITY_ASSUMED;

    return (QualityInput){ round_trip_ms / 2, origin };
}

static QualityOrigin standing(bool standard)
{
    return standard ? QUALITY_STANDARD : QUALITY_PUBLISHED;
}

static void gather_delay(const Stream *stream, StreamQuality *out)
{
    bool known = !isnan(out->packet_ms);

    out->network_ms = network_delay(&stream->rtcp);
    out->packetisation_ms = (QualityInput){ known ? out->packet_ms : USUAL_PTIME_MS,
                                            known ? QUALITY_MEASURED : QUALITY_ASSUMED };
    out->lookahead_ms = (QualityInput){ out->codec.lookahead_ms, QUALITY_STANDARD };
    if (out->timed)
        out->buffer_ms =
            (QualityInput){ out->discards[JITTER_BUFFER_ADAPTIVE].delay_ms, QUALITY_MEASURED };
    else
        out->buffer_ms = (QualityInput){ USUAL_BUFFER_MS, QUALITY_ASSUMED };
    out->delay_ms = out->network_ms.value + out->packetisation_ms.value + out->lookahead_ms.value +
                    out->buffer_ms.value;
}

static void gather_loss(const Stream *stream, StreamQuality *out)
{
    StreamReport report;

    stream_report(stream, &report);
    double bad_percent = percent(out->burst.bad, out->burst.packets);
    double lost_percent = fmin(percent(report.lost, report.expected), bad_percent);
    out->loss_percent = (QualityInput){ lost_percent, QUALITY_MEASURED };
    out->discard_percent = (QualityInput){ bad_percent - lost_percent,
                                           out->timed ? QUALITY_MEASURED : QUALITY_ASSUMED };
    out->burst_ratio =
        (QualityInput){ out->burst.burst_ratio,
                        out->burst.burst_ratio_measured ? QUALITY_MEASURED : QUALITY_ASSUMED };
    out->ie = (QualityInput){ out->codec.ie, standing(out->codec.ie_standard) };
    out->bpl = (QualityInput){ out->codec.bpl, standing(out->codec.bpl_standard) };
    out->provisional = !out->codec.ie_standard || (bad_percent > 0 && !out->codec.bpl_standard);
}

/* --- results --- */

static void report_pattern(const struct StreamCounters *c, StreamQuality *out,
                           BurstReport bursts[JITTER_BUFFERS])
{
    const QualityMeter *meter = &c->quality;
    LossPattern ended = loss_pattern_end(&meter->pattern);
    SpeechSeconds seconds = speech_seconds_end(&meter->seconds);

    for (unsigned i = 0; i < JITTER_BUFFERS; i++) {
        bursts[i] = burst_report(&ended.bursts[i], loss_pattern_length(&ended));
        out->discards[i] = jitter_buffers_discards(&meter->buffers, (JitterBufferKind)i);
    }
    out->burst = bursts[JITTER_BUFFER_ADAPTIVE];
    loss_runs_report(&ended.losses, out->loss_runs);
    out->delays = meter->delays;
    out->concealed_seconds = seconds.concealed;
    out->severely_concealed_seconds = seconds.severely_concealed;
    out->timed = meter->timed > 0 && c->last_ns > c->first_ns;
    out->timed_packets = meter->timed;
    out->replayed_packets = c->replayed;
    out->timed_since_ns = meter->timed > 0 ? c->timed_since_ns : TIME_UNKNOWN;
    out->packet_ms = packet_time_ms(c);
}

static void explain(StreamQuality *out)
{
    EmodelCodec network = codec_with(out, out->loss_percent.value);
    EmodelCodec all = codec_with(out, out->loss_percent.value + out->discard_percent.value);
    double with_loss = emodel_effective_impairment(out->scale, &network);
    double with_all = emodel_effective_impairment(out->scale, &all);
    double highest = COST_MIN;

    out->cost[QUALITY_COST_CODEC] = out->codec.ie;
    out->cost[QUALITY_COST_LOSS] = with_loss - out->codec.ie;
    out->cost[QUALITY_COST_DISCARD] = with_all - with_loss;
    out->cost[QUALITY_COST_DELAY] = out->whole.r_lq - out->whole.r_cq;
    out->costliest = -1;
    for (int i = 0; i < QUALITY_COSTS; i++) {
        if (out->cost[i] <= highest)
            continue;
        highest = out->cost[i];
        out->costliest = i;
    }
}

static void score_worst(const struct StreamCounters *c, StreamQuality *out)
{
    const SpeechSeconds *seconds = &c->quality.seconds;

    if (seconds->worst.expected == 0) {
        out->worst = out->whole;
        out->worst_loss_percent = out->loss_percent.value + out->discard_percent.value;
        out->worst_start_ns = c->first_ns;
        out->worst_duration_ns = time_between(c->first_ns, c->last_ns);
        return;
    }
    out->worst_loss_percent = percent(seconds->worst.bad, seconds->worst.expected);
    out->worst = out->burst.bad == 0 ? out->whole : score_of(out, out->worst_loss_percent);
    out->worst_start_ns = seconds->worst_start_ns;
    out->worst_duration_ns = WORST_WINDOW_SECONDS * NS_PER_S;
}

static void score_buffers(StreamQuality *out, const BurstReport bursts[JITTER_BUFFERS])
{
    for (unsigned i = 0; i < JITTER_BUFFERS; i++) {
        out->mos_lq_by_buffer[i] = out->whole.mos_lq;
        if (bursts[i].bad == 0 && out->burst.bad == 0)
            continue;
        EmodelCodec codec = codec_with(out, percent(bursts[i].bad, bursts[i].packets));
        if (out->scale == QUALITY_SCALE_NARROWBAND)
            codec.burst_ratio = bursts[i].burst_ratio;
        out->mos_lq_by_buffer[i] = conversation(out->scale, &codec, 0).mos;
    }
}

void stream_quality_with(const Stream *stream, const QualitySettings *settings, StreamQuality *out)
{
    const struct StreamCounters *c = stream->counters;
    BurstReport bursts[JITTER_BUFFERS];
    StreamQuality quality = { .costliest = -1, .worst_start_ns = TIME_UNKNOWN };

    stream_settle_quality(stream);
    report_pattern(c, &quality, bursts);
    quality.unscored = find_codec(stream, settings, &quality);
    if (!quality.unscored && quality.burst.packets == 0)
        quality.unscored = "there are no packets";
    if (!quality.unscored) {
        quality.scale = quality.codec.scale;
        gather_loss(stream, &quality);
        gather_delay(stream, &quality);
        quality.clean_mos_lq = listening_mos(&quality, 0);
        quality.whole = score_of(&quality, percent(quality.burst.bad, quality.burst.packets));
        explain(&quality);
        score_worst(c, &quality);
        score_buffers(&quality, bursts);
    }
    *out = quality;
}

void stream_quality(const Stream *stream, StreamQuality *out)
{
    QualitySettings settings = quality_settings_default();
    stream_quality_with(stream, &settings, out);
}

double stream_quality_mos(const StreamQuality *quality, double bad_percent)
{
    if (quality->unscored)
        return NAN;
    return bad_percent > 0 ? listening_mos(quality, bad_percent) : quality->clean_mos_lq;
}

unsigned stream_interval_count(const Stream *stream)
{
    stream_settle_quality(stream);
    return stream->counters->quality.timeline.count;
}

QualityInterval stream_interval(const Stream *stream, const StreamQuality *quality, unsigned index)
{
    const Timeline *timeline = &stream->counters->quality.timeline;

    g_assert(index < timeline->count);
    const TimelineBin *bin = &timeline->bins[index];
    uint64_t expected = (uint64_t)bin->packets + bin->lost;
    QualityInterval out = {
        .start_ns = timeline->start_ns + (int64_t)index * timeline_width_ns(timeline),
        .duration_ns = timeline_width_ns(timeline),
        .packets = bin->packets,
        .lost = bin->lost,
        .discarded = bin->discarded,
        .jitter_max_ms = bin->jitter_max_16 / 16.0,
        .delta_max_ms = bin->delta_max_ms,
        .mos_lq = NAN,
        .level_dbov = NAN,
    };
    uint8_t level = timeline_level(timeline, index);
    if (level)
        out.level_dbov = level - LEVEL_ZERO;
    uint64_t bad = (uint64_t)bin->lost + bin->discarded;
    if (expected > 0)
        out.mos_lq = stream_quality_mos(quality, percent(bad, expected));
    return out;
}

void stream_note_level(Stream *stream, int64_t time_ns, double level_dbov)
{
    if (isnan(level_dbov))
        return;
    stream_settle_quality(stream);
    int level = (int)lround(CLAMP(level_dbov, LEVEL_MIN_DBOV, 0)) + LEVEL_ZERO;
    timeline_note_level(&stream->counters->quality.timeline, time_ns, (uint8_t)level);
}
