/* dissect/base/cache.h - memory asked for before it is used, a line of the processor's cache at a
 * time. Only hints: what is asked for need not exist. */
#pragma once
#include "dissect/base/unrolled.h"
#include <stddef.h>

#define CACHE_LINE 64u

/* To be read, or written where no other core uses it. */
static inline void cache_fetch(const void *at, size_t size)
{
    UNROLLED
    for (size_t line = 0; line < size; line += CACHE_LINE)
        __builtin_prefetch((const char *)at + line);
}

/* The same of what need not begin where a line does, and may so end in one more. @size: not 0. */
static inline void cache_fetch_unaligned(const void *at, size_t size)
{
    cache_fetch(at, size);
    __builtin_prefetch((const char *)at + size - 1);
}

/* To be written, where another core has read it: it is taken from that one. Compilers emit this
 * only for processors that have it by name; the others take it for no operation. */
static inline void cache_fetch_to_write(const void *at, size_t size)
{
    UNROLLED
    for (size_t line = 0; line < size; line += CACHE_LINE)
#if defined(__x86_64__)
        __asm__ volatile("prefetchw %0" : : "m"(((const char *)at)[line]));
#else
        __builtin_prefetch((const char *)at + line, 1);
#endif
}
