/* dissect/media/tracker.h - finds RTP and RTCP in UDP flows and keeps the streams.
 * A plain struct with no shared state; several can run side by side, fed by a hash of the flow. */
#pragma once
#include "dissect/media/media_host.h"
#include "dissect/media/passage.h"
#include "dissect/media/stream.h"
#include "dissect/net/flow.h"
#include "dissect/net/sighting.h"
#include "dissect/net/tunnel_table.h"

typedef struct MediaTracker MediaTracker;

typedef struct {
    void (*stream_found)(Stream *stream, void *context); /* after its first packets were counted */
    /* RTCP naming an SSRC from/to these endpoints; for correlation. May be NULL. */
    void (*rtcp_seen)(const RtcpPacket *packet, Endpoint source, Endpoint destination,
                      int64_t time_ns, void *context);
    /* The tracker is about to free a stream that belongs to no call, to stay within its cap. May be
     * NULL. */
    void (*stream_gone)(Stream *stream, void *context);
    /* Both carry the same packets. May be NULL. */
    void (*passage_found)(const Passage *passage, Stream *earlier, Stream *later, void *context);
    /* A host was seen to relay media, once more. May be NULL. */
    void (*relay_found)(const MediaHost *host, void *context);
    void *context;
} MediaEvents;

MediaTracker *media_tracker_new(const MediaEvents *events);
/* Frees the streams as well, but not their payload maps: see stream_free(). Flows are not touched
 * when the flow table was freed before, with media_tracker_flow_gone() as its @on_evict. */
void media_tracker_free(MediaTracker *tracker);

/* At most @streams at once; at the cap those go that belong to no call and were idle for a minute,
 * else new ones are refused. */
void media_tracker_limit(MediaTracker *tracker, unsigned streams);

typedef struct {
    int64_t time_ns;
    Slice payload;       /* of UDP, as captured; or a packet framed in a TCP stream */
    uint32_t on_wire;    /* its length by the headers */
    uint32_t wire_bytes; /* IP packet; of a framed one its own share of the stream */
    uint8_t dscp;
    Sighting sighting;
    uint32_t network;         /* network_of() its packet */
    const NetTunnel *tunnels; /* it came through; borrowed */
    unsigned tunnel_count;
} MediaDatagram;

/* Looks at a datagram of a flow that is new, media or RTCP. True when it was RTP or RTCP (or may
 * yet become a stream); flow->kind is set once that is certain. Flows that an SDP announced
 * (flow->announced) are believed at their first fitting packet; others after several packets agree
 * in version, SSRC, sequence and timestamp; packets held back are counted when they do. */
bool media_tracker_datagram(MediaTracker *tracker, Flow *flow, const MediaDatagram *datagram);

/* RTCP that a capture agent read elsewhere and tells of. */
typedef struct {
    FlowKey flow; /* where it says it was */
    int64_t time_ns;
    uint32_t agent;         /* its capture id */
    Stream *const *streams; /* of the call that it names, of which one may be told by its SSRC */
    unsigned stream_count;
} MediaAgentReport;
/* Notes what the packets of @compound say at the streams they speak of. */
void media_tracker_report(MediaTracker *tracker, const MediaAgentReport *report, Slice compound);

/* The one that is being looked at: for stream_found(). NULL when there is none. */
const MediaDatagram *media_tracker_current(const MediaTracker *tracker);

/* Of the TCP stream that brings @flow bytes are missing, and no more is known of what they held. */
void media_tracker_flow_gap(Flow *flow);
/* Must be called when a flow is evicted: its streams stay, its candidates go. */
void media_tracker_flow_gone(MediaTracker *tracker, Flow *flow);
/* RTP and RTCP on one port reused by a later call: the streams known so far to @destination are
 * finished, packets begin new ones. */
void media_tracker_close_streams_to(MediaTracker *tracker, Endpoint destination);

/* Tells a mirror port's copies from duplicates of the network; borrowed, NULL: not told. */
void media_tracker_set_sightings(MediaTracker *tracker, SightingTable *sightings);

/* Tells streams of the same addresses in several networks apart (net/network.h); both borrowed,
 * NULL: not told. */
void media_tracker_set_networks(MediaTracker *tracker, FlowTable *flows, TunnelTable *tunnels);

/* Keys that @stream's source may use, the likeliest first: from then on its packets are
 * authenticated and counted as what they decrypt to. Once 64 in a row were, every sixteenth is
 * checked of speech, whose payload nobody reads here; and all of anything else. */
void media_tracker_offer_keys(MediaTracker *tracker, Stream *stream, const SrtpKey *keys,
                              unsigned count);

/* What was seen beside the streams. */
typedef struct {
    uint64_t rtcp;            /* compound packets */
    uint64_t rtcp_copies;     /* of them, by a mirror port: counted here and nowhere else */
    uint64_t encrypted_rtcp;  /* SRTCP without its key: only the first header can be read */
    uint64_t bad_padding;     /* RTP; counted in its stream */
    uint64_t strays;          /* looked like RTP, and nothing agreed with them */
    uint64_t streams_dropped; /* belonged to no call, and the cap was reached */
    uint64_t streams_refused; /* the cap was reached, and all belonged to calls */
} MediaStatistics;
MediaStatistics media_tracker_statistics(const MediaTracker *tracker);

/* All streams in order of discovery, without gaps: an index is valid until a stream is dropped.
 * Owned by the tracker. */
unsigned media_tracker_count(const MediaTracker *tracker);
Stream *media_tracker_at(const MediaTracker *tracker, unsigned index);

/* By its number; NULL: it was dropped or never was. */
Stream *media_tracker_find(const MediaTracker *tracker, uint32_t number);
/* By which @stream came to where it was seen, and the first one by which it went on, others behind
 * it in Passage.next_onward. NULL: not known. */
const Passage *media_tracker_passage_to(const MediaTracker *tracker, const Stream *stream);
const Passage *media_tracker_passages_from(const MediaTracker *tracker, const Stream *stream);
/* What the host of @ip does with media; NULL: nothing is known. */
const MediaHost *media_tracker_host(const MediaTracker *tracker, IpAddress ip);

/* The address of its TURN server that a client has asked for there; false: none is known. */
bool media_tracker_relayed(const MediaTracker *tracker, Endpoint client, Endpoint *out);

typedef void StreamVisitor(Stream *stream, void *context);
/* Streams to or from an endpoint, or with an SSRC; the newest first. @visit may drop what it is
 * given, and nothing else. */
void media_tracker_each_to(MediaTracker *tracker, Endpoint destination, StreamVisitor *visit,
                           void *context);
void media_tracker_each_from(MediaTracker *tracker, Endpoint source, StreamVisitor *visit,
                             void *context);
void media_tracker_each_ssrc(MediaTracker *tracker, uint32_t ssrc, StreamVisitor *visit,
                             void *context);
/* Frees a stream (its call was evicted). Its payload map is the caller's: see stream_free(). */
void media_tracker_drop(MediaTracker *tracker, Stream *stream);
