/* dissect/media/burst.h - how lost and discarded packets cluster.
 *
 * Bad packets are told by position, in order; good ones cost nothing. Bursts and gaps are grouped
 * exactly by the definition of RFC 3611 4.7.2: a burst begins and ends with a bad packet, has at
 * least two, and no BURST_GMIN good ones in a row inside; what stands alone belongs to the gaps,
 * and at least BURST_GMIN good packets are assumed before and behind. (The counters of appendix A.2
 * only approximate that: they forget the tail and start wrong.)
 * Runs are of consecutive bad packets, without Gmin: BurstR of G.107 is made of them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define BURST_GMIN        16 /* RFC 3611 4.7.2 recommends it */
#define BURST_RATIO_MAX   8.0
#define BURST_RATIO_TRUST 5 /* bad packets below which the pattern says nothing */
#define LOSS_RUN_LENGTHS  10

typedef struct {
    int64_t burst_first, bad_last; /* of the group that is open */
    int64_t gap_first;
    uint32_t group_bad; /* in the open group; 0: none */
    uint32_t bad, runs;
    uint32_t bursts, burst_packets, burst_bad;
    uint32_t gaps; /* stretches before and between bursts */
} BurstTracker;

typedef struct {
    uint64_t packets, bad;
    uint64_t bursts, burst_packets, burst_bad;
    uint64_t gaps, gap_packets, gap_bad;
    double burst_density, gap_density; /* bad of all in it, 0..1; 0 when there is none */
    double burst_mean_packets, gap_mean_packets;
    double burst_ratio;        /* BurstR, 1..BURST_RATIO_MAX */
    bool burst_ratio_measured; /* false: too few bad packets, 1 is assumed */
    bool burst_ratio_trusted;  /* inside the range G.107 was fitted for */
} BurstReport;

/* @count packets from position @first (0 is the stream's first) are bad. Positions must not go
 * back. */
void burst_add(BurstTracker *tracker, int64_t first, uint32_t count);
/* As if the stream ended after @packets positions. */
BurstReport burst_report(const BurstTracker *tracker, uint64_t packets);

/* How long runs of losses are: 1, 2 ... 9, and 10 or more. */
typedef struct {
    int64_t last;
    uint32_t open; /* length of the run that ends at @last; 0: none */
    uint32_t runs[LOSS_RUN_LENGTHS];
} LossRuns;

void loss_runs_add(LossRuns *runs, int64_t first, uint32_t count);
/* With the open run. */
void loss_runs_report(const LossRuns *runs, uint32_t out[LOSS_RUN_LENGTHS]);

/* Packets by their delay above the fastest of the recent ones. */
#define DELAY_BUCKETS 7
extern const uint16_t delay_bucket_ms[DELAY_BUCKETS]; /* lower bounds: 50 70 90 120 150 200 300 */

typedef struct {
    uint32_t packets[DELAY_BUCKETS]; /* from this bound to the next */
} DelayBuckets;

void delay_buckets_add_slow(DelayBuckets *buckets, int64_t delay_ns);
/* Most packets are below the first bound. */
static inline void delay_buckets_add(DelayBuckets *buckets, int64_t delay_ns)
{
    if (delay_ns >= 50 * INT64_C(1000000))
        delay_buckets_add_slow(buckets, delay_ns);
}
