/* dissect/media/burst.c - see burst.h */
#include "dissect/media/burst.h"

#define NS_IN_MS INT64_C(1000000)

const uint16_t delay_bucket_ms[DELAY_BUCKETS] = { 50, 70, 90, 120, 150, 200, 300 };

/* The open group is complete: a burst, or a bad packet that stands alone in its gap. */
static void close_group(BurstTracker *tracker)
{
    if (tracker->group_bad > 1) {
        tracker->gaps += tracker->burst_first > tracker->gap_first;
        tracker->bursts++;
        tracker->burst_packets += (uint32_t)(tracker->bad_last - tracker->burst_first) + 1;
        tracker->burst_bad += tracker->group_bad;
        tracker->gap_first = tracker->bad_last + 1;
    }
    tracker->group_bad = 0;
}

void burst_add(BurstTracker *tracker, int64_t first, uint32_t count)
{
    if (count == 0)
        return;
    bool follows = tracker->bad > 0 && first == tracker->bad_last + 1;
    if (tracker->group_bad > 0 && first - tracker->bad_last - 1 >= BURST_GMIN)
        close_group(tracker);
    if (tracker->group_bad == 0)
        tracker->burst_first = first;
    tracker->runs += !follows;
    tracker->group_bad += count;
    tracker->bad += count;
    tracker->bad_last = first + count - 1;
}

static double ratio(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

/* G.107 3.5: the mean run, over what it would be if losses were independent. */
static void report_burst_ratio(const BurstTracker *tracker, BurstReport *out)
{
    double loss = ratio(out->bad, out->packets);

    out->burst_ratio = 1;
    out->burst_ratio_trusted = true;
    out->burst_ratio_measured = out->bad >= BURST_RATIO_TRUST;
    if (!out->burst_ratio_measured)
        return;
    double measured = ratio(out->bad, tracker->runs) * (1 - loss);
    if (measured > BURST_RATIO_MAX)
        measured = BURST_RATIO_MAX;
    if (measured > 1)
        out->burst_ratio = measured;
    out->burst_ratio_trusted = measured <= 2 || loss < 0.02;
}

BurstReport burst_report(const BurstTracker *tracker, uint64_t packets)
{
    BurstTracker end = *tracker;

    close_group(&end);
    BurstReport out = {
        .packets = packets,
        .bad = end.bad,
        .bursts = end.bursts,
        .burst_packets = end.burst_packets,
        .burst_bad = end.burst_bad,
        .gaps = end.gaps + ((int64_t)packets > end.gap_first),
        .gap_packets = packets - end.burst_packets,
        .gap_bad = end.bad - end.burst_bad,
    };
    out.burst_density = ratio(out.burst_bad, out.burst_packets);
    out.gap_density = ratio(out.gap_bad, out.gap_packets);
    out.burst_mean_packets = ratio(out.burst_packets, out.bursts);
    out.gap_mean_packets = ratio(out.gap_packets, out.gaps);
    report_burst_ratio(tracker, &out);
    return out;
}

static void count_run(uint32_t runs[LOSS_RUN_LENGTHS], uint32_t length)
{
    if (length > 0)
        runs[(length < LOSS_RUN_LENGTHS ? length : LOSS_RUN_LENGTHS) - 1]++;
}

void loss_runs_add(LossRuns *runs, int64_t first, uint32_t count)
{
    if (count == 0)
        return;
    if (runs->open > 0 && first != runs->last + 1) {
        count_run(runs->runs, runs->open);
        runs->open = 0;
    }
    runs->open += count;
    runs->last = first + count - 1;
}

void loss_runs_report(const LossRuns *runs, uint32_t out[LOSS_RUN_LENGTHS])
{
    for (int i = 0; i < LOSS_RUN_LENGTHS; i++)
        out[i] = runs->runs[i];
    count_run(out, runs->open);
}

void delay_buckets_add_slow(DelayBuckets *buckets, int64_t delay_ns)
{
    int i = DELAY_BUCKETS - 1;

    while (i >= 0 && delay_ns < delay_bucket_ms[i] * NS_IN_MS)
        i--;
    if (i >= 0)
        buckets->packets[i]++;
}
