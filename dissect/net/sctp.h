/* dissect/net/sctp.h - SCTP (RFC 9260): user messages put together from DATA and I-DATA (RFC 8260)
 * chunks. A direction is known by its verification tag and ports, so that all paths of a
 * multi-homed association are one; its addresses are those of the first packet.
 *
 * Messages are delivered when they are complete, each once, whatever order they came in: what
 * waits for the one before it at the receiver was on the wire all the same. Bounded in directions
 * and bytes; what is missing is counted. */
#pragma once
#include "dissect/net/net_packet.h"

typedef struct SctpTable SctpTable;

typedef struct {
    Endpoint source, destination;
    int64_t time_ns; /* of the packet that completed it */
    uint32_t payload_protocol;
    uint16_t stream;
    bool truncated; /* the snap length cut it */
    Slice bytes;    /* valid during the call; of the packet itself when it came in one piece */
} SctpMessage;

typedef void (*SctpDeliver)(void *context, const SctpMessage *message);

typedef struct {
    uint64_t packets, associations;
    uint64_t messages;      /* completed */
    uint64_t retransmitted; /* chunks that came again */
    uint64_t gaps;          /* chunks that were never captured */
    uint64_t abandoned;     /* pieces of messages that were never completed, or given up */
    uint64_t other_paths;   /* packets between other addresses than the first of a direction */
} SctpStats;

SctpTable *sctp_table_new(SctpDeliver deliver, void *context);
void sctp_table_free(SctpTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SctpTable, sctp_table_free)
/* Takes a packet of IP_PROTOCOL_SCTP. Anomalies are noted in @packet. */
void sctp_table_packet(SctpTable *table, int64_t time_ns, NetPacket *packet);
/* The input is over: what is missing now was never captured. */
void sctp_table_flush(SctpTable *table);
void sctp_table_stats(const SctpTable *table, SctpStats *out);
