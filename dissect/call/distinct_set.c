#include "dissect/call/distinct_set.h"

static unsigned distinct_find(const DistinctSet *set, uint64_t hash)
{
    unsigned i = 0;

    while (i < set->count && set->hashes[i] != (uint32_t)hash)
        i++;
    return i;
}

bool distinct_has(const DistinctSet *set, uint64_t hash)
{
    return distinct_find(set, hash) < set->count;
}

bool distinct_add(DistinctSet *set, uint64_t hash)
{
    if (set->count == DISTINCT_MAX || distinct_has(set, hash))
        return false;
    set->hashes[set->count++] = (uint32_t)hash;
    return true;
}

bool distinct_remove(DistinctSet *set, uint64_t hash)
{
    unsigned at = distinct_find(set, hash);

    if (at == set->count)
        return false;
    set->hashes[at] = set->hashes[--set->count];
    return true;
}
