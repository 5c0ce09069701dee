/* dissect/media/timing.h - jitter, skew and drift of a stream by one RTP clock (RFC 3550 A.8).
 * All in ns as double: sub-tick precision whatever the clock. Private to dissect/media/. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define CAPTURE_STEP_NS 100000000 /* back: packets are never captured so far out of order */

typedef struct {
    double jitter_ns, jitter_sum_ns, jitter_max_ns;
    double jitter_min_ns;                /* valid when samples > 0 */
    double skew_ns;                      /* timestamps - arrivals since the first packet */
    double skew_peak_ns;                 /* the largest by absolute value, signed */
    double sum_x, sum_y, sum_xx, sum_xy; /* x: elapsed s, y: skew in s */
    uint64_t samples;
    uint64_t jumps; /* timestamps that left the arrivals and were taken as a new base */
} Timing;

/* From one packet of a stream to the next in order of arrival. */
typedef struct {
    double media_ns;   /* difference of the timestamps, by the clock in question */
    double arrival_ns; /* of the arrivals */
    double elapsed_s;  /* since the first packet */
    int64_t seq_step;  /* of the extended sequence numbers */
    bool talkspurt;    /* the marker of an audio packet: RFC 3551 4.1 */
} TimingStep;

void timing_add(Timing *timing, const TimingStep *step);
/* Counts what @other measured (the same stream, other packets) to @timing. */
void timing_absorb(Timing *timing, const Timing *other);
/* Slope of timestamps against arrivals, in parts per million; NAN when it cannot be told. */
double timing_drift_ppm(const Timing *timing);
