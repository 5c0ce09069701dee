/* capture/packet_store.c - see packet_store.h. */
#include "capture/packet_store.h"
#include "capture/capture.h"
#include "capture/io.h"
#include "capture/packet_scan.h"
#include "capture/spool.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
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

static bool add_files(PacketStore *store, PacketScan *scan, GError **error)
{
    int failed = 0;

    g_mutex_lock(&store->lock);
    for (guint i = 0; i < store->files->len; i++) {
        struct stat info;
        int fd = fcntl(g_array_index(store->files, int, i), F_DUPFD_CLOEXEC, 0);
        if (fd >= 0 && fstat(fd, &info) == 0) {
            packet_scan_add(scan, fd, (uint64_t)info.st_size, i);
            continue;
        }
        failed = errno;
        if (fd >= 0)
            close(fd);
    }
    g_mutex_unlock(&store->lock);
    if (failed)
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_READ, "reading the capture again: %s",
                    g_strerror(failed));
    return failed == 0;
}

static void add_segments(PacketStore *store, PacketScan *scan)
{
    g_autoptr(GArray) segments = spool_segments(store->spool);

    for (guint i = 0; i < segments->len; i++) {
        SpoolSegment segment = g_array_index(segments, SpoolSegment, i);
        packet_scan_add(scan, segment.fd, segment.bytes, segment.file);
    }
}

typedef struct {
    PacketStoreVisit visit;
    void *context;
} Visitor;

/* Kept bytes that never were a packet are none here either. */
static bool visit_captured(const Packet *packet, void *context)
{
    const Visitor *visitor = context;
    bool captured = !(packet->ref.file & SPOOL_FILE_BIT) || packet->link_type != LINK_TYPE_USER0;

    return !captured || visitor->visit(packet, visitor->context);
}

bool packet_store_scan(PacketStore *store, PacketStoreVisit visit, void *context, GError **error)
{
    g_autoptr(PacketScan) scan = packet_scan_new();
    Visitor visitor = { visit, context };

    if (!add_files(store, scan, error))
        return false;
    add_segments(store, scan);
    packet_scan_run(scan, visit_captured, &visitor);
    return true;
}
