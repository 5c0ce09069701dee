/* dissect/ahead_queue.h - runs of decoded packets, from the decode thread to the dissect thread.
 * They are short, so that what one core wrote is still in its cache when the other one reads it.
 * One thread on each side. */
#pragma once
#include "capture/packet_block.h"
#include "dissect/decoded_run.h"

/* Some packets of @block, in their order; the block stays with whoever holds it. */
typedef struct {
    PacketBlock *block;
    bool is_first, is_last; /* of its block */
    DecodedRun *decoded;    /* the queue's */
} AheadRun;

typedef struct AheadQueue AheadQueue;

AheadQueue *ahead_queue_new(void);
void ahead_queue_free(AheadQueue *queue);

/* The run to be filled next; waits for room. Then it is handed over. */
AheadRun *ahead_queue_next(AheadQueue *queue);
void ahead_queue_push(AheadQueue *queue);
/* No more will come. */
void ahead_queue_close(AheadQueue *queue);

/* The oldest run; NULL when none came within @timeout_us, or the queue is closed and empty. Then it
 * is given back. */
const AheadRun *ahead_queue_first(AheadQueue *queue, int64_t timeout_us);
void ahead_queue_pop(AheadQueue *queue);
/* Closed, and nothing left in it. */
bool ahead_queue_ended(AheadQueue *queue);
