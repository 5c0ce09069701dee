#include "dissect/base/pool.h"
#include <string.h>

#define ALIGNMENT 64 /* a cache line */

void pool_init(Pool *pool, size_t size)
{
    g_assert(size >= sizeof pool->free);
    *pool = (Pool){ .chunks = g_ptr_array_new_with_free_func(g_aligned_free), .size = size };
}

void pool_clear(Pool *pool)
{
    g_ptr_array_unref(pool->chunks);
    *pool = (Pool){ 0 };
}

uint32_t pool_take(Pool *pool)
{
    uint32_t number = pool->free;

    if (number) {
        memcpy(&pool->free, pool_at(pool, number), sizeof pool->free);
        return number;
    }
    if (pool->used % POOL_CHUNK == 0)
        g_ptr_array_add(pool->chunks, g_aligned_alloc(POOL_CHUNK, pool->size, ALIGNMENT));
    return ++pool->used;
}

void pool_give_back(Pool *pool, uint32_t number)
{
    memcpy(pool_at(pool, number), &pool->free, sizeof pool->free);
    pool->free = number;
}
