/* The pcap and pcapng readers over bytes in memory. The first byte chooses the size of the blocks,
 * so that records are cut by a block's end wherever they can be. */
#include "capture/byte_reader.h"
#include "capture/file.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_packet(const PacketBlock *block, const Packet *packet, const uint8_t *file,
                         size_t file_size)
{
    g_assert(packet->len >= packet->caplen);
    g_assert(packet->data >= block->data);
    g_assert(packet->data + packet->caplen <= block->data + block->used);
    g_assert(packet->ref.length == packet->caplen);
    g_assert(packet->ref.offset + packet->ref.length <= file_size);
    g_assert(memcmp(file + packet->ref.offset, packet->data, packet->caplen) == 0);
}

static void read_all(PacketSource *source, PacketBlock *block, const uint8_t *file, size_t size)
{
    SourceStatus status = SOURCE_MORE;
    while (status == SOURCE_MORE) {
        packet_block_reset(block);
        status = packet_source_fill(source, block);
        g_assert(status != SOURCE_MORE || block->count > 0);
        for (unsigned i = 0; i < block->count; i++)
            check_packet(block, &block->packets[i], file, size);
    }
    g_assert(status == SOURCE_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t block_bytes = (size_t)16 << (data[0] % 12);
    unsigned block_packets = 1u + data[0] / 12;
    data++;
    size--;
    FileSourceOptions options = { .name = "fuzz", .in_place = true };
    PacketSource *source = file_source_new(byte_reader_new_memory(data, size), &options, NULL);
    if (!source)
        return 0;
    PacketBlock *block = packet_block_new_sized(block_bytes, block_packets);
    read_all(source, block, data, size);
    SourceStats stats;
    packet_source_stats(source, &stats);
    packet_block_free(block);
    packet_source_free(source);
    return 0;
}
