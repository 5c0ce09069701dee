/* dissect/net/flow.h - the flow table: what a 5-tuple carries, found out once.
 * Flows are UDP and directed (source to destination). One hash probe per packet, no allocation for
 * a flow that is known. Capped; the longest idle go first, by the packet clock. */
#pragma once
#include "dissect/base/address.h"

typedef enum {
    FLOW_NEW, /* heuristics still run */
    FLOW_SIP,
    FLOW_MEDIA, /* RTP, and RTCP multiplexed with it (RFC 5761) */
    FLOW_RTCP,
    FLOW_OTHER, /* examined and none of ours; looked at again when an SDP names its address */
} FlowKind;

typedef struct {
    Endpoint source, destination;
} FlowKey;

typedef struct Flow {
    FlowKey key;
    FlowKind kind;
    uint8_t probes; /* packets the heuristics have looked at */
    bool announced; /* an SDP named the destination */
    int64_t last_ns;
    struct Stream *stream;    /* media: the stream of the last packet; borrowed */
    struct MediaProbe *probe; /* media: candidates not yet believed; owned by media/tracker.c */
} Flow;

typedef struct FlowTable FlowTable;

/* @on_evict is called before a flow goes, with @context. */
FlowTable *flow_table_new(unsigned cap, void (*on_evict)(Flow *flow, void *context), void *context);
void flow_table_free(FlowTable *table);
/* The flow of a packet, made when new. Pointers stay valid until evicted. */
Flow *flow_table_get(FlowTable *table, FlowKey key, int64_t time_ns);
/* NULL when there is none. */
Flow *flow_table_find(const FlowTable *table, FlowKey key);
/* Calls @visit for each flow to @destination (any port when its port is 0). */
void flow_table_each_to(FlowTable *table, Endpoint destination,
                        void (*visit)(Flow *flow, void *context), void *context);
unsigned flow_table_size(const FlowTable *table);
