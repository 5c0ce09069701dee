/* dissect/base/slab.h - small blocks of memory of any size: what the calls of a capture are made
 * of, millions of which stay until the end. A block has no header, so that whoever gives it back
 * says how large it is; it is then used again for one of that size. Blocks taken one after the
 * other stand side by side, and those of whole cache lines begin on one. Large ones come from
 * malloc(), and so do all of them under AddressSanitizer. For one thread, or several under a lock.
 */
#pragma once
#include "dissect/base/cache.h"
#include <glib.h>
#include <stddef.h>

#define SLAB_UNIT    16u   /* what sizes are rounded up to */
#define SLAB_MAX     2048u /* bytes; larger blocks are malloc()'s */
#define SLAB_CLASSES (SLAB_MAX / SLAB_UNIT)

typedef struct {
    char *next;                   /* of the newest chunk: where nothing was taken yet, */
    size_t left;                  /* and how many bytes those are */
    GPtrArray *chunks;            /* owned */
    void *free[SLAB_CLASSES + 1]; /* by units: the last one given back, which names its follower */
} Slab;

void slab_init(Slab *slab);
/* All blocks go, given back or not, but for large ones. */
void slab_clear(Slab *slab);

/* @size in whole cache lines: for what is touched often. */
static inline size_t slab_lines(size_t size)
{
    return (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

/* At least @size bytes, undefined; aligned for anything. NULL for 0 bytes. */
void *slab_take(Slab *slab, size_t size);
/* Takes back what slab_take() or slab_resize() gave for @size; NULL is ignored. */
void slab_give_back(Slab *slab, void *block, size_t size);
/* Like realloc(): the smaller of both sizes is kept of what @block holds. */
void *slab_resize(Slab *slab, void *block, size_t old_size, size_t size);

/* A copy of @size bytes. */
void *slab_copy(Slab *slab, const void *from, size_t size);
