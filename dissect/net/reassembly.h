/* dissect/net/reassembly.h - IPv4 and IPv6 fragments put together (RFC 791, RFC 8200 4.5, RFC
 * 5722). Bounded in datagrams and bytes; timed by the packet clock. */
#pragma once
#include "dissect/net/net_packet.h"

typedef struct Reassembly Reassembly;

Reassembly *reassembly_new(void);
void reassembly_free(Reassembly *reassembly);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reassembly, reassembly_free)

/* @rules (or NULL) are borrowed: what ports carry. */
void reassembly_set_rules(Reassembly *reassembly, const struct DecodeRules *rules);

typedef struct {
    uint64_t fragments;   /* seen */
    uint64_t used;        /* of them, those of datagrams that were completed */
    uint64_t reassembled; /* datagrams completed */
    uint64_t abandoned;   /* timed out or evicted */
} ReassemblyStats;

/* Takes a fragment (packet->fragment.present). True when it completes the datagram: @packet is then
 * the whole one, decoded to its transport payload, whose bytes are valid until the next call.
 * Anomalies are noted in @packet, and
 * why it was not read. Fragments inside a tunnel whose packets were fragments are put together too.
 */
bool reassembly_add(Reassembly *reassembly, int64_t time_ns, NetPacket *packet);
void reassembly_stats(const Reassembly *reassembly, ReassemblyStats *out);
