#include "dissect/ahead_queue.h"

#define RUNS         16u
#define WAKE_DECODER (RUNS / 2) /* waking is a system call: only when there is some room */

struct AheadQueue {
    AheadRun runs[RUNS];
    SdpBuffer scratch; /* of the decode thread */
    GMutex lock;
    GCond filled, drained;
    unsigned pushed, popped;         /* lock; both only count up */
    bool closed;                     /* lock */
    bool reader_waits, writer_waits; /* lock */
};

AheadQueue *ahead_queue_new(void)
{
    AheadQueue *queue = g_new0(AheadQueue, 1);

    g_mutex_init(&queue->lock);
    g_cond_init(&queue->filled);
    g_cond_init(&queue->drained);
    for (unsigned i = 0; i < RUNS; i++)
        queue->runs[i].decoded = decoded_run_new(&queue->scratch);
    return queue;
}

void ahead_queue_free(AheadQueue *queue)
{
    if (!queue)
        return;
    for (unsigned i = 0; i < RUNS; i++)
        decoded_run_free(queue->runs[i].decoded);
    g_cond_clear(&queue->filled);
    g_cond_clear(&queue->drained);
    g_mutex_clear(&queue->lock);
    g_free(queue);
}

AheadRun *ahead_queue_next(AheadQueue *queue)
{
    g_mutex_lock(&queue->lock);
    while (queue->pushed - queue->popped == RUNS) {
        queue->writer_waits = true;
        g_cond_wait(&queue->drained, &queue->lock);
    }
    queue->writer_waits = false;
    AheadRun *run = &queue->runs[queue->pushed % RUNS];
    g_mutex_unlock(&queue->lock);
    return run;
}

static void wake(GCond *cond, bool *waits)
{
    if (*waits)
        g_cond_signal(cond);
    *waits = false;
}

void ahead_queue_push(AheadQueue *queue)
{
    g_mutex_lock(&queue->lock);
    queue->pushed++;
    wake(&queue->filled, &queue->reader_waits);
    g_mutex_unlock(&queue->lock);
}

void ahead_queue_close(AheadQueue *queue)
{
    g_mutex_lock(&queue->lock);
    queue->closed = true;
    wake(&queue->filled, &queue->reader_waits);
    g_mutex_unlock(&queue->lock);
}

const AheadRun *ahead_queue_first(AheadQueue *queue, int64_t timeout_us)
{
    const AheadRun *run = NULL;
    int64_t deadline_us = 0;
    bool in_time = true;

    g_mutex_lock(&queue->lock);
    while (queue->pushed == queue->popped && !queue->closed && in_time) {
        if (deadline_us == 0)
            deadline_us = g_get_monotonic_time() + timeout_us;
        queue->reader_waits = true;
        in_time = g_cond_wait_until(&queue->filled, &queue->lock, deadline_us);
    }
    if (queue->pushed != queue->popped)
        run = &queue->runs[queue->popped % RUNS];
    g_mutex_unlock(&queue->lock);
    return run;
}

bool ahead_queue_ended(AheadQueue *queue)
{
    g_mutex_lock(&queue->lock);
    bool ended = queue->closed && queue->pushed == queue->popped;
    g_mutex_unlock(&queue->lock);
    return ended;
}

void ahead_queue_pop(AheadQueue *queue)
{
    g_mutex_lock(&queue->lock);
    queue->popped++;
    if (queue->pushed - queue->popped <= WAKE_DECODER)
        wake(&queue->drained, &queue->writer_waits);
    g_mutex_unlock(&queue->lock);
}
