#include "dissect/base/hash.h"
#include <glib.h>
#include <string.h>
#include <sys/random.h>

#define PRIME_A UINT64_C(0xa0761d6478bd642f)
#define PRIME_B UINT64_C(0xe7037ed1a0b428db)

static uint64_t read_word(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static uint64_t read_half(const uint8_t *at)
{
    uint32_t half;
    memcpy(&half, at, sizeof half);
    return half;
}

/* One to sixteen bytes as two words, which may overlap: no call, whatever the length. */
static void read_tail(const uint8_t *at, size_t len, uint64_t *first, uint64_t *second)
{
    if (len >= 8) {
        *first = read_word(at);
        *second = read_word(at + len - 8);
    } else if (len >= 4) {
        *first = read_half(at);
        *second = read_half(at + len - 4);
    } else {
        *first = (uint64_t)at[0] << 16 | (uint64_t)at[len / 2] << 8 | at[len - 1];
        *second = 0;
    }
}

uint64_t hash_bytes(const void *data, size_t len, uint64_t seed)
{
    const uint8_t *at = data;
    uint64_t state = hash_mix(seed ^ PRIME_A, (seed ^ PRIME_B) + len);
    uint64_t first = 0, second = 0;

    for (; len > 16; len -= 16, at += 16)
        state = hash_mix(read_word(at) ^ state ^ PRIME_A, read_word(at + 8) ^ state ^ seed);
    if (len)
        read_tail(at, len, &first, &second);
    state = hash_mix(first ^ state ^ PRIME_B, second ^ state ^ seed);
    return hash_mix(state ^ PRIME_A, seed ^ PRIME_B);
}

static uint64_t draw_seed(void)
{
    const char *fixed = g_getenv("RUNG_HASH_SEED");
    uint64_t seed;

    if (fixed)
        seed = g_ascii_strtoull(fixed, NULL, 0);
    else if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = (uint64_t)g_get_monotonic_time() ^ (uint64_t)(uintptr_t)&seed;
    return hash_mix(seed ^ PRIME_A, PRIME_B) | 1; /* never 0, which means "not drawn yet" */
}

uint64_t hash_seed(void)
{
    static gsize seed; /* written once, under g_once */

    if (g_once_init_enter(&seed))
        g_once_init_leave(&seed, (gsize)draw_seed());
    return seed;
}
