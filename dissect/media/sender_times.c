#include "dissect/media/sender_times.h"
#include <glib.h>
#include <math.h>

#define ROUND_TRIP_MAX_MS 30000.0
#define CLOCK_ERROR_MS    1.0 /* DLSR is rounded; a receiver beside the probe is 0 ms away */

void sender_times_note(SenderTimes *times, uint64_t ntp, int64_t time_ns)
{
    unsigned slot = times->seen++ % SENDER_TIMES;

    times->ntp[slot] = (uint32_t)(ntp >> 16);
    times->time_ns[slot] = time_ns;
}

double sender_times_round_trip_ms(const SenderTimes *times, const TimeEcho *echo, int64_t time_ns)
{
    unsigned known = MIN(times->seen, SENDER_TIMES);

    for (unsigned i = 0; echo->time != 0 && i < known; i++) {
        if (times->ntp[i] != echo->time)
            continue;
        int64_t apart_ns = time_between(times->time_ns[i], time_ns);
        double trip_ms = (double)apart_ns / 1e6 - (double)echo->kept * 1e3 / 65536;
        return trip_ms < -CLOCK_ERROR_MS || trip_ms > ROUND_TRIP_MAX_MS ? NAN : MAX(trip_ms, 0);
    }
    return NAN;
}
