#include "dissect/base/clock.h"
#include "dissect/base/cursor.h"
#include "dissect/net/reassembly.h"

enum { PROTOCOL_OF_NOBODY = 253 /* RFC 3692: the whole datagram is its payload */ };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t byte_at(uint32_t id, uint32_t offset)
{
    return (uint8_t)(offset * 7 + (offset >> 8) + id);
}

/* One fragment in seven bytes. */
static NetPacket read_fragment(Cursor *c, uint8_t payload[static 65536])
{
    uint8_t kind = cursor_u8(c);
    uint16_t offset = cursor_be16(c), len = cursor_be16(c);
    uint32_t id = kind & 7;
    bool v6 = kind & 8;

    if (!(kind & 0x40)) /* mostly small */
        offset &= 0x3f, len &= 0xff;
    uint32_t from = offset * 8u & 0xffffu;
    for (uint32_t i = 0; i < len; i++)
        payload[i] = byte_at(id, from + i);
    Slice bytes = slice_of(payload, kind & 0x80 ? len / 2u : len);
    return (NetPacket){
        .source.ip = v6 ? (IpAddress){ 1, 1 } : ip_from_v4(1),
        .destination.ip = v6 ? (IpAddress){ 1, 2 } : ip_from_v4(2),
        .ip_protocol = PROTOCOL_OF_NOBODY,
        .fragment = { .present = true, .more = kind & 0x10, .id = id, .offset = from },
        .ip_payload = bytes,
        .payload = bytes,
        .payload_on_wire = len,
    };
}

/* Every byte of a datagram is told by its number and place: one that completes has no hole and
 * nothing of another. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t payload[65536];
    Cursor c = cursor_over(slice_of(data, size));
    g_autoptr(Reassembly) reassembly = reassembly_new();
    int64_t now_ns = 0;
    uint64_t completed = 0;

    while (cursor_rest(&c).len) {
        now_ns += (int64_t)cursor_u8(&c) * NS_PER_S / 16;
        NetPacket packet = read_fragment(&c, payload);
        uint32_t id = packet.fragment.id;
        if (!reassembly_add(reassembly, now_ns, &packet))
            continue;
        completed++;
        g_assert(!packet.fragment.present);
        g_assert(packet.payload.len <= packet.payload_on_wire);
        g_assert(packet.truncated == (packet.payload.len < packet.payload_on_wire));
        for (uint32_t i = 0; i < packet.payload.len; i++)
            g_assert(packet.payload.data[i] == byte_at(id, i));
    }
    ReassemblyStats stats;
    reassembly_stats(reassembly, &stats);
    g_assert(stats.reassembled == completed);
    return 0;
}
