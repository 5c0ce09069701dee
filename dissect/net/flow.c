#include "dissect/net/flow.h"
#include "dissect/base/cache.h"
#include "dissect/base/slot_index.h"

#define ENTRIES_PER_CHUNK 1024u
#define EVICTION_SAMPLE   16u /* entries compared to find one that has been idle for long */
#define LANES_LOOKED_AT   64
#define VISITS_MAX        1024 /* flows to one destination that flow_table_each_to() tells of */

/* Entries are numbered from 1. Flows to one destination are chained, the newest first; only that
 * one stands in by_destination. */
typedef struct {
    _Alignas(CACHE_LINE) Flow flow; /* first, so that a Flow is its Entry */
    uint32_t older, newer;          /* in the chain of its destination; 0 at the ends */
} Entry;

struct FlowTable {
    GPtrArray *chunks; /* owns the entries; they never move */
    SlotIndex by_key;
    SlotIndex by_destination;
    uint32_t size, cap;
    uint32_t hand; /* where the next eviction looks first, from 0 */
    void (*on_evict)(Flow *flow, void *context);
    void *context;
};

const char *flow_transport_name(FlowTransport transport)
{
    static const char *const names[] = { "UDP", "TCP", "TLS" };
    return names[transport];
}

uint64_t lane_key_hash(const LaneKey *key)
{
    uint64_t hash = flow_key_hash(key->ends);

    return key->network ? hash_mix(hash ^ key->network, hash_seed() | 1) : hash;
}

uint64_t flow_key_hash(FlowKey key)
{
    uint64_t seed = hash_seed(), other = seed * UINT64_C(0x9e3779b97f4a7c15);
    uint64_t source = hash_mix(key.source.ip.high ^ seed, key.source.ip.low ^ other);
    uint64_t destination = hash_mix(key.destination.ip.high ^ other, key.destination.ip.low ^ seed);
    uint64_t ports = (uint64_t)key.source.port << 16 | key.destination.port;
    return hash_mix(source ^ ports ^ seed, destination + other);
}

FlowTable *flow_table_new(unsigned cap, void (*on_evict)(Flow *flow, void *context), void *context)
{
    FlowTable *table = g_new0(FlowTable, 1);
    table->chunks = g_ptr_array_new_with_free_func(g_aligned_free);
    slot_index_init(&table->by_key);
    slot_index_init(&table->by_destination);
    table->cap = MAX(cap, 1);
    table->on_evict = on_evict;
    table->context = context;
    return table;
}

static Entry *entry_at(const FlowTable *table, uint32_t number)
{
    Entry *chunk = g_ptr_array_index(table->chunks, (number - 1) / ENTRIES_PER_CHUNK);
    return &chunk[(number - 1) % ENTRIES_PER_CHUNK];
}

void flow_table_fetch(const FlowTable *table, uint64_t hash)
{
    slot_index_fetch(&table->by_key, (uint32_t)hash);
}

void flow_table_fetch_to(const FlowTable *table, Endpoint destination)
{
    slot_index_fetch(&table->by_destination, (uint32_t)endpoint_hash(destination));
}

const Flow *flow_table_expect(const FlowTable *table, uint64_t hash)
{
    uint32_t at = slot_index_start(&table->by_key, (uint32_t)hash);
    uint32_t number = slot_index_probe(&table->by_key, (uint32_t)hash, &at);
    if (number == 0)
        return NULL;
    const Entry *entry = entry_at(table, number);
    cache_fetch(entry, sizeof *entry);
    return &entry->flow;
}

static void announce_eviction(FlowTable *table, uint32_t number)
{
    if (table->on_evict)
        table->on_evict(&entry_at(table, number)->flow, table->context);
}

void flow_table_free(FlowTable *table)
{
    if (!table)
        return;
    for (uint32_t number = 1; number <= table->size; number++)
        announce_eviction(table, number);
    slot_index_clear(&table->by_key);
    slot_index_clear(&table->by_destination);
    g_ptr_array_unref(table->chunks);
    g_free(table);
}

/* The number of the flow or 0; *@ret_position is its slot. */
static inline uint32_t find_by_key(const FlowTable *table, uint32_t tag, const LaneKey *key,
                                   uint32_t *ret_position)
{
    uint32_t at = slot_index_start(&table->by_key, tag), number;

    while ((number = slot_index_probe(&table->by_key, tag, &at)) != 0) {
        const Flow *flow = &entry_at(table, number)->flow;
        if (flow_key_equal(&flow->key, &key->ends) && flow->network == key->network)
            break;
        at++;
    }
    *ret_position = at;
    return number;
}

/* The newest flow to @destination or 0; *@ret_position is its slot. */
static uint32_t find_by_destination(const FlowTable *table, uint32_t tag, Endpoint destination,
                                    uint32_t *ret_position)
{
    uint32_t at = slot_index_start(&table->by_destination, tag), number;

    while ((number = slot_index_probe(&table->by_destination, tag, &at)) != 0) {
        if (endpoint_equal(entry_at(table, number)->flow.key.destination, destination))
            break;
        at++;
    }
    *ret_position = at;
    return number;
}

static void chain_entry(FlowTable *table, uint32_t number)
{
    Entry *entry = entry_at(table, number);
    uint32_t tag = (uint32_t)endpoint_hash(entry->flow.key.destination), position;
    uint32_t head = find_by_destination(table, tag, entry->flow.key.destination, &position);

    entry->older = head;
    entry->newer = 0;
    if (head == 0) {
        slot_index_insert(&table->by_destination, tag, number);
        return;
    }
    entry_at(table, head)->newer = number;
    table->by_destination.slots[position].entry = number;
}

static void unchain_entry(FlowTable *table, uint32_t number)
{
    Entry *entry = entry_at(table, number);
    uint32_t position;

    if (entry->older)
        entry_at(table, entry->older)->newer = entry->newer;
    if (entry->newer) {
        entry_at(table, entry->newer)->older = entry->older;
        return;
    }
    uint32_t tag = (uint32_t)endpoint_hash(entry->flow.key.destination);
    find_by_destination(table, tag, entry->flow.key.destination, &position);
    if (entry->older)
        table->by_destination.slots[position].entry = entry->older;
    else
        slot_index_remove(&table->by_destination, position);
}

/* Frees the longest idle of a few entries: no list has to be kept in order for each packet. They
 * are taken from all over the table, as flows that began together, and may all be alive, are
 * neighbours. */
static uint32_t evict_one(FlowTable *table)
{
    uint32_t victim = 0, position;
    uint32_t samples = MIN(EVICTION_SAMPLE, table->size), stride = table->size / samples;

    for (uint32_t i = 0; i < samples; i++) {
        uint32_t number = (table->hand + i * stride) % table->size + 1;
        if (!victim ||
            entry_at(table, number)->flow.last_ns < entry_at(table, victim)->flow.last_ns)
            victim = number;
    }
    table->hand = (table->hand + 1) % table->size;
    announce_eviction(table, victim);
    Entry *entry = entry_at(table, victim);
    const LaneKey key = { entry->flow.key, entry->flow.network };
    find_by_key(table, entry->flow.tag, &key, &position);
    slot_index_remove(&table->by_key, position);
    unchain_entry(table, victim);
    return victim;
}

static uint32_t new_entry(FlowTable *table)
{
    if (table->size == table->cap)
        return evict_one(table);
    if (table->size % ENTRIES_PER_CHUNK == 0)
        g_ptr_array_add(table->chunks,
                        g_aligned_alloc(ENTRIES_PER_CHUNK, sizeof(Entry), CACHE_LINE));
    return ++table->size;
}

Flow *flow_table_get(FlowTable *table, FlowKey key, int64_t time_ns)
{
    return flow_table_get_hashed(table, key, flow_key_hash(key), time_ns);
}

static inline Flow *get(FlowTable *table, const LaneKey *key, uint32_t tag, int64_t time_ns)
{
    uint32_t position;
    uint32_t number = find_by_key(table, tag, key, &position);

    if (G_LIKELY(number)) {
        Flow *flow = &entry_at(table, number)->flow;
        flow->last_ns = time_ns;
        return flow;
    }
    number = new_entry(table);
    Entry *entry = entry_at(table, number);
    *entry = (Entry){
        .flow = { .key = key->ends, .last_ns = time_ns, .network = key->network, .tag = tag },
    };
    slot_index_insert(&table->by_key, tag, number);
    chain_entry(table, number);
    return &entry->flow;
}

Flow *flow_table_get_hashed(FlowTable *table, FlowKey key, uint64_t hash, int64_t time_ns)
{
    return get(table, &(LaneKey){ key, 0 }, (uint32_t)hash, time_ns);
}

Flow *flow_table_find(const FlowTable *table, FlowKey key)
{
    return flow_table_find_lane(table, key, 0);
}

Flow *flow_table_get_lane(FlowTable *table, FlowKey key, uint32_t network, int64_t time_ns)
{
    const LaneKey full = { key, network };

    return get(table, &full, (uint32_t)lane_key_hash(&full), time_ns);
}

Flow *flow_table_find_lane(const FlowTable *table, FlowKey key, uint32_t network)
{
    const LaneKey full = { key, network };
    uint32_t position;
    uint32_t number = find_by_key(table, (uint32_t)lane_key_hash(&full), &full, &position);

    return number ? &entry_at(table, number)->flow : NULL;
}

void flow_table_each_to(FlowTable *table, Endpoint destination,
                        void (*visit)(Flow *flow, void *context), void *context)
{
    uint32_t tag = (uint32_t)endpoint_hash(destination), position;
    uint32_t number = find_by_destination(table, tag, destination, &position);

    for (int visits = 0; number && visits < VISITS_MAX; visits++) {
        Entry *entry = entry_at(table, number);
        number = entry->older;
        visit(&entry->flow, context);
    }
}

void flow_table_each_lane(FlowTable *table, FlowKey key, void (*visit)(Flow *flow, void *context),
                          void *context)
{
    uint32_t tag = (uint32_t)endpoint_hash(key.destination), position;
    uint32_t number = find_by_destination(table, tag, key.destination, &position);

    for (int looked_at = 0; number && looked_at < LANES_LOOKED_AT; looked_at++) {
        Entry *entry = entry_at(table, number);
        number = entry->older;
        if (entry->flow.network && flow_key_equal(&entry->flow.key, &key))
            visit(&entry->flow, context);
    }
}

unsigned flow_table_size(const FlowTable *table)
{
    return table->size;
}
