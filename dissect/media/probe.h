/* dissect/media/probe.h - SSRCs of a flow that are not believed to be streams yet.
 * Holds back what came of them, so that nothing is missing when they are. Bounded: two SSRCs a
 * flow, eight packets each, and a cap on all probes, of which the oldest goes first. Private to
 * dissect/media/. */
#pragma once
#include "dissect/media/held_packet.h"
#include "dissect/net/flow.h"

#define PROBE_SSRCS   4
#define PROBE_PACKETS 16 /* four of which every one came four times */

typedef struct {
    uint32_t ssrc;
    uint16_t newest_seq;
    uint32_t newest_ts_ticks;
    uint8_t held;   /* packets below; 0: free */
    uint8_t agreed; /* of them, with different numbers near one another */
    HeldPacket packets[PROBE_PACKETS];
} ProbeCandidate;

typedef struct MediaProbe {
    Flow *flow;
    GList link; /* in the table's queue */
    ProbeCandidate candidates[PROBE_SSRCS];
} MediaProbe;

typedef struct {
    GQueue queue;    /* oldest first; owns the probes, which their flows borrow */
    uint64_t strays; /* packets held back that became nothing */
} ProbeTable;

void probe_table_init(ProbeTable *table);
void probe_table_clear(ProbeTable *table);

/* Holds @rtp back. The candidate, borrowed until the next call, once @needed packets agree: the
 * caller replays it and calls probe_settle(). NULL before that. */
ProbeCandidate *probe_add(ProbeTable *table, Flow *flow, const RtpPacket *rtp,
                          const StreamArrival *arrival, unsigned needed);
/* Holds back a packet that is no evidence itself (its padding is impossible), if it stands among
 * those of a candidate. */
void probe_hold(ProbeTable *table, Flow *flow, const RtpPacket *rtp, const StreamArrival *arrival);
/* False when packets of its SSRC are held that it does not agree with. */
bool probe_expects(const Flow *flow, const RtpPacket *rtp);
/* @candidate became a stream; the probe goes when nothing else is held. */
void probe_settle(ProbeTable *table, Flow *flow, ProbeCandidate *candidate);
/* Drops what @flow held back. */
void probe_drop(ProbeTable *table, Flow *flow);
