/* capture/packet_store.c - see packet_store.h. */
#include "capture/packet_store.h"
#include "capture/io.h"
#include "capture/spool.h"
#include <fcntl.h>
#include <unistd.h>

/* Bytes that stand in no packet are kept as packets of LINKTYPE_USER0. */
#define LINK_TYPE_USER0 147

struct PacketStore {
    gatomicrefcount users;
    GMutex lock;
    GArray *files; /* lock; owns the descriptors, -1 where one could not be had */
    Spool *spool;
};

PacketStore *packet_store_new(uint64_t spool_bytes)
{
    PacketStore *store = g_new0(PacketStore, 1);
    g_atomic_ref_count_init(&store->users);
    g_mutex_init(&store->lock);
    store->files = g_array_new(FALSE, FALSE, sizeof(int));
    store->spool = spool_new(spool_bytes);
    return store;
}

PacketStore *packet_store_ref(PacketStore *store)
{
    g_atomic_ref_count_inc(&store->users);
    return store;
}

void packet_store_unref(PacketStore *store)
{
    if (!store || !g_atomic_ref_count_dec(&store->users))
        return;
    for (guint i = 0; i < store->files->len; i++)
        if (g_array_index(store->files, int, i) >= 0)
            close(g_array_index(store->files, int, i));
    g_array_unref(store->files);
    spool_free(store->spool);
    g_mutex_clear(&store->lock);
    g_free(store);
}

uint32_t packet_store_add_file(PacketStore *store, int fd)
{
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    g_mutex_lock(&store->lock);
    uint32_t file = store->files->len;
    g_array_append_val(store->files, own);
    g_mutex_unlock(&store->lock);
    g_assert(file < SPOOL_FILE_BIT);
    return file;
}

PacketRef packet_store_keep_packet(PacketStore *store, const Packet *packet)
{
    return spool_keep(store->spool, packet);
}

PacketRef packet_store_keep_bytes(PacketStore *store, const uint8_t *bytes, uint32_t length)
{
    Packet packet = {
        .data = bytes, .caplen = length, .len = length, .link_type = LINK_TYPE_USER0
    };
    return spool_keep(store->spool, &packet);
}

static PacketStoreStatus read_file(PacketStore *store, PacketRef ref, uint8_t *out)
{
    g_mutex_lock(&store->lock);
    int fd = ref.file < store->files->len ? g_array_index(store->files, int, ref.file) : -1;
    g_mutex_unlock(&store->lock);
    return fd >= 0 && io_read_at(fd, out, ref.length, ref.offset) ? PACKET_STORE_OK
                                                                  : PACKET_STORE_ERROR;
}

PacketStoreStatus packet_store_read(PacketStore *store, PacketRef ref, uint8_t *out)
{
    if (ref.length == 0)
        return PACKET_STORE_GONE;
    if (ref.file & SPOOL_FILE_BIT)
        return spool_read(store->spool, ref, out);
    return read_file(store, ref, out);
}

void packet_store_usage(PacketStore *store, PacketStoreUsage *out)
{
    spool_usage(store->spool, out);
}
