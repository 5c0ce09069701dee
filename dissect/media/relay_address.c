#include "dissect/media/relay_address.h"
#include <glib.h>

typedef struct {
    Endpoint client; /* first: the hash table's key is the entry */
    Endpoint relayed;
} Entry;

struct RelayAddresses {
    GHashTable *entries; /* owned Entry by its client */
};

static guint hash_client(gconstpointer key)
{
    return (guint)endpoint_hash(*(const Endpoint *)key);
}

static gboolean equal_clients(gconstpointer a, gconstpointer b)
{
    return endpoint_equal(*(const Endpoint *)a, *(const Endpoint *)b);
}

RelayAddresses *relay_addresses_new(void)
{
    RelayAddresses *addresses = g_new0(RelayAddresses, 1);

    addresses->entries = g_hash_table_new_full(hash_client, equal_clients, NULL, g_free);
    return addresses;
}

void relay_addresses_free(RelayAddresses *addresses)
{
    g_hash_table_destroy(addresses->entries);
    g_free(addresses);
}

void relay_addresses_note(RelayAddresses *addresses, Endpoint client, Endpoint relayed)
{
    Entry *entry = g_hash_table_lookup(addresses->entries, &client);

    if (!entry) {
        if (g_hash_table_size(addresses->entries) >= RELAY_ADDRESSES_MAX)
            g_hash_table_remove_all(addresses->entries);
        entry = g_new(Entry, 1);
        entry->client = client;
        g_hash_table_add(addresses->entries, entry);
    }
    entry->relayed = relayed;
}

bool relay_addresses_find(const RelayAddresses *addresses, Endpoint client, Endpoint *out)
{
    bool any = g_hash_table_size(addresses->entries) > 0;
    const Entry *entry = any ? g_hash_table_lookup(addresses->entries, &client) : NULL;

    if (entry)
        *out = entry->relayed;
    return entry != NULL;
}
