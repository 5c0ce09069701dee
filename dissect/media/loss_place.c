/* dissect/media/loss_place.c - see loss_place.h */
#include "dissect/media/loss_place.h"
#include <stdlib.h>

#define INTERVAL_MAX                                                                               \
    1000000 /* packets: longer ones are no interval but a receiver that restarted */

static void mark(LossPlace *place, const RtcpReport *report, uint32_t reporter,
                 const LossView *here)
{
    place->marked = true;
    place->reporter = reporter;
    place->highest_seq = report->highest_seq;
    place->cumulative_lost = report->cumulative_lost;
    place->received = here->received;
    place->duplicates = (uint32_t)here->duplicates;
    place->restarts = (uint32_t)here->restarts;
}

/* The first report speaks of the whole stream; of what was seen here only if the capture has its
 * beginning. Then its two figures of loss, of all and since the last report, are the same. */
static bool covers_all_seen(const RtcpReport *report, const LossView *here)
{
    if (here->from_first == 0 || here->restarts > 0)
        return false;
    if (report->cumulative_lost <= 0)
        return report->fraction_lost == 0;
    uint64_t fraction = 256 * (uint64_t)report->cumulative_lost / here->from_first;
    return llabs((long long)fraction - report->fraction_lost) <= 1;
}

static void place_losses(LossPlace *place, int64_t here, int64_t there, int64_t duplicates)
{
    if (there < here)
        there += MIN(duplicates, here - there);
    if (here < 0 && there < 0) { /* came after all, to both */
        int64_t late = MAX(here, there);
        place->before += late;
        here -= late;
        there -= late;
    }
    int64_t both = MAX(MIN(here, there), 0);
    place->before += both;
    place->after += there - both;
    place->in_capture += here - both;
}

static void close_interval(LossPlace *place, const RtcpReport *report, uint64_t expected,
                           const LossView *now)
{
    int64_t there = (int64_t)report->cumulative_lost - place->cumulative_lost;
    int64_t here = (int64_t)expected - (int64_t)(now->received - place->received);

    place->intervals++;
    place->packets += expected;
    place_losses(place, here, there, (uint32_t)now->duplicates - place->duplicates);
}

void loss_place_add(LossPlace *place, const RtcpReport *report, uint32_t reporter,
                    const LossView *here)
{
    if (!place->marked) {
        if (covers_all_seen(report, here)) {
            place->cumulative_lost = 0;
            close_interval(place, report, here->from_first, here);
        }
        mark(place, report, reporter, here);
        return;
    }
    if (place->reporter != reporter)
        return;
    uint32_t expected = report->highest_seq - place->highest_seq;
    if (expected == 0)
        return;
    if (expected <= INTERVAL_MAX && place->restarts == (uint32_t)here->restarts)
        close_interval(place, report, expected, here);
    mark(place, report, reporter, here);
}
