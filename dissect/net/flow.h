/* dissect/net/flow.h - the flow table: what a 5-tuple carries, found out once.
 * Flows are UDP, or media framed in a TCP stream, and directed (source to destination). One hash
 * probe per packet, no allocation for a flow that is known. Capped; flows idle for long go first,
 * by the packet clock. */
#pragma once
#include "dissect/base/address.h"

typedef enum {
    FLOW_NEW, /* heuristics still run */
    FLOW_SIP,
    FLOW_MEDIA, /* RTP, and RTCP multiplexed with it (RFC 5761) */
    FLOW_RTCP,
    FLOW_OTHER, /* examined and none of ours; looked at again when an SDP names its address */
} FlowKind;

/* What brings the packets of a flow. */
typedef enum {
    FLOW_OVER_UDP,
    FLOW_OVER_TCP, /* framed in a stream */
    FLOW_OVER_TLS,
} FlowTransport;
const char *flow_transport_name(FlowTransport transport); /* "UDP" */

typedef struct {
    Endpoint source, destination;
} FlowKey;

static inline bool flow_key_equal(const FlowKey *a, const FlowKey *b)
{
    return endpoint_equal(a->source, b->source) && endpoint_equal(a->destination, b->destination);
}

/* Seeded once per process. */
uint64_t flow_key_hash(FlowKey key);

/* The same endpoints in one of several networks: net/network.h. */
typedef struct {
    FlowKey ends;
    uint32_t network; /* 0 nearly always */
} LaneKey;

static inline bool lane_key_equal(const LaneKey *a, const LaneKey *b)
{
    return a->network == b->network && flow_key_equal(&a->ends, &b->ends);
}

/* flow_key_hash() for the network 0. */
uint64_t lane_key_hash(const LaneKey *key);

typedef struct Flow {
    FlowKey key;
    uint8_t kind;          /* FlowKind */
    uint8_t probes;        /* packets the heuristics have looked at */
    bool announced;        /* an SDP named the destination */
    uint8_t agreed;        /* media: StreamSecurity of a key agreement seen on it */
    bool t38;              /* an SDP named an end of it for T.38, or it was found to be */
    bool by_agent : 1;     /* a capture agent reported it; it was not captured here */
    uint8_t transport : 2; /* FlowTransport */
    uint16_t way;          /* network_mark() of its last packet that was compared; net/network.h */
    int64_t last_ns;
    struct Stream *stream;    /* media: the stream of the last packet; borrowed */
    struct MediaProbe *probe; /* media: candidates not yet believed; owned by media/tracker.c */
    struct FaxStream *fax;    /* T.38; borrowed */
    uint32_t source_entry, destination_entry; /* SIP: in the model's endpoints; 0: not known */
    uint32_t network;                         /* part of the key: net/network.h; 0 nearly always */
    uint32_t tag;                             /* private to flow.c */
} Flow;

typedef struct FlowTable FlowTable;

/* A table of at most @cap flows. @on_evict (or NULL) is called before a flow goes, with @context;
 * when the table is freed as well. */
FlowTable *flow_table_new(unsigned cap, void (*on_evict)(Flow *flow, void *context), void *context);
void flow_table_free(FlowTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FlowTable, flow_table_free)
/* For packets that will be looked up soon, by flow_key_hash(): begins to fetch the slot from
 * memory; then tells the flow it will probably be, unchecked, or NULL, and begins to fetch that. */
void flow_table_fetch(const FlowTable *table, uint64_t hash);
const Flow *flow_table_expect(const FlowTable *table, uint64_t hash);
/* The same for flow_table_each_to(). */
void flow_table_fetch_to(const FlowTable *table, Endpoint destination);
/* The flow of a packet, made when new. Pointers stay valid until evicted. */
Flow *flow_table_get(FlowTable *table, FlowKey key, int64_t time_ns);
/* The same for one who has flow_key_hash(@key) already. */
Flow *flow_table_get_hashed(FlowTable *table, FlowKey key, uint64_t hash, int64_t time_ns);
/* NULL when there is none. */
Flow *flow_table_find(const FlowTable *table, FlowKey key);
/* The same 5-tuple in another network: @network is a number in a key (net/network.h), and 0 means
 * the functions above. */
Flow *flow_table_get_lane(FlowTable *table, FlowKey key, uint32_t network, int64_t time_ns);
Flow *flow_table_find_lane(const FlowTable *table, FlowKey key, uint32_t network);
/* Calls @visit for each flow to @destination, in any network, the newest first; after 1024 of them
 * it is enough.
 * @visit must not get or make flows. */
void flow_table_each_to(FlowTable *table, Endpoint destination,
                        void (*visit)(Flow *flow, void *context), void *context);
/* The same for the flows of one 5-tuple that have a network, of the 64 newest to its destination.
 */
void flow_table_each_lane(FlowTable *table, FlowKey key, void (*visit)(Flow *flow, void *context),
                          void *context);
unsigned flow_table_size(const FlowTable *table);
