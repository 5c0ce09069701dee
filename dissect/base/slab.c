#include "dissect/base/slab.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define CHUNK ((size_t)256 << 10)

#if defined(__SANITIZE_ADDRESS__)
#define EACH_ALONE true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_ALONE true
#endif
#endif
#ifndef EACH_ALONE
#define EACH_ALONE false
#endif

static bool is_alone(size_t size)
{
    return EACH_ALONE || size > SLAB_MAX;
}

static size_t units_of(size_t size)
{
    return (size + SLAB_UNIT - 1) / SLAB_UNIT;
}

void slab_init(Slab *slab)
{
    *slab = (Slab){ .chunks = g_ptr_array_new_with_free_func(g_aligned_free) };
}

void slab_clear(Slab *slab)
{
    g_ptr_array_unref(slab->chunks);
    *slab = (Slab){ 0 };
}

static void push(Slab *slab, void *block, size_t units)
{
    memcpy(block, &slab->free[units], sizeof slab->free[units]);
    slab->free[units] = block;
}

/* What is left of the last chunk serves smaller blocks. */
static void add_chunk(Slab *slab)
{
    if (slab->left >= SLAB_UNIT)
        push(slab, slab->next, slab->left / SLAB_UNIT);
    slab->next = g_aligned_alloc(1, CHUNK, CACHE_LINE);
    slab->left = CHUNK;
    g_ptr_array_add(slab->chunks, slab->next);
}

/* What is whole cache lines begins on one: it then touches no more of them than it must. What is
 * left before it serves smaller blocks. */
static void align(Slab *slab, size_t units)
{
    size_t skip = -(uintptr_t)slab->next % CACHE_LINE;

    if (units % (CACHE_LINE / SLAB_UNIT) != 0 || skip == 0 || slab->left < skip)
        return;
    push(slab, slab->next, skip / SLAB_UNIT);
    slab->next += skip;
    slab->left -= skip;
}

void *slab_take(Slab *slab, size_t size)
{
    size_t units = units_of(size);

    if (G_UNLIKELY(is_alone(size)))
        return g_malloc(size);
    void *block = slab->free[units];
    if (block) {
        memcpy(&slab->free[units], block, sizeof slab->free[units]);
        return block;
    }
    if (units == 0)
        return NULL;
    align(slab, units);
    if (slab->left < units * SLAB_UNIT)
        add_chunk(slab);
    block = slab->next;
    slab->next += units * SLAB_UNIT;
    slab->left -= units * SLAB_UNIT;
    return block;
}

void slab_give_back(Slab *slab, void *block, size_t size)
{
    if (is_alone(size))
        g_free(block);
    else if (block)
        push(slab, block, units_of(size));
}

void *slab_resize(Slab *slab, void *block, size_t old_size, size_t size)
{
    if (is_alone(old_size) && is_alone(size))
        return g_realloc(block, size);
    void *fresh = slab_take(slab, size);
    if (block)
        memcpy(fresh, block, MIN(old_size, size));
    slab_give_back(slab, block, old_size);
    return fresh;
}

void *slab_copy(Slab *slab, const void *from, size_t size)
{
    void *copy = slab_take(slab, size);

    if (size)
        memcpy(copy, from, size);
    return copy;
}
