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
    size_t size;   /* allocated; grows only for a packet larger than it */
    size_t used;
    size_t usual_size; /* of @data, before it grew */
    Packet *packets;   /* owned; @capacity of them */
    unsigned capacity;
    unsigned count;
    uint64_t drops; /* packets that kernel, interface and rung had lost in all at its handing over
                     */
    bool drops_are_of_now; /* a device tells them at once; a file when it ends, or now and then */
} PacketBlock;

/* Of PACKET_BLOCK_BYTES and PACKET_BLOCK_PACKETS. */
PacketBlock *packet_block_new(void);
PacketBlock *packet_block_new_sized(size_t bytes, unsigned packets);
void packet_block_free(PacketBlock *block);
/* Empties it; memory stays, but for what a very large packet made it grow. */
void packet_block_reset(PacketBlock *block);
/* Makes room for @size bytes of data in all. Only while no descriptor points into it. */
void packet_block_grow(PacketBlock *block, size_t size);
/* Copies a packet's bytes in. Returns its descriptor to complete, or NULL when the block is full
 * (a block that is empty takes any packet). */
Packet *packet_block_append(PacketBlock *block, const uint8_t *bytes, uint32_t caplen);
