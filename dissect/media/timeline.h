/* dissect/media/timeline.h - a stream over time, in constant memory.
 *
 * At most TIMELINE_BINS bins, one second wide at first; when they are full two of them become one
 * and all are twice as wide. The array grows with the stream until then (3 KiB), so that short
 * calls are small: five allocations in a stream's life. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define TIMELINE_BINS 256

/* Counts stop at 65535: at 50 packets/s after a stream of four days. */
typedef struct {
    uint16_t packets;       /* that came, copies not */
    uint16_t lost;          /* noticed here */
    uint16_t discarded;     /* by the adaptive jitter buffer */
    uint16_t jitter_max_16; /* RFC 3550, 1/16 ms */
    uint16_t delta_max_ms;  /* between packets */
} TimelineBin;

typedef struct {
    TimelineBin *bins; /* owned; NULL before the first packet */
    uint8_t *levels;   /* as many; owned; NULL before timeline_note_level() */
    int64_t start_ns;
    int64_t bin_start_ns; /* of the bin below */
    uint16_t current, count, allocated;
    uint8_t doublings; /* of the width */
} Timeline;

static inline int64_t timeline_width_ns(const Timeline *timeline)
{
    return INT64_C(1000000000) << timeline->doublings;
}

void timeline_clear(Timeline *timeline);
/* The bin of @time_ns, which later calls may move. What comes before the first packet belongs to
 * the first bin. */
TimelineBin *timeline_seek(Timeline *timeline, int64_t time_ns);

static inline TimelineBin *timeline_at(Timeline *timeline, int64_t time_ns)
{
    uint64_t into_ns = (uint64_t)time_ns - (uint64_t)timeline->bin_start_ns;
    if (timeline->bins && into_ns < (uint64_t)timeline_width_ns(timeline))
        return &timeline->bins[timeline->current];
    return timeline_seek(timeline, time_ns);
}

/* How loud it was at @time_ns, learnt later: 1 to 255. Of a bin's levels the highest stays. */
void timeline_note_level(Timeline *timeline, int64_t time_ns, uint8_t level);
uint8_t timeline_level(const Timeline *timeline, unsigned bin); /* 0: not known */

static inline void timeline_count(uint16_t *counter, int64_t more)
{
    int64_t sum = *counter + more;
    *counter = (uint16_t)(sum < 0 ? 0 : sum > UINT16_MAX ? UINT16_MAX : sum);
}

static inline void timeline_max(uint16_t *highest, double value)
{
    if (value > *highest)
        *highest = (uint16_t)(value < UINT16_MAX ? value : UINT16_MAX);
}
