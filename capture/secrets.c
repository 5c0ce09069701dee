/* capture/secrets.c - see secrets.h. */
#include "capture/secrets.h"

#define WAITING_BYTES_MAX ((size_t)32 << 20)

struct SecretsQueue {
    GMutex lock;
    GQueue waiting;      /* lock; owns each GBytes */
    bool copies;         /* set before anything is pushed */
    GQueue copied;       /* lock; owns a reference to each GBytes */
    size_t bytes;        /* lock */
    gint waiting_length; /* atomic */
    gint refused;        /* atomic */
};

SecretsQueue *secrets_queue_new(void)
{
    SecretsQueue *queue = g_new0(SecretsQueue, 1);

    g_mutex_init(&queue->lock);
    return queue;
}

void secrets_queue_free(SecretsQueue *queue)
{
    if (!queue)
        return;
    g_queue_clear_full(&queue->waiting, (GDestroyNotify)g_bytes_unref);
    g_queue_clear_full(&queue->copied, (GDestroyNotify)g_bytes_unref);
    g_mutex_clear(&queue->lock);
    g_free(queue);
}

void secrets_queue_push(SecretsQueue *queue, const uint8_t *bytes, size_t len)
{
    g_mutex_lock(&queue->lock);
    bool fits = len <= WAITING_BYTES_MAX - queue->bytes;
    if (fits) {
        g_queue_push_tail(&queue->waiting, g_bytes_new(bytes, len));
        if (queue->copies)
            g_queue_push_tail(&queue->copied, g_bytes_ref(queue->waiting.tail->data));
        queue->bytes += len;
        g_atomic_int_inc(&queue->waiting_length);
    }
    g_mutex_unlock(&queue->lock);
    if (!fits)
        secrets_queue_refuse(queue);
}

void secrets_queue_refuse(SecretsQueue *queue)
{
    g_atomic_int_inc(&queue->refused);
}

GBytes *secrets_queue_pop(SecretsQueue *queue)
{
    if (g_atomic_int_get(&queue->waiting_length) == 0)
        return NULL;
    g_mutex_lock(&queue->lock);
    GBytes *bytes = g_queue_pop_head(&queue->waiting);
    queue->bytes -= g_bytes_get_size(bytes);
    g_atomic_int_add(&queue->waiting_length, -1);
    g_mutex_unlock(&queue->lock);
    return bytes;
}

unsigned secrets_queue_refused(const SecretsQueue *queue)
{
    return (unsigned)g_atomic_int_get(&queue->refused);
}

void secrets_queue_copy(SecretsQueue *queue)
{
    queue->copies = true;
}

GBytes *secrets_queue_pop_copy(SecretsQueue *queue)
{
    g_mutex_lock(&queue->lock);
    GBytes *bytes = g_queue_pop_head(&queue->copied);
    g_mutex_unlock(&queue->lock);
    return bytes;
}
