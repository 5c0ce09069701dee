/* dissect/call/distinct_set.h - how many different ones of something, by hash, up to DISTINCT_MAX;
 * further ones are not told from those that are there. Start with zeroes. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define DISTINCT_MAX 64u

typedef struct {
    unsigned count;
    uint32_t hashes[DISTINCT_MAX];
} DistinctSet;

bool distinct_has(const DistinctSet *set, uint64_t hash);
/* True when it is a new one, and there was room. */
bool distinct_add(DistinctSet *set, uint64_t hash);
/* True when it was there. */
bool distinct_remove(DistinctSet *set, uint64_t hash);
