/* capture/packet_block.h - about a mebibyte of packets: the unit that travels between threads.
 * Blocks come from a fixed pool; data and descriptors are allocated once. */
#pragma once
#include "capture/packet.h"
#include <stdbool.h>
#include <stddef.h>

#define PACKET_BLOCK_BYTES   (1u << 20)
#define PACKET_BLOCK_PACKETS 16384u

typedef struct {
    uint8_t *data; /* owned */
    size_t size;   /* allocated; grows only for a packet larger than PACKET_BLOCK_BYTES */
    size_t used;
    Packet *packets; /* owned; PACKET_BLOCK_PACKETS of them */
    unsigned count;
} PacketBlock;

PacketBlock *packet_block_new(void);
void packet_block_free(PacketBlock *block);
/* Empties it; memory stays. */
void packet_block_reset(PacketBlock *block);
/* Copies a packet's bytes in. Returns its descriptor to complete, or NULL when the block is full
 * (a block that is empty takes any packet). */
Packet *packet_block_append(PacketBlock *block, const uint8_t *bytes, uint32_t caplen);
