#include "capture/packet_scan.h"
#include "capture/file.h"
#include "capture/merge.h"

struct PacketScan {
    GPtrArray *sources; /* owns each PacketSource */
};

static void free_source(gpointer source)
{
    packet_source_free(source);
}

PacketScan *packet_scan_new(void)
{
    PacketScan *scan = g_new0(PacketScan, 1);
    scan->sources = g_ptr_array_new_with_free_func(free_source);
    return scan;
}

void packet_scan_free(PacketScan *scan)
{
    if (!scan)
        return;
    g_ptr_array_unref(scan->sources);
    g_free(scan);
}

void packet_scan_add(PacketScan *scan, int fd, uint64_t size, uint32_t file)
{
    FileSourceOptions options = { .name = "kept packets", .file = file, .in_place = true };
    PacketSource *source = file_source_new(byte_reader_new_at(fd, size), &options, NULL);

    if (source)
        g_ptr_array_add(scan->sources, source);
}

static bool visit_block(const PacketBlock *block, PacketStoreVisit visit, void *context)
{
    for (unsigned i = 0; i < block->count; i++) {
        if (!visit(&block->packets[i], context))
            return false;
    }
    return true;
}

void packet_scan_run(PacketScan *scan, PacketStoreVisit visit, void *context)
{
    MergeOptions options = { .wait_for_all = true };
    PacketSource *const *sources = (PacketSource *const *)scan->sources->pdata;
    g_autoptr(PacketSource) merged = merge_source_new(sources, scan->sources->len, options);
    PacketBlock *block = packet_block_new();
    SourceStatus status = SOURCE_MORE;

    while (status != SOURCE_END) {
        packet_block_reset(block);
        status = packet_source_fill(merged, block);
        if (!visit_block(block, visit, context))
            break;
    }
    packet_block_free(block);
}
