#include "dissect/base/heap.h"
#include <glib.h>
#include <stdint.h>
#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#define STEP       (32 << 20)
#define LARGE_PAGE ((uintptr_t)2 << 20)
#define POPULATED  (2 * LARGE_PAGE) /* more than a block of packets takes */

void heap_prepare(void)
{
    mallopt(M_ARENA_MAX, 1); /* one thread allocates nearly everything */
    mallopt(M_TOP_PAD, STEP);
    mallopt(M_TRIM_THRESHOLD, 2 * STEP);
    mallopt(M_MMAP_THRESHOLD, STEP); /* tables that grow stay in the heap */
}

void *heap_use_large_pages(void *end)
{
    void *now = sbrk(0);

    if (now == end || now == (void *)-1)
        return end;
    uintptr_t from = end && end < now ? (uintptr_t)end : (uintptr_t)now - STEP;
    from &= ~(LARGE_PAGE - 1);
    madvise((void *)from, (uintptr_t)now - from, MADV_HUGEPAGE);
    return now;
}

static void populate(const void *newest)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t from = ((uintptr_t)newest + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
    uintptr_t end = (uintptr_t)sbrk(0);

    if (from < end)
        madvise((void *)from, MIN(POPULATED, end - from), MADV_POPULATE_WRITE);
#else
    (void)newest;
#endif
}
#else
void heap_prepare(void)
{
}

void *heap_use_large_pages(void *end)
{
    return end;
}

static void populate(const void *newest)
{
    (void)newest;
}
#endif

struct HeapAhead {
    GThread *thread;
    GAsyncQueue *newest; /* or itself: the end */
};

static gpointer heap_thread(gpointer data)
{
    HeapAhead *ahead = data;
    gpointer newest;

    while ((newest = g_async_queue_pop(ahead->newest)) != ahead)
        populate(newest);
    return NULL;
}

HeapAhead *heap_ahead_new(void)
{
    HeapAhead *ahead = g_new0(HeapAhead, 1);

    ahead->newest = g_async_queue_new();
    ahead->thread = g_thread_new("heap", heap_thread, ahead);
    return ahead;
}

void heap_ahead_free(HeapAhead *ahead)
{
    if (!ahead)
        return;
    g_async_queue_push(ahead->newest, ahead);
    g_thread_join(ahead->thread);
    g_async_queue_unref(ahead->newest);
    g_free(ahead);
}

void heap_ahead_note(HeapAhead *ahead, void *newest)
{
    if (newest)
        g_async_queue_push(ahead->newest, newest);
}
