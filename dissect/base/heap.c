#include "dissect/base/heap.h"
#include <stdint.h>
#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#define STEP       (32 << 20)
#define LARGE_PAGE ((uintptr_t)2 << 20)

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
#else
void heap_prepare(void)
{
}

void *heap_use_large_pages(void *end)
{
    return end;
}
#endif
