#include "dissect/base/slice.h"

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

bool bytes_equal_nocase(const uint8_t *a, const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (a[i] != b[i] && lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

bool slice_starts_with_nocase(Slice s, Slice prefix)
{
    return s.len >= prefix.len && bytes_equal_nocase(s.data, prefix.data, prefix.len);
}

size_t slice_search(Slice s, Slice needle)
{
    if (needle.len == 0)
        return 0;
    const uint8_t *at = s.len ? memmem(s.data, s.len, needle.data, needle.len) : NULL;
    return at ? (size_t)(at - s.data) : s.len;
}

/* As many digits as every number of 64 bits holds. */
#define SAFE_DIGITS 19u

bool slice_to_uint(Slice s, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)s.data[i] - '0';
        if (digit > 9 || (i >= SAFE_DIGITS && value > (UINT64_MAX - digit) / 10))
            return false;
        value = value * 10 + digit;
    }
    if (value > max)
        return false;
    *out = value;
    return true;
}

char *slice_dup(Slice s)
{
    char *copy = g_malloc(s.len + 1);
    if (s.len)
        memcpy(copy, s.data, s.len);
    copy[s.len] = '\0';
    return copy;
}

char *slice_join(const Slice *parts, size_t count)
{
    size_t size = 1;
    char *at;

    for (size_t i = 0; i < count; i++)
        size += parts[i].len;
    char *text = at = g_malloc(size);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len)
            memcpy(at, parts[i].data, parts[i].len);
        at += parts[i].len;
    }
    *at = '\0';
    return text;
}

uint64_t slice_hash(Slice s)
{
    return hash_bytes(s.data, s.len, hash_seed());
}
