#include "dissect/net/sighting.h"
#include "dissect/base/hash.h"

#define LATELY_NS (2 * NS_PER_S)
#define ENTRIES   4096u /* a power of two: 10 ms of 400,000 packets a second */

typedef struct {
    uint64_t key; /* 0: empty */
    int64_t time_ns;
    Sighting sighting;
} Entry;

struct SightingTable {
    uint64_t seed;
    uint16_t tags[ENTRIES]; /* the top of each key: they stay in the cache, the entries do not */
    Entry entries[ENTRIES];
};

SightingTable *sighting_table_new(void)
{
    SightingTable *table = g_new0(SightingTable, 1);

    table->seed = hash_seed();
    return table;
}

void sighting_table_free(SightingTable *table)
{
    g_free(table);
}

static SightingVerdict compare(const Sighting *first, const Sighting *again)
{
    if (first->ip_id && again->ip_id && first->ip_id != again->ip_id)
        return SIGHTING_REPEATED;
    again->point->copies++;
    if (first->point != again->point || first->hops != again->hops ||
        first->encapsulations != again->encapsulations)
        return SIGHTING_COPY;
    return SIGHTING_IDENTICAL;
}

bool sighting_is_other(const SightingTable *table, uint64_t key, int64_t time_ns,
                       const Sighting *sighting)
{
    uint64_t mixed = hash_mix(key ^ table->seed, table->seed | 1);
    const Entry *entry = &table->entries[mixed % ENTRIES];
    uint16_t before = entry->sighting.ip_id;

    return entry->key == mixed && ABS(time_between(entry->time_ns, time_ns)) <= LATELY_NS &&
           before && sighting->ip_id && before != sighting->ip_id;
}

SightingVerdict sighting_see(SightingTable *table, uint64_t key, int64_t time_ns,
                             const Sighting *sighting)
{
    uint64_t mixed = hash_mix(key ^ table->seed, table->seed | 1);
    uint16_t tag = (uint16_t)(mixed >> 48);
    Entry *entry = &table->entries[mixed % ENTRIES];

    if (table->tags[mixed % ENTRIES] == tag && entry->key == mixed &&
        ABS(time_between(entry->time_ns, time_ns)) <= SIGHTING_WINDOW_NS)
        return compare(&entry->sighting, sighting);
    table->tags[mixed % ENTRIES] = tag;
    *entry = (Entry){ mixed, time_ns, *sighting };
    return SIGHTING_FIRST;
}
