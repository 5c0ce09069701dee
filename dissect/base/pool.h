/* dissect/base/pool.h - records of one size, numbered from 1. They never move, and stand close
 * together; those given back are used again. For what a SlotIndex finds. */
#pragma once
#include <glib.h>
#include <stdint.h>

typedef struct {
    GPtrArray *chunks; /* owns the records */
    size_t size;       /* of one */
    uint32_t used;     /* highest number given so far */
    uint32_t free;     /* the last one given back, which names the one before; 0: none */
} Pool;

#define POOL_CHUNK 512u /* records allocated at once */

/* @size: of a record, at least 4 bytes. */
void pool_init(Pool *pool, size_t size);
void pool_clear(Pool *pool);
/* The number of a record whose bytes are undefined. */
uint32_t pool_take(Pool *pool);
void pool_give_back(Pool *pool, uint32_t number);

static inline void *pool_at(const Pool *pool, uint32_t number)
{
    char *chunk = g_ptr_array_index(pool->chunks, (number - 1) / POOL_CHUNK);
    return chunk + (number - 1) % POOL_CHUNK * pool->size;
}
