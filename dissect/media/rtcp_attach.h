/* dissect/media/rtcp_attach.h - what RTCP says, noted at the streams it speaks of.
 * An SSRC alone does not name a stream (SIPp gives all of its streams the same): addresses and
 * ports decide, with RTCP on the port of RTP (RFC 5761) or on the next one (RFC 3550 section 11).
 * Private to dissect/media/. */
#pragma once
#include "dissect/media/stream_index.h"
#include "dissect/net/flow.h"
#include "dissect/net/tunnel_table.h"

/* The stream that SSRC @ssrc of an RTCP packet's sender stands for; NULL when it is not clear. */
Stream *rtcp_sender_stream(const StreamIndex *index, const FlowKey *flow, uint32_t ssrc);
/* The stream that the sender of a report block about @ssrc receives; NULL when it is not clear. */
Stream *rtcp_received_stream(const StreamIndex *index, const FlowKey *flow, uint32_t ssrc);

/* Where an RTCP packet was seen, or is said to have been. */
typedef struct {
    const StreamIndex *index;
    const FlowKey *flow;
    int64_t time_ns;
    /* Of a capture agent's report: */
    bool by_agent;
    uint32_t agent;         /* its capture id */
    Stream *const *streams; /* of the call it names; before all addresses, where one has the SSRC */
    unsigned stream_count;
    /* Where streams overlap (overlap.h), the way it came tells which of them it speaks of; NULL:
     * none do. */
    const TunnelTable *tunnels;
    uint32_t tunnel;  /* its path */
    uint32_t network; /* and number */
} RtcpScope;
void rtcp_attach(const RtcpScope *scope, const RtcpPacket *packet);
