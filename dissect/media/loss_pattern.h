/* dissect/media/loss_pattern.h - which packets were lost or discarded, exactly, whatever their
 * order.
 *
 * Numbers wait in a window until nothing that comes can be of use to a listener any more; then they
 * are settled, 64 at a time. A packet later than the window was lost for every receiver. The
 * positions of one segment follow those of the segment before.
 * Private to dissect/media/. */
#pragma once
#include "dissect/media/burst.h"
#include "dissect/media/jitter_buffer.h"

#define PATTERN_WORDS 4 /* of 64 numbers: 5 s of 20 ms packets, 640 ms of 2.5 ms ones */

typedef struct {
    int64_t highest, lowest; /* extended sequence numbers of this segment */
    int64_t settled;         /* the first number of the window; a multiple of 64 */
    int64_t before;          /* positions of the segments before */
    bool started;
    struct {
        uint64_t received, played[JITTER_BUFFERS];
    } words[PATTERN_WORDS];
    LossRuns losses; /* of the network */
    BurstTracker bursts[JITTER_BUFFERS];
} LossPattern;

/* @discards: the set that jitter_buffers_add() returned. */
void loss_pattern_add(LossPattern *pattern, int64_t extended, unsigned discards);
/* The next number begins a new segment. */
void loss_pattern_restart(LossPattern *pattern);
/* Settles what is in the window. */
LossPattern loss_pattern_end(const LossPattern *pattern);
/* Of an ended pattern: positions of all segments. */
uint64_t loss_pattern_length(const LossPattern *ended);
