/* dissect/sip/text_map.h - where the bytes stand that mean something: one pass of vector compares
 * over a text, from which all its fields are cut, instead of a pass for each of them.
 *
 * A *mark* is any byte but a letter, a digit, '-', '.' and '_': whatever separates fields is one. A
 * *control* is a byte below the space: lines end with them. Behind the text stands one of both, so
 * that whoever looks for the next one always finds it. Positions are those in the text. */
#pragma once
#include "dissect/sip/text.h"

/* What is beyond is not mapped: a header that ends there is cut the long way. */
#define TEXT_MAP_BYTES 2048u

typedef struct {
    const uint8_t *data; /* borrowed */
    size_t len;          /* of what is mapped */
    uint64_t marks[TEXT_MAP_BYTES / 64 + 1];
    uint64_t controls[TEXT_MAP_BYTES / 64 + 1];
} TextMap;

/* Maps the beginning of @text, which is borrowed. */
void text_map_make(TextMap *map, Slice text);

static inline size_t text_map_next(const uint64_t *bits, size_t at)
{
    size_t word = at / 64;
    uint64_t left = bits[word] >> at % 64;

    if (left)
        return at + (unsigned)__builtin_ctzll(left);
    do
        word++;
    while (!bits[word]);
    return word * 64 + (unsigned)__builtin_ctzll(bits[word]);
}

/* Position of the first mark from @at on, which is at most map->len; map->len when there is none.
 */
static inline size_t text_map_mark(const TextMap *map, size_t at)
{
    return text_map_next(map->marks, at);
}

static inline size_t text_map_control(const TextMap *map, size_t at)
{
    return text_map_next(map->controls, at);
}

/* The byte at @at, which is at most map->len; 0 behind the text. */
static inline uint8_t text_map_byte(const TextMap *map, size_t at)
{
    return at < map->len ? map->data[at] : 0;
}

/* Position of the first byte from @at on that is not of @class, as text_run_length() finds it. */
static inline size_t text_map_run(const TextMap *map, size_t at, uint8_t class)
{
    for (;;) {
        at = text_map_mark(map, at);
        if (!text_is_of(text_map_byte(map, at), class))
            return at;
        at++;
    }
}

static inline Slice text_map_slice(const TextMap *map, size_t from, size_t to)
{
    return slice_of(map->data + from, to - from);
}
