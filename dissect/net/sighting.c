#include "dissect/net/sighting.h"
#include "dissect/base/hash.h"
#include "dissect/base/scan.h"

#define LATELY_NS (2 * NS_PER_S)
#define WAYS      8u   /* as many tags as a vector holds */
#define SETS      512u /* a power of two; with WAYS: 10 ms of 400,000 packets a second */

typedef struct {
    uint64_t key; /* 0: empty */
    int64_t time_ns;
    Sighting sighting;
} Entry;

typedef uint16_t Tags __attribute__((vector_size(WAYS * sizeof(uint16_t))));

/* Of several ways, for else any packet between the two sightings of one might take its place. */
struct SightingTable {
    uint64_t seed;
    Tags tags[SETS];      /* the top of each key: they stay in the cache, the entries do not */
    uint8_t oldest[SETS]; /* the way that is taken next, counted on */
    Entry entries[SETS][WAYS];
};

SightingTable *sighting_table_new(void)
{
    SightingTable *table = g_aligned_alloc0(1, sizeof *table, sizeof(Tags));

    table->seed = hash_seed();
    return table;
}

void sighting_table_free(SightingTable *table)
{
    g_aligned_free(table);
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

static uint64_t mix(const SightingTable *table, uint64_t key)
{
    return hash_mix(key ^ table->seed, table->seed | 1);
}

/* What this lets pass wrongly, the key tells. */
static bool may_have(const Tags *tags, uint16_t tag)
{
    const Tags wanted = { tag, tag, tag, tag, tag, tag, tag, tag };

    return scan_mask((ScanBytes)(*tags == wanted)) != 0;
}

static const Entry *find(const SightingTable *table, uint64_t mixed)
{
    const Entry *set = table->entries[mixed % SETS];

    if (!may_have(&table->tags[mixed % SETS], (uint16_t)(mixed >> 48)))
        return NULL;
    for (unsigned i = 0; i < WAYS; i++)
        if (set[i].key == mixed)
            return &set[i];
    return NULL;
}

static bool is_within(const Entry *entry, int64_t time_ns, int64_t window_ns)
{
    return ABS(time_between(entry->time_ns, time_ns)) <= window_ns;
}

bool sighting_is_other(const SightingTable *table, uint64_t key, int64_t time_ns,
                       const Sighting *sighting)
{
    const Entry *entry = find(table, mix(table, key));

    return entry && is_within(entry, time_ns, LATELY_NS) && entry->sighting.ip_id &&
           sighting->ip_id && entry->sighting.ip_id != sighting->ip_id;
}

SightingVerdict sighting_see(SightingTable *table, uint64_t key, int64_t time_ns,
                             const Sighting *sighting)
{
    uint64_t mixed = mix(table, key);
    const Entry *seen = find(table, mixed);

    if (seen && is_within(seen, time_ns, SIGHTING_WINDOW_NS))
        return compare(&seen->sighting, sighting);
    unsigned set = mixed % SETS;
    unsigned way = seen ? (unsigned)(seen - table->entries[set]) : table->oldest[set]++ % WAYS;
    table->tags[set][way] = (uint16_t)(mixed >> 48);
    table->entries[set][way] = (Entry){ mixed, time_ns, *sighting };
    return SIGHTING_FIRST;
}
