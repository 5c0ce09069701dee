#include "dissect/net/tunnel_table.h"
#include "dissect/base/slot_index.h"

#define PATHS_MAX 100000u

struct TunnelTable {
    GArray *paths; /* TunnelPath; a path's number is its index + 1 */
    SlotIndex by_path;
    uint32_t last; /* the number given last: most packets come the same way */
};

TunnelTable *tunnel_table_new(void)
{
    TunnelTable *table = g_new0(TunnelTable, 1);

    table->paths = g_array_new(FALSE, FALSE, sizeof(TunnelPath));
    slot_index_init(&table->by_path);
    return table;
}

void tunnel_table_free(TunnelTable *table)
{
    if (!table)
        return;
    g_array_free(table->paths, TRUE);
    slot_index_clear(&table->by_path);
    g_free(table);
}

static bool is_same(const NetTunnel *a, const NetTunnel *b)
{
    return a->encapsulation == b->encapsulation && a->id == b->id &&
           ip_equal(a->source, b->source) && ip_equal(a->destination, b->destination);
}

static bool is_path(const TunnelTable *table, uint32_t number, const NetTunnel *tunnels,
                    unsigned count)
{
    const TunnelPath *path = tunnel_table_path(table, number);

    if (!path || path->count != count)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (!is_same(&path->tunnels[i], &tunnels[i]))
            return false;
    return true;
}

static uint32_t hash_path(const NetTunnel *tunnels, unsigned count)
{
    uint64_t hash = hash_seed();

    for (unsigned i = 0; i < count; i++) {
        uint64_t source = endpoint_hash((Endpoint){ tunnels[i].source, tunnels[i].encapsulation });
        uint64_t destination = endpoint_hash((Endpoint){ tunnels[i].destination, 0 });
        hash = hash_mix(hash ^ source ^ hash_seed(), destination ^ tunnels[i].id ^ hash_seed());
    }
    return (uint32_t)hash;
}

static uint32_t add_path(TunnelTable *table, uint32_t tag, const NetTunnel *tunnels, unsigned count)
{
    TunnelPath path = { .count = count };

    if (table->paths->len >= PATHS_MAX)
        return 0;
    for (unsigned i = 0; i < count; i++)
        path.tunnels[i] = tunnels[i];
    g_array_append_val(table->paths, path);
    slot_index_insert(&table->by_path, tag, table->paths->len);
    return table->paths->len;
}

uint32_t tunnel_table_number(TunnelTable *table, const NetTunnel *tunnels, unsigned count)
{
    uint32_t number;

    if (count == 0)
        return 0;
    if (is_path(table, table->last, tunnels, count))
        return table->last;
    uint32_t tag = hash_path(tunnels, count);
    uint32_t position = slot_index_start(&table->by_path, tag);
    for (; (number = slot_index_probe(&table->by_path, tag, &position)); position++)
        if (is_path(table, number, tunnels, count))
            return table->last = number;
    return table->last = add_path(table, tag, tunnels, count);
}

const TunnelPath *tunnel_table_path(const TunnelTable *table, uint32_t number)
{
    return number && number <= table->paths->len
               ? &g_array_index(table->paths, TunnelPath, number - 1)
               : NULL;
}

static bool has_network_id(uint8_t encapsulation)
{
    return encapsulation == ENCAPSULATION_VXLAN || encapsulation == ENCAPSULATION_VXLAN_GPE ||
           encapsulation == ENCAPSULATION_GENEVE;
}

static bool same_hosts(const NetTunnel *a, const NetTunnel *b)
{
    return (ip_equal(a->source, b->source) && ip_equal(a->destination, b->destination)) ||
           (ip_equal(a->source, b->destination) && ip_equal(a->destination, b->source));
}

TunnelLikeness tunnel_table_likeness(const TunnelTable *table, uint32_t a, uint32_t b)
{
    const TunnelPath *one = tunnel_table_path(table, a), *other = tunnel_table_path(table, b);

    if (!one || !other)
        return TUNNELS_UNLIKE;
    if (one == other)
        return TUNNELS_SAME_PATH;
    const NetTunnel *x = &one->tunnels[one->count - 1], *y = &other->tunnels[other->count - 1];
    if (x->encapsulation != y->encapsulation)
        return TUNNELS_UNLIKE;
    if (has_network_id(x->encapsulation))
        return x->id == y->id ? TUNNELS_SAME_NETWORK : TUNNELS_UNLIKE;
    return same_hosts(x, y) ? TUNNELS_SAME_HOSTS : TUNNELS_UNLIKE;
}
