/* dissect/media/timeline.c - see timeline.h */
#include "dissect/media/timeline.h"
#include "dissect/base/clock.h"
#include <string.h>

#define FIRST_WIDTH_NS NS_PER_S
#define FIRST_BINS     16
#define WIDEST_NS      (INT64_C(1) << 60)

void timeline_clear(Timeline *timeline)
{
    g_clear_pointer(&timeline->bins, g_free);
    *timeline = (Timeline){ 0 };
}

static void begin(Timeline *timeline, int64_t time_ns)
{
    timeline->bins = g_new0(TimelineBin, FIRST_BINS);
    timeline->allocated = FIRST_BINS;
    timeline->count = 1;
    timeline->start_ns = timeline->bin_start_ns = time_ns;
    timeline->width_ns = FIRST_WIDTH_NS;
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
    timeline->count = (uint16_t)half;
    timeline->width_ns *= 2;
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
    timeline->allocated = (uint16_t)allocated;
}

TimelineBin *timeline_seek(Timeline *timeline, int64_t time_ns)
{
    if (!timeline->bins)
        begin(timeline, time_ns);
    int64_t into_ns = time_between(timeline->start_ns, time_ns);
    into_ns = CLAMP(into_ns, 0, WIDEST_NS - 1);
    while (into_ns / timeline->width_ns >= TIMELINE_BINS)
        widen(timeline);
    unsigned index = (unsigned)(into_ns / timeline->width_ns);
    grow(timeline, index + 1);
    timeline->count = (uint16_t)MAX(timeline->count, index + 1);
    timeline->current = (uint16_t)index;
    timeline->bin_start_ns = timeline->start_ns + index * timeline->width_ns;
    return &timeline->bins[index];
}
