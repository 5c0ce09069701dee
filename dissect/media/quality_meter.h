/* dissect/media/quality_meter.h - what a stream keeps for its score: fed once a packet, constant
 * memory, no allocation but the growing of its time line.
 * Private to dissect/media/. */
#pragma once
#include "dissect/media/jitter_buffer.h"
#include "dissect/media/loss_pattern.h"
#include "dissect/media/speech_seconds.h"
#include "dissect/media/timeline.h"

/* One packet that is no copy, after its sequence number was counted. */
typedef struct {
    int64_t arrival_ns;
    int64_t transit_ns; /* arrival less timestamp; TIME_UNKNOWN: not timed (an event, or a clock
                           that is not known) */
    uint32_t extended;  /* sequence number of its segment: the low 32 bits */
    uint16_t jitter_16; /* 1/16 ms */
    uint16_t speech_octets : 12; /* 0: no speech */
    uint16_t marker : 1;
    uint16_t discontinuity : 1; /* the timestamps left the arrivals */
    uint16_t odd_segment : 1;   /* changes with every restart of the sequence numbers */
} QualitySample;

/* Samples that wait: with thousands of streams the meter's memory is touched once for all of them,
 * and not for every packet. */
#define QUALITY_PENDING 6
typedef struct {
    QualitySample samples[QUALITY_PENDING];
    uint8_t count;
} QualityPending;

typedef struct {
    LossPattern pattern;
    int64_t previous_ns; /* arrival of the last packet */
    bool odd_segment;
    Timeline timeline;
    SpeechSeconds seconds;
    uint64_t speech_octets,
        speech_packets; /* of packets that are longer than a silence descriptor */
    uint64_t timed;     /* packets that went through the jitter buffers */
    DelayBuckets delays;
    JitterBuffers buffers;
} QualityMeter;

void quality_meter_init(QualityMeter *meter);
void quality_meter_clear(QualityMeter *meter);
/* As the jitter buffers see it; @sample is timed. @pause_ns: since the packet before. */
JitterPacket quality_jitter_packet(const QualitySample *sample, int64_t pause_ns);
/* Counts what waits. @packet_ns: media time of one packet. */
void quality_meter_settle(QualityMeter *meter, QualityPending *pending, int64_t packet_ns);
