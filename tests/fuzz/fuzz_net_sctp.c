#include "dissect/net/sctp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(void *context, const SctpMessage *message)
{
    uint64_t *sum = context;

    for (size_t i = 0; i < message->bytes.len; i++) /* ASan sees what is not there */
        *sum += message->bytes.data[i];
}

/* Packets of up to 255 bytes, each behind its length; both directions, by the length's last bit. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t sum = 0;
    g_autoptr(SctpTable) table = sctp_table_new(take, &sum);
    Endpoint ends[2] = { { ip_from_v4(1), 5060 }, { ip_from_v4(2), 5060 } };
    Slice rest = slice_of(data, size);

    for (int64_t time_ns = 0; rest.len > 1; time_ns++) {
        size_t length = rest.data[0];
        unsigned side = length & 1;
        NetPacket packet = {
            .source = ends[side],
            .destination = ends[!side],
            .ip_protocol = IP_PROTOCOL_SCTP,
            .ip_payload = slice_sub(rest, 1, length),
        };
        sctp_table_packet(table, time_ns, &packet);
        rest = slice_from(rest, 1 + length);
    }
    sctp_table_flush(table);
    SctpStats stats;
    sctp_table_stats(table, &stats);
    g_assert(stats.messages + stats.retransmitted <= size);
    return sum == UINT64_MAX;
}
