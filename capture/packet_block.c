/* capture/packet_block.c - see packet_block.h. */
#include "capture/packet_block.h"
#include <glib.h>
#include <string.h>

PacketBlock *packet_block_new(void)
{
    return packet_block_new_sized(PACKET_BLOCK_BYTES, PACKET_BLOCK_PACKETS);
}

PacketBlock *packet_block_new_sized(size_t bytes, unsigned packets)
{
    g_assert(bytes > 0 && packets > 0);
    PacketBlock *block = g_new0(PacketBlock, 1);
    block->data = g_malloc(bytes);
    block->size = block->usual_size = bytes;
    block->packets = g_new(Packet, packets);
    block->capacity = packets;
    return block;
}

void packet_block_free(PacketBlock *block)
{
    if (!block)
        return;
    g_free(block->data);
    g_free(block->packets);
    g_free(block);
}

void packet_block_reset(PacketBlock *block)
{
    block->used = 0;
    block->count = 0;
    if (block->size > block->usual_size) {
        g_free(block->data);
        block->data = g_malloc(block->usual_size);
        block->size = block->usual_size;
    }
}

void packet_block_grow(PacketBlock *block, size_t size)
{
    g_assert(block->count == 0);
    if (size <= block->size)
        return;
    block->data = g_realloc(block->data, size);
    block->size = size;
}

Packet *packet_block_append(PacketBlock *block, const uint8_t *bytes, uint32_t caplen)
{
    if (block->count == block->capacity)
        return NULL;
    if (caplen > block->size - block->used) {
        if (block->count > 0)
            return NULL;
        packet_block_grow(block, block->used + caplen);
    }
    uint8_t *copy = block->data + block->used;
    if (caplen > 0)
        memcpy(copy, bytes, caplen);
    block->used += caplen;
    Packet *packet = &block->packets[block->count++];
    *packet = (Packet){ .data = copy, .caplen = caplen, .len = caplen };
    return packet;
}
