/* dissect/base/cursor.h - bounds-checked reading of packet bytes.
 * A read past the end yields 0 and sets @failed, which stays set: test it once per layer. */
#pragma once
#include "dissect/base/slice.h"

typedef struct {
    Slice rest; /* what has not been read */
    bool failed;
} Cursor;

static inline Cursor cursor_over(Slice bytes)
{
    return (Cursor){ .rest = bytes };
}

static inline const uint8_t *cursor_take(Cursor *c, size_t count)
{
    if (c->failed || c->rest.len < count) {
        c->failed = true;
        c->rest.len = 0;
        return NULL;
    }
    const uint8_t *at = c->rest.data;
    if (count == 0)
        return at; /* an empty slice may have no address to count from */
    c->rest.data += count;
    c->rest.len -= count;
    return at;
}

static inline void cursor_skip(Cursor *c, size_t count)
{
    cursor_take(c, count);
}

static inline Slice cursor_slice(Cursor *c, size_t count)
{
    const uint8_t *at = cursor_take(c, count);
    return at ? (Slice){ at, count } : SLICE_EMPTY;
}

static inline Slice cursor_rest(const Cursor *c)
{
    return c->failed ? SLICE_EMPTY : c->rest;
}

/* Numbers in what cursor_take() gave: for headers of a fixed size that every packet has. */
static inline uint16_t bytes_be16(const uint8_t *at)
{
    return (uint16_t)((unsigned)at[0] << 8 | at[1]);
}

static inline uint32_t bytes_be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint8_t cursor_u8(Cursor *c)
{
    const uint8_t *at = cursor_take(c, 1);
    return at ? at[0] : 0;
}

static inline uint16_t cursor_be16(Cursor *c)
{
    const uint8_t *at = cursor_take(c, 2);
    return at ? bytes_be16(at) : (uint16_t)0;
}

static inline uint32_t cursor_be24(Cursor *c)
{
    const uint8_t *at = cursor_take(c, 3);
    return at ? (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2] : 0;
}

static inline uint32_t cursor_be32(Cursor *c)
{
    const uint8_t *at = cursor_take(c, 4);
    return at ? bytes_be32(at) : 0;
}

static inline uint64_t cursor_be64(Cursor *c)
{
    uint64_t high = cursor_be32(c);
    return high << 32 | cursor_be32(c);
}
