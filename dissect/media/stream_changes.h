/* dissect/media/stream_changes.h - what a stream changed while it went on: its codec, its packet
 * time. Bounded; private to dissect/media/, but for the records. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define STREAM_CHANGES_MAX 32
#define STEADY_STEPS       8 /* equal timestamp steps in a row that make a packet time */

typedef enum { CHANGE_CODEC, CHANGE_PTIME } StreamChangeKind;

typedef struct {
    int64_t time_ns;
    StreamChangeKind kind;
    uint8_t from_type, to_type; /* payload types; the same when only the packet time changed */
    uint16_t from_ms, to_ms;    /* packet times; 0: not known */
} StreamChange;

typedef struct {
    StreamChange records[STREAM_CHANGES_MAX];
    unsigned count;
    uint64_t dropped; /* beyond the cap */
} StreamChanges;

void stream_changes_add(StreamChanges *changes, const StreamChange *change);

/* The packet time as it is now; @streak watches for another. Events, comfort noise and pauses make
 * steps of their own, but never so many equal ones in a row. */
typedef struct {
    uint32_t ticks;        /* the steady step; 0: none yet */
    uint32_t streak_ticks; /* a step that differs from it */
    int64_t streak_seq;    /* its last extended sequence number */
    uint16_t ms;           /* of the last steady step, also before a change of codecs */
    uint8_t streak;
} SteadyStep;

/* A step of @ticks that is not steady->ticks, to the packet @seq. True when it has become the
 * steady one; @from_ms is then what it was before, 0 at first. */
bool steady_step_differs(SteadyStep *steady, uint32_t ticks, int64_t seq, uint32_t clock_hz,
                         uint16_t *from_ms);
