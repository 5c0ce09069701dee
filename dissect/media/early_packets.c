#include "dissect/media/early_packets.h"
#include <glib.h>

#define FIRST_ROOM       16u
#define FIRST_HEADS_ROOM 256u

EarlyPackets *early_packets_new(bool from_first)
{
    EarlyPackets *early = g_new0(EarlyPackets, 1);
    early->whole = from_first;
    return early;
}

void early_packets_free(EarlyPackets *early)
{
    if (!early)
        return;
    g_free(early->packets);
    g_free(early->heads);
    g_free(early);
}

static void drop_heads(EarlyPackets *early)
{
    g_clear_pointer(&early->heads, g_free);
    early->no_heads = true;
}

static uint8_t keep_head(EarlyPackets *early, Slice payload)
{
    Slice head = slice_sub(payload, 0, EARLY_HEAD_BYTES);

    if (early->heads_bytes + head.len > EARLY_HEADS_MAX)
        drop_heads(early);
    if (early->no_heads || head.len == 0)
        return 0;
    while (early->heads_bytes + head.len > early->heads_room) {
        early->heads_room = early->heads_room ? early->heads_room * 2 : FIRST_HEADS_ROOM;
        early->heads = g_realloc(early->heads, early->heads_room);
    }
    memcpy(early->heads + early->heads_bytes, head.data, head.len);
    early->heads_bytes += head.len;
    return (uint8_t)head.len;
}

void early_packets_keep(EarlyPackets *early, const EarlyPacket *packet, Slice payload)
{
    if (early->count == EARLY_PACKETS_MAX) {
        g_clear_pointer(&early->packets, g_free);
        drop_heads(early);
        early->whole = false;
    }
    if (!early->whole)
        return;
    if (early->count == early->room) {
        early->room = early->room ? early->room * 2 : FIRST_ROOM;
        early->packets = g_renew(EarlyPacket, early->packets, early->room);
    }
    early->packets[early->count] = *packet;
    early->packets[early->count++].head_bytes = keep_head(early, payload);
}

Slice early_packets_head(const EarlyPackets *early, unsigned index, size_t *at)
{
    size_t length = early->packets[index].head_bytes;
    size_t begin = *at;

    *at += length;
    return early->no_heads || length == 0 ? SLICE_EMPTY : slice_of(early->heads + begin, length);
}
