#include "dissect/base/clock.h"
#include "dissect/base/cursor.h"
#include "dissect/net/tcp.h"

#define BUFFERED_MAX (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    bool begun;
    uint8_t next; /* the byte that has to follow */
} StreamState;

typedef struct {
    uint8_t appetite; /* how the owner takes what it is offered */
} Owner;

/* The byte at each place of the sequence is its number's lowest byte, so that whatever is delivered
 * without a gap counts up. */
static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Owner *owner = context;
    StreamState *state = tcp_stream_state(stream);

    g_assert(bytes.len > 0);
    if (!state) {
        state = g_new0(StreamState, 1);
        tcp_stream_set_state(stream, state, g_free);
    }
    uint8_t expected = state->begun && !gap ? state->next : bytes.data[0];
    for (size_t i = 0; i < bytes.len; i++)
        g_assert(bytes.data[i] == (uint8_t)(expected + i));
    size_t used = end ? bytes.len : bytes.len * (owner->appetite % 5u) / 4;
    if (owner->appetite == 255)
        tcp_stream_ignore(stream);
    used = MIN(used, bytes.len);
    state->begun = true;
    state->next = (uint8_t)(expected + used);
    owner->appetite = (uint8_t)(owner->appetite * 5u + 1);
    return used;
}

static NetPacket read_packet(Cursor *c, uint32_t *seq, uint8_t payload[static 4096])
{
    uint8_t ports = cursor_u8(c), flags = cursor_u8(c);
    int16_t jump = (int16_t)cursor_be16(c);
    uint16_t len = cursor_be16(c) & 0x0fff;
    bool far = flags & 0x80, cut = flags & 0x40;

    *seq += far ? (uint32_t)jump * 65521u : (uint32_t)jump;
    for (uint32_t i = 0; i < len; i++)
        payload[i] = (uint8_t)(*seq + (flags & TCP_SYN ? 1 : 0) + i);
    return (NetPacket){
        .source = { ip_from_v4(1), ports & 3 },
        .destination = { ip_from_v4(2), ports >> 2 & 1 },
        .ip_protocol = IP_PROTOCOL_TCP,
        .tcp = { .flags = flags & 0x1f, .seq = *seq, .ack = *seq ^ (uint32_t)(ports >> 6) << 28 },
        .tunnel_hash = ports >> 3 & 3,
        .payload = slice_of(payload, cut ? len / 2u : len),
        .payload_on_wire = len,
    };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cursor c = cursor_over(slice_of(data, size));
    Owner owner = { .appetite = cursor_u8(&c) };
    g_autoptr(TcpTable) table = tcp_table_new(deliver, &owner);
    uint8_t payload[4096];
    uint32_t seq = UINT32_MAX - 5000;
    int64_t now_ns = 0;
    TcpStats stats;

    for (unsigned count = 0; cursor_rest(&c).len && count < 500; count++) {
        now_ns += (int64_t)cursor_u8(&c) * cursor_u8(&c) * NS_PER_S / 64;
        NetPacket packet = read_packet(&c, &seq, payload);
        if (packet.tunnel_hash == 3) { /* the other direction */
            Endpoint source = packet.source;
            packet.source = packet.destination;
            packet.destination = source;
        }
        tcp_table_segment(table, now_ns, &packet);
        tcp_table_stats(table, &stats);
        g_assert(stats.buffered_bytes <= BUFFERED_MAX);
    }
    tcp_table_flush(table);
    tcp_table_stats(table, &stats);
    g_assert(stats.buffered_bytes == 0);
    return 0;
}
