/* dissect/media/tracker.h - finds RTP and RTCP in UDP flows and keeps the streams.
 * A plain struct with no shared state; several can run side by side, fed by a hash of the flow. */
#pragma once
#include "dissect/media/stream.h"
#include "dissect/net/flow.h"

typedef struct MediaTracker MediaTracker;

typedef struct {
    void (*stream_found)(Stream *stream, void *context); /* after its first packets were counted */
    /* RTCP naming an SSRC from/to these endpoints; for correlation. May be NULL. */
    void (*rtcp_seen)(const RtcpPacket *packet, Endpoint source, Endpoint destination, int64_t time_ns, void *context);
    void *context;
} MediaEvents;

MediaTracker *media_tracker_new(const MediaEvents *events);
void media_tracker_free(MediaTracker *tracker);

typedef struct {
    int64_t time_ns;
    Slice payload;       /* of UDP, as captured */
    uint32_t on_wire;    /* its length by the headers */
    uint32_t wire_bytes; /* IP packet */
    uint8_t dscp;
} MediaDatagram;

/* Looks at a datagram of a flow that is new, media or RTCP. True when it was RTP or RTCP (or may yet
 * become a stream); flow->kind is set once that is certain. Flows that an SDP announced
 * (flow->announced) are believed at their first fitting packet; others after several packets agree
 * in version, SSRC, sequence and timestamp; packets held back are counted when they do. */
bool media_tracker_datagram(MediaTracker *tracker, Flow *flow, const MediaDatagram *datagram);
/* Must be called when a flow is evicted: its streams stay, its candidates go. */
void media_tracker_flow_gone(MediaTracker *tracker, Flow *flow);
/* RTP and RTCP on one port reused by a later call: the streams known so far to @destination are
 * finished, packets begin new ones. */
void media_tracker_close_streams_to(MediaTracker *tracker, Endpoint destination);

/* All streams in order of discovery; owned by the tracker. */
unsigned media_tracker_count(const MediaTracker *tracker);
Stream *media_tracker_at(const MediaTracker *tracker, unsigned index);
/* Streams to / from an endpoint. */
void media_tracker_each_to(MediaTracker *tracker, Endpoint destination, void (*visit)(Stream *stream, void *context), void *context);
void media_tracker_each_from(MediaTracker *tracker, Endpoint source, void (*visit)(Stream *stream, void *context), void *context);
void media_tracker_each_ssrc(MediaTracker *tracker, uint32_t ssrc, void (*visit)(Stream *stream, void *context), void *context);
/* Frees a stream (its call was evicted). */
void media_tracker_drop(MediaTracker *tracker, Stream *stream);
