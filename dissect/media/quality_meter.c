/* dissect/media/quality_meter.c - see quality_meter.h */
#include "dissect/media/quality_meter.h"
#include "dissect/base/clock.h"
#include <math.h>

#define SILENCE_NS     (200 * NS_PER_MS) /* a pause after which a talkspurt may begin */
#define TRANSIT_MAX_NS 4e18
#define SILENCE_OCTETS 8 /* no codec's silence descriptor is longer */
#define JITTER_UNIT_NS (1e6 / 16)

void quality_meter_init(QualityMeter *meter)
{
    *meter = (QualityMeter){ 0 };
    jitter_buffers_init(&meter->buffers);
}

void quality_meter_clear(QualityMeter *meter)
{
    timeline_clear(&meter->timeline);
}

static unsigned buffer_packet(QualityMeter *meter, const QualitySample *sample)
{
    if (!(fabs(sample->transit_ns) < TRANSIT_MAX_NS))
        return 0;
    JitterPacket packet = {
        .arrival_ns = sample->arrival_ns,
        .transit_ns = (int64_t)sample->transit_ns,
        .silence_before = sample->marker && sample->pause_ns >= SILENCE_NS,
        .discontinuity = sample->discontinuity,
    };
    unsigned discards = jitter_buffers_add(&meter->buffers, &packet);
    meter->timed++;
    delay_buckets_add(&meter->delays,
                      packet.transit_ns - adaptive_buffer_base_ns(&meter->buffers.adaptive));
    return discards;
}

/* Numbers missing right before @extended; negative: it is one that was missing. */
static int64_t missing_before(const LossPattern *pattern, int64_t extended)
{
    if (!pattern->started || extended < pattern->lowest)
        return 0;
    return extended - pattern->highest - 1;
}

static void count_in_bin(QualityMeter *meter, const QualitySample *sample, int64_t missing,
                         bool discarded)
{
    TimelineBin *bin = timeline_at(&meter->timeline, sample->arrival_ns);

    timeline_count(&bin->packets, 1);
    timeline_count(&bin->discarded, discarded);
    timeline_max(&bin->jitter_max_16, sample->jitter_ns / JITTER_UNIT_NS);
    timeline_max(&bin->delta_max_ms, (double)sample->pause_ns / (double)NS_PER_MS);
    if (missing < 0 && bin->lost == 0 && meter->timeline.current > 0)
        bin--;
    if (missing != 0)
        timeline_count(&bin->lost, MAX(missing, -1));
}

static void count_in_second(QualityMeter *meter, const QualitySample *sample, int64_t missing,
                            bool discarded)
{
    SpeechPacket packet = {
        .arrival_ns = sample->arrival_ns,
        .packet_ns = sample->packet_ns,
        .lost = (uint32_t)MAX(missing, 0),
        .bad = discarded,
    };
    if (missing >= 0)
        speech_seconds_add(&meter->seconds, &packet);
    else if (!discarded)
        speech_seconds_found(&meter->seconds);
}

void quality_meter_add(QualityMeter *meter, const QualitySample *sample)
{
    if (meter->restarts != sample->restarts) {
        meter->restarts = sample->restarts;
        loss_pattern_restart(&meter->pattern);
    }
    unsigned discards = buffer_packet(meter, sample);
    bool discarded = discards >> JITTER_BUFFER_ADAPTIVE & 1;
    int64_t missing = missing_before(&meter->pattern, sample->extended);

    loss_pattern_add(&meter->pattern, sample->extended, discards);
    count_in_bin(meter, sample, missing, discarded);
    count_in_second(meter, sample, missing, discarded);
    if (sample->speech_octets > SILENCE_OCTETS) {
        meter->speech_octets += sample->speech_octets;
        meter->speech_packets++;
    }
}
