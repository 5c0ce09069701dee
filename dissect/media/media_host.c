/* dissect/media/media_host.c - see media_host.h */
#include "dissect/media/media_host.h"

struct MediaHostTable {
    GHashTable *by_ip; /* owned MediaHost by its own address */
    MediaHost *last;   /* borrowed: the one asked for lately; NULL: none */
};

static guint hash_ip(gconstpointer key)
{
    const IpAddress *ip = key;
    return (guint)endpoint_hash((Endpoint){ *ip, 0 });
}

static gboolean equal_ip(gconstpointer a, gconstpointer b)
{
    const IpAddress *one = a, *other = b;
    return ip_equal(*one, *other);
}

MediaHostTable *media_hosts_new(void)
{
    MediaHostTable *hosts = g_new0(MediaHostTable, 1);

    hosts->by_ip = g_hash_table_new_full(hash_ip, equal_ip, NULL, g_free);
    return hosts;
}

void media_hosts_free(MediaHostTable *hosts)
{
    g_hash_table_destroy(hosts->by_ip);
    g_free(hosts);
}

const MediaHost *media_host_find(const MediaHostTable *hosts, IpAddress ip)
{
    return g_hash_table_lookup(hosts->by_ip, &ip);
}

MediaHost *media_host_get(MediaHostTable *hosts, IpAddress ip)
{
    if (hosts->last && ip_equal(hosts->last->ip, ip))
        return hosts->last;
    MediaHost *host = g_hash_table_lookup(hosts->by_ip, &ip);
    if (!host && g_hash_table_size(hosts->by_ip) < MEDIA_HOSTS_MAX) {
        host = g_new0(MediaHost, 1);
        host->ip = ip;
        g_hash_table_insert(hosts->by_ip, &host->ip, host);
    }
    hosts->last = host;
    return host;
}
