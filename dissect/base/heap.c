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

void heap_populate(const void *newest)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t from = ((uintptr_t)newest + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
    uintptr_t end = (uintptr_t)sbrk(0);

    if (newest && from < end)
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

void heap_populate(const void *newest)
{
    (void)newest;
}
#endif
