/* dissect/media/stream_changes.c - see stream_changes.h */
#include "dissect/media/stream_changes.h"

#define PTIME_MAX_MS 200 /* longer steps are pauses */

void stream_changes_add(StreamChanges *changes, const StreamChange *change)
{
    if (changes->count == STREAM_CHANGES_MAX) {
        changes->dropped++;
        return;
    }
    changes->records[changes->count++] = *change;
}

bool steady_step_differs(SteadyStep *steady, uint32_t ticks, int64_t seq, uint32_t clock_hz,
                         uint16_t *from_ms)
{
    bool goes_on =
        steady->streak > 0 && ticks == steady->streak_ticks && seq == steady->streak_seq + 1;

    steady->streak = goes_on ? (uint8_t)(steady->streak + 1) : 1;
    steady->streak_ticks = ticks;
    steady->streak_seq = seq;
    if (steady->streak < STEADY_STEPS || clock_hz == 0)
        return false;
    uint64_t ms = (UINT64_C(1000) * ticks + clock_hz / 2) / clock_hz;
    steady->streak = 0;
    if (ms > PTIME_MAX_MS)
        return false;
    *from_ms = steady->ms;
    steady->ticks = ticks;
    steady->ms = (uint16_t)ms;
    return true;
}
