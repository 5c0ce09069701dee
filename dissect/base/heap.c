#include "dissect/base/heap.h"
#include <glib.h>
#include <stdbool.h>
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

/* @end is what this returned the last time, NULL at first. */
static void *use_large_pages(void *end)
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

static void *use_large_pages(void *end)
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
    GMutex lock;
    GCond told;
    void *newest;      /* lock */
    bool noted, ended; /* lock */
};

/* False when no more will come. */
static bool await_note(HeapAhead *ahead, void **newest)
{
    g_mutex_lock(&ahead->lock);
    while (!ahead->noted && !ahead->ended)
        g_cond_wait(&ahead->told, &ahead->lock);
    bool more = !ahead->ended;
    ahead->noted = false;
    *newest = ahead->newest;
    g_mutex_unlock(&ahead->lock);
    return more;
}

static gpointer heap_thread(gpointer data)
{
    void *newest, *end = NULL;

    while (await_note(data, &newest)) {
        end = use_large_pages(end);
        if (newest)
            populate(newest);
    }
    return NULL;
}

HeapAhead *heap_ahead_new(void)
{
    HeapAhead *ahead = g_new0(HeapAhead, 1);

    g_mutex_init(&ahead->lock);
    g_cond_init(&ahead->told);
    ahead->thread = g_thread_new("heap", heap_thread, ahead);
    return ahead;
}

void heap_ahead_free(HeapAhead *ahead)
{
    if (!ahead)
        return;
    g_mutex_lock(&ahead->lock);
    ahead->ended = true;
    g_cond_signal(&ahead->told);
    g_mutex_unlock(&ahead->lock);
    g_thread_join(ahead->thread);
    g_cond_clear(&ahead->told);
    g_mutex_clear(&ahead->lock);
    g_free(ahead);
}

void heap_ahead_note(HeapAhead *ahead, void *newest)
{
    g_mutex_lock(&ahead->lock);
    ahead->newest = newest;
    ahead->noted = true;
    g_cond_signal(&ahead->told);
    g_mutex_unlock(&ahead->lock);
}
