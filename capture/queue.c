/* capture/queue.c - see queue.h. */
#include "capture/queue.h"

struct BlockQueue {
    GMutex lock;
    GCond filled;         /* a block came, or the queue was closed */
    GCond drained;        /* a block went, or the queue was closed */
    PacketBlock **blocks; /* lock; a ring */
    unsigned capacity;
    unsigned first; /* lock; index of the oldest block */
    unsigned count; /* lock */
    bool closed;    /* lock */
};

BlockQueue *block_queue_new(unsigned capacity)
{
    g_assert(capacity > 0);
    BlockQueue *queue = g_new0(BlockQueue, 1);
    g_mutex_init(&queue->lock);
    g_cond_init(&queue->filled);
    g_cond_init(&queue->drained);
    queue->blocks = g_new0(PacketBlock *, capacity);
    queue->capacity = capacity;
    return queue;
}

void block_queue_free(BlockQueue *queue)
{
    if (!queue)
        return;
    for (unsigned i = 0; i < queue->count; i++)
        packet_block_free(queue->blocks[(queue->first + i) % queue->capacity]);
    g_free(queue->blocks);
    g_cond_clear(&queue->filled);
    g_cond_clear(&queue->drained);
    g_mutex_clear(&queue->lock);
    g_free(queue);
}

/* Waits on @cond; false when @deadline_us has passed. The lock is held. */
static bool wait_on(BlockQueue *queue, GCond *cond, int64_t timeout_us, int64_t deadline_us)
{
    if (timeout_us == 0)
        return false;
    if (timeout_us > 0)
        return g_cond_wait_until(cond, &queue->lock, deadline_us);
    g_cond_wait(cond, &queue->lock);
    return true;
}

bool block_queue_try_push(BlockQueue *queue, PacketBlock *block)
{
    return block_queue_push(queue, block, 0);
}

bool block_queue_push(BlockQueue *queue, PacketBlock *block, int64_t timeout_us)
{
    int64_t deadline_us = timeout_us > 0 ? g_get_monotonic_time() + timeout_us : 0;
    g_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count == queue->capacity)
        if (!wait_on(queue, &queue->drained, timeout_us, deadline_us))
            break;
    bool taken = !queue->closed && queue->count < queue->capacity;
    if (taken) {
        queue->blocks[(queue->first + queue->count++) % queue->capacity] = block;
        g_cond_signal(&queue->filled);
    }
    g_mutex_unlock(&queue->lock);
    return taken;
}

PacketBlock *block_queue_pop(BlockQueue *queue, int64_t timeout_us)
{
    int64_t deadline_us = timeout_us > 0 ? g_get_monotonic_time() + timeout_us : 0;
    PacketBlock *block = NULL;
    g_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count == 0)
        if (!wait_on(queue, &queue->filled, timeout_us, deadline_us))
            break;
    if (queue->count > 0) {
        block = queue->blocks[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        g_cond_signal(&queue->drained);
    }
    g_mutex_unlock(&queue->lock);
    return block;
}

void block_queue_close(BlockQueue *queue)
{
    g_mutex_lock(&queue->lock);
    queue->closed = true;
    g_cond_broadcast(&queue->filled);
    g_cond_broadcast(&queue->drained);
    g_mutex_unlock(&queue->lock);
}

bool block_queue_ended(BlockQueue *queue)
{
    g_mutex_lock(&queue->lock);
    bool ended = queue->closed && queue->count == 0;
    g_mutex_unlock(&queue->lock);
    return ended;
}

unsigned block_queue_length(BlockQueue *queue)
{
    g_mutex_lock(&queue->lock);
    unsigned count = queue->count;
    g_mutex_unlock(&queue->lock);
    return count;
}
