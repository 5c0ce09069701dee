/* dissect/media/overlap.h - the same 5-tuple and SSRC in several networks: net/network.h says what
 * counts as proof. Load generators and phones with a constant SSRC are how it comes about.
 *
 * A packet that came another way than the one before it belongs to the stream that it continues:
 * its number is the next, or it is near and its time goes with that of the last or with the clock,
 * as after a handover, on a second gateway, or in a mirror's copy. One whose number was seen before
 * under another IP identification is no copy. What continues no stream of the 5-tuple waits in a
 * *lane*, a flow of its own whose key has the network, until several such packets agree
 * (media/probe.h). They are a stream of their own when the one they did not continue went on beside
 * them; else it was that stream, which jumped as it changed its way. Private to dissect/media/. */
#pragma once
#include "dissect/media/probe.h"
#include "dissect/media/stream.h"
#include "dissect/net/flow.h"
#include "dissect/net/sighting.h"

typedef struct {
    FlowTable *flows;         /* borrowed; NULL: nothing is told apart */
    SightingTable *sightings; /* borrowed; NULL: none */
} Overlap;

/* The flow that a packet belongs to which came another way than the one before it on @flow: that
 * or a lane of it. A stream that it continues in another lane has been moved there with it. */
Flow *overlap_choose(const Overlap *overlap, Flow *flow, const RtpPacket *rtp, uint32_t network,
                     int64_t time_ns, const Sighting *sighting);
/* The same for what is no RTP. */
Flow *overlap_companion(const Overlap *overlap, Flow *flow, uint32_t network);

typedef enum {
    OVERLAP_OPEN,   /* more packets will tell */
    OVERLAP_PROVEN, /* they are a stream of their own */
    OVERLAP_ONE,    /* they belong to *@ret_beside */
} OverlapVerdict;
/* What packets that agree in a lane are. @ret_beside: the stream they did not continue, or NULL. */
OverlapVerdict overlap_judge(const Overlap *overlap, const Flow *lane,
                             const ProbeCandidate *candidate, Stream **ret_beside);

/* Can the packet be the stream's next, or one of those lately sent? */
bool overlap_continues(const Stream *stream, const RtpPacket *rtp, int64_t time_ns);
/* Of one packet of RTP, for sighting_see(). */
uint64_t overlap_sighting_key(const FlowKey *ends, const RtpPacket *rtp);
