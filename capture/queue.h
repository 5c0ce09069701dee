/* capture/queue.h - a bounded queue of packet blocks between threads, first in, first out.
 * Every function may be called from any thread; a waiting reader or writer is woken at once. */
#pragma once
#include "capture/packet_block.h"
#include <glib.h>

typedef struct BlockQueue BlockQueue;

BlockQueue *block_queue_new(unsigned capacity);
/* Frees the blocks in it as well. */
void block_queue_free(BlockQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlockQueue, block_queue_free)

/* Takes @block and returns true, or false when the queue is full or closed. */
bool block_queue_try_push(BlockQueue *queue, PacketBlock *block);
/* The same, but waits up to @timeout_us for room; < 0: without end. */
bool block_queue_push(BlockQueue *queue, PacketBlock *block, int64_t timeout_us);
/* The oldest block, or NULL when there is none within @timeout_us (0: at once, < 0: without end),
 * or when the queue is closed and empty. */
PacketBlock *block_queue_pop(BlockQueue *queue, int64_t timeout_us);

/* Refuses further blocks; those in it can still be popped. Wakes everybody. */
void block_queue_close(BlockQueue *queue);
/* Closed, and nothing left in it. */
bool block_queue_ended(BlockQueue *queue);
unsigned block_queue_length(BlockQueue *queue);
