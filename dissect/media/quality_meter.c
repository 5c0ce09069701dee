/* dissect/media/quality_meter.c - see quality_meter.h */
#include "dissect/media/quality_meter.h"
#include "dissect/base/clock.h"

#define SILENCE_NS     (200 * NS_PER_MS) /* a pause after which a talkspurt may begin */
#define SILENCE_OCTETS 8                 /* no codec's silence descriptor is longer */

void quality_meter_init(QualityMeter *meter)
{
    *meter = (QualityMeter){ .previous_ns = TIME_UNKNOWN };
    jitter_buffers_init(&meter->buffers);
}

void quality_meter_clear(QualityMeter *meter)
{
    timeline_clear(&meter->timeline);
}

JitterPacket quality_jitter_packet(const QualitySample *sample, int64_t pause_ns)
{
    return (JitterPacket){
        .arrival_ns = sample->arrival_ns,
        .transit_ns = sample->transit_ns,
        .silence_before = sample->marker && pause_ns >= SILENCE_NS,
        .discontinuity = sample->discontinuity,
    };
}

static unsigned buffer_packet(QualityMeter *meter, const QualitySample *sample, int64_t pause_ns)
{
    if (sample->transit_ns == TIME_UNKNOWN)
        return 0;
    JitterPacket packet = quality_jitter_packet(sample, pause_ns);
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

static void count_in_bin(QualityMeter *meter, const QualitySample *sample, int64_t pause_ns,
                         int64_t missing, bool discarded)
{
    TimelineBin *bin = timeline_at(&meter->timeline, sample->arrival_ns);
    int64_t pause_ms = pause_ns / NS_PER_MS;

    timeline_count(&bin->packets, 1);
    timeline_count(&bin->discarded, discarded);
    bin->jitter_max_16 = MAX(bin->jitter_max_16, sample->jitter_16);
    if (pause_ms > bin->delta_max_ms)
        bin->delta_max_ms = (uint16_t)MIN(pause_ms, UINT16_MAX);
    if (missing < 0 && bin->lost == 0 && meter->timeline.current > 0)
        bin--;
    if (missing != 0)
        timeline_count(&bin->lost, MAX(missing, -1));
}

static void count_in_second(QualityMeter *meter, const SpeechPacket *packet, int64_t missing)
{
    if (missing >= 0)
        speech_seconds_add(&meter->seconds, packet);
    else if (!packet->bad)
        speech_seconds_found(&meter->seconds);
}

/* From the low bits: nothing is 2^31 numbers away. */
static int64_t extended_of(const LossPattern *pattern, uint32_t low)
{
    if (!pattern->started)
        return low;
    return pattern->highest + (int32_t)(low - (uint32_t)pattern->highest);
}

static void settle_sample(QualityMeter *meter, const QualitySample *sample, int64_t packet_ns)
{
    int64_t pause_ns = time_between(meter->previous_ns, sample->arrival_ns);

    if (meter->odd_segment != sample->odd_segment)
        loss_pattern_restart(&meter->pattern);
    meter->odd_segment = sample->odd_segment;
    meter->previous_ns = sample->arrival_ns;

    unsigned discards = buffer_packet(meter, sample, pause_ns);
    bool discarded = discards >> JITTER_BUFFER_ADAPTIVE & 1;
    int64_t extended = extended_of(&meter->pattern, sample->extended);
    int64_t missing = missing_before(&meter->pattern, extended);
    SpeechPacket packet = { sample->arrival_ns, packet_ns, (uint32_t)MAX(missing, 0), discarded };

    loss_pattern_add(&meter->pattern, extended, discards);
    count_in_bin(meter, sample, pause_ns, missing, discarded);
    count_in_second(meter, &packet, missing);
    if (sample->speech_octets > SILENCE_OCTETS) {
        meter->speech_octets += sample->speech_octets;
        meter->speech_packets++;
    }
}

void quality_meter_settle(QualityMeter *meter, QualityPending *pending, int64_t packet_ns)
{
    for (unsigned i = 0; i < pending->count; i++)
        settle_sample(meter, &pending->samples[i], packet_ns);
    pending->count = 0;
}
