/* dissect/media/quality_meter.h - what a stream keeps for its score: fed once a packet, constant
 * memory, no allocation but the growing of its time line.
 * Private to dissect/media/. */
#pragma once
#include "dissect/media/jitter_buffer.h"
#include "dissect/media/loss_pattern.h"
#include "dissect/media/speech_seconds.h"
#include "dissect/media/timeline.h"

typedef struct {
    LossPattern pattern;
    uint64_t restarts; /* of the sequence numbers, known to @pattern */
    Timeline timeline;
    SpeechSeconds seconds;
    uint64_t speech_octets,
        speech_packets; /* of packets that are longer than a silence descriptor */
    uint64_t timed;     /* packets that went through the jitter buffers */
    DelayBuckets delays;
    JitterBuffers buffers;
} QualityMeter;

/* One packet that is no copy, after its sequence number was counted. */
typedef struct {
    int64_t arrival_ns;
    int64_t extended; /* sequence number of its segment */
    uint64_t restarts;
    int64_t pause_ns;  /* since the packet before; TIME_UNKNOWN */
    int64_t packet_ns; /* media time of one packet; only read when numbers are missing before it */
    double
        transit_ns; /* arrival less timestamp; NAN: not timed (an event, or its clock not known) */
    double jitter_ns;
    uint32_t speech_octets; /* 0: no speech */
    bool marker, discontinuity;
} QualitySample;

void quality_meter_init(QualityMeter *meter);
void quality_meter_clear(QualityMeter *meter);
void quality_meter_add(QualityMeter *meter, const QualitySample *sample);
