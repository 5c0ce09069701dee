/* dissect/base/hash.h - hashes for tables whose keys come from the wire.
 * Multiply-and-fold mixing (as in wyhash). Fast, not cryptographic: the seed is what keeps an
 * outsider from building colliding keys, so it must go into both factors of every hash_mix(). */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Drawn from the kernel once per process; the number in the environment variable RUNG_HASH_SEED
 * instead when it is set, for runs that have to repeat. */
uint64_t hash_seed(void);

/* 64-bit hash of any bytes. */
uint64_t hash_bytes(const void *data, size_t len, uint64_t seed);

/* The 128-bit product of both, folded. */
static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}
