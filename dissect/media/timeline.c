/* dissect/media/timeline.c - see timeline.h */
#include "dissect/media/timeline.h"
#include "dissect/base/clock.h"
#include <string.h>

#define FIRST_BINS 8
#define WIDEST_NS  (INT64_C(1) << 60)

void timeline_clear(Timeline *timeline)
{
    g_free(timeline->bins);
    g_free(timeline->levels);
    *timeline = (Timeline){ 0 };
}

static void begin(Timeline *timeline, int64_t time_ns)
{
    timeline->bins = g_new0(TimelineBin, FIRST_BINS);
    timeline->allocated = FIRST_BINS;
    timeline->count = 1;
    timeline->start_ns = timeline->bin_start_ns = time_ns;
}

static TimelineBin merge(const TimelineBin *a, const TimelineBin *b)
{
    TimelineBin sum = *a;

    timeline_count(&sum.packets, b->packets);
    timeline_count(&sum.lost, b->lost);
    timeline_count(&sum.discarded, b->discarded);
    sum.jitter_max_16 = MAX(a->jitter_max_16, b->jitter_max_16);
    sum.delta_max_ms = MAX(a->delta_max_ms, b->delta_max_ms);
    return sum;
}

static void merge_levels(Timeline *timeline)
{
    unsigned half = (timeline->count + 1u) / 2;

    for (unsigned i = 0; i < half; i++)
        timeline->levels[i] =
            MAX(timeline_level(timeline, 2 * i), timeline_level(timeline, 2 * i + 1));
    memset(&timeline->levels[half], 0, timeline->allocated - half);
}

static void widen(Timeline *timeline)
{
    static const TimelineBin none;
    unsigned half = (timeline->count + 1u) / 2;

    for (unsigned i = 0; i < half; i++) {
        const TimelineBin *second =
            2 * i + 1 < timeline->count ? &timeline->bins[2 * i + 1] : &none;
        timeline->bins[i] = merge(&timeline->bins[2 * i], second);
    }
    memset(&timeline->bins[half], 0, (timeline->allocated - half) * sizeof timeline->bins[0]);
    if (timeline->levels)
        merge_levels(timeline);
    timeline->count = (uint16_t)half;
    timeline->doublings++;
}

static void grow(Timeline *timeline, unsigned wanted)
{
    unsigned allocated = timeline->allocated;

    while (allocated < wanted)
        allocated *= 2;
    if (allocated == timeline->allocated)
        return;
    timeline->bins = g_renew(TimelineBin, timeline->bins, allocated);
    memset(&timeline->bins[timeline->allocated], 0,
           (allocated - timeline->allocated) * sizeof timeline->bins[0]);
    if (timeline->levels) {
        timeline->levels = g_renew(uint8_t, timeline->levels, allocated);
        memset(&timeline->levels[timeline->allocated], 0, allocated - timeline->allocated);
    }
    timeline->allocated = (uint16_t)allocated;
}

TimelineBin *timeline_seek(Timeline *timeline, int64_t time_ns)
{
    if (!timeline->bins)
        begin(timeline, time_ns);
    int64_t into_ns = time_between(timeline->start_ns, time_ns);
    into_ns = CLAMP(into_ns, 0, WIDEST_NS - 1);
    while (into_ns / timeline_width_ns(timeline) >= TIMELINE_BINS)
        widen(timeline);
    unsigned index = (unsigned)(into_ns / timeline_width_ns(timeline));
    grow(timeline, index + 1);
    timeline->count = (uint16_t)MAX(timeline->count, index + 1);
    timeline->current = (uint16_t)index;
    timeline->bin_start_ns = timeline->start_ns + index * timeline_width_ns(timeline);
    return &timeline->bins[index];
}

void timeline_note_level(Timeline *timeline, int64_t time_ns, uint8_t level)
{
    int64_t into_ns = time_between(timeline->start_ns, time_ns);
    int64_t bin = into_ns / timeline_width_ns(timeline);

    if (!timeline->bins || into_ns < 0 || bin >= timeline->count)
        return;
    if (!timeline->levels)
        timeline->levels = g_new0(uint8_t, timeline->allocated);
    timeline->levels[bin] = MAX(timeline->levels[bin], level);
}

uint8_t timeline_level(const Timeline *timeline, unsigned bin)
{
    return timeline->levels && bin < timeline->count ? timeline->levels[bin] : 0;
}
