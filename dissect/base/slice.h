/* dissect/base/slice.h - a borrowed run of bytes: what every parser returns.
 * A slice never owns and is never NUL-terminated; its bytes live as long as the packet block or
 * message they were cut from. */
#pragma once
#include "dissect/base/hash.h"
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const uint8_t *data;
    size_t len;
} Slice;

#define SLICE_EMPTY ((Slice){ NULL, 0 })
/* Only for string literals: the length is a compile-time constant. */
#define SLICE_LITERAL(text) ((Slice){ (const uint8_t *)("" text), sizeof(text) - 1 })

static inline Slice slice_of(const void *data, size_t len)
{
    return (Slice){ data, len };
}

static inline Slice slice_from_string(const char *text)
{
    return (Slice){ (const uint8_t *)text, text ? strlen(text) : 0 };
}

/* Bytes [from, from + len), cut to what is there. */
static inline Slice slice_sub(Slice s, size_t from, size_t len)
{
    if (from >= s.len)
        return SLICE_EMPTY;
    return (Slice){ s.data + from, MIN(len, s.len - from) };
}

static inline Slice slice_from(Slice s, size_t from)
{
    return slice_sub(s, from, SIZE_MAX);
}

static inline bool slice_equal(Slice a, Slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline uint8_t slice_last(Slice s)
{
    return s.len ? s.data[s.len - 1] : 0;
}

/* Removes @count bytes from the end; false and no change when there are fewer. */
static inline bool slice_drop_tail(Slice *s, size_t count)
{
    if (count > s->len)
        return false;
    s->len -= count;
    return true;
}

bool bytes_equal_nocase(const uint8_t *a, const uint8_t *b, size_t len);

/* ASCII case-insensitive comparison, as RFC 3261 section 7.3.1 wants for names and tokens. */
static inline bool slice_equal_nocase(Slice a, Slice b)
{
    return a.len == b.len &&
           (a.len == 0 || (((a.data[0] ^ b.data[0]) & ~0x20) == 0 && /* else they are unlike */
                           bytes_equal_nocase(a.data, b.data, a.len)));
}
bool slice_starts_with_nocase(Slice s, Slice prefix);

/* Position of the first @byte, or s.len when there is none. */
static inline size_t slice_find(Slice s, uint8_t byte)
{
    const uint8_t *at = s.len ? memchr(s.data, byte, s.len) : NULL;
    return at ? (size_t)(at - s.data) : s.len;
}

/* Position of the first occurrence of @needle, or s.len. An empty needle is found at 0. */
size_t slice_search(Slice s, Slice needle);

static inline bool slice_is_space_byte(uint8_t byte)
{
    return byte <= ' ' && (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n');
}

/* Without white space (SP, HT, CR, LF) at both ends. */
__attribute__((always_inline)) static inline Slice slice_trim(Slice s)
{
    while (s.len && slice_is_space_byte(s.data[0])) {
        s.data++;
        s.len--;
    }
    while (s.len && slice_is_space_byte(s.data[s.len - 1]))
        s.len--;
    return s;
}

/* Cuts off and returns what stands before the first @separator; @s keeps what follows it (empty
 * when there was no separator). */
static inline Slice slice_split(Slice *s, uint8_t separator)
{
    size_t at = slice_find(*s, separator);
    Slice head = { s->data, at };
    *s = slice_from(*s, at + 1);
    return head;
}

/* Decimal digits only, no sign, no white space; false when empty, not a number or above @max. */
bool slice_to_uint(Slice s, uint64_t max, uint64_t *out);

/* A copy the caller frees, NUL-terminated; bytes are kept as they are (an inner NUL ends it for
 * C readers). */
char *slice_dup(Slice s);
/* The same of @count slices, one behind the other. */
char *slice_join(const Slice *parts, size_t count);

/* 64-bit hash, seeded once per process so that nobody outside can build colliding keys. */
uint64_t slice_hash(Slice s);
