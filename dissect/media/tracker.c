/* dissect/media/tracker.c - see tracker.h */
#include "dissect/media/tracker.h"
#include "dissect/base/hash.h"
#include "dissect/media/demux.h"
#include "dissect/media/media_host.h"
#include "dissect/media/overlap.h"
#include "dissect/media/passage_finder.h"
#include "dissect/media/probe.h"
#include "dissect/media/relay_address.h"
#include "dissect/media/rtcp_attach.h"
#include "dissect/media/stream_array.h"
#include "dissect/media/stream_index.h"
#include "dissect/media/turn.h"
#include "dissect/net/network.h"

#define STREAMS_MAX       1048576
#define SWEEP_IDLE_NS     (60 * NS_PER_S)
#define SWEEP_SHARE       16 /* of the cap: new streams between two sweeps of a full table */
#define NEAR_SSRCS        8  /* of a flow, found without hashing */
#define DISAGREE_MAX      24 /* datagrams of a flow before it is none of ours */
#define RTCP_HEADER_BYTES 4
#define SRTP_SAMPLING     16u /* SRTP packets of speech for one that is authenticated */
#define AGREE_ANNOUNCED   1
#define AGREE_SECOND      2 /* RFC 3550 A.1: MIN_SEQUENTIAL */
#define AGREE_UNKNOWN     4

struct MediaTracker {
    const MediaDatagram *current; /* borrowed while it is looked at */
    MediaEvents events;
    StreamArray *streams; /* owned, and through it the streams */
    StreamIndex index;
    ProbeTable probes;
    SrtpPool *srtp;
    MediaStatistics statistics;
    unsigned streams_max;
    unsigned wanted_since_sweep; /* streams made or refused */
    uint32_t last_number;
    PassageFinder *passages; /* owned */
    MediaHostTable *hosts;   /* owned */
    RelayAddresses *relayed; /* owned */
    Overlap overlap;         /* without sightings copies are not told from duplicates */
    TunnelTable *tunnels;    /* borrowed; NULL: none */
    unsigned overlaps;       /* streams so far that overlapped another */
};

static void tell_of_relay(const MediaTracker *tracker, const MediaHost *host)
{
    if (tracker->events.relay_found)
        tracker->events.relay_found(host, tracker->events.context);
}

static void relay_found(MediaTracker *tracker, IpAddress ip)
{
    MediaHost *host = media_host_get(tracker->hosts, ip);

    if (!host)
        return;
    host->relayed++;
    tell_of_relay(tracker, host);
}

static void turn_found(MediaTracker *tracker, IpAddress ip)
{
    MediaHost *host = media_host_get(tracker->hosts, ip);

    if (!host)
        return;
    host->turn++;
    tell_of_relay(tracker, host);
}

static void passage_found(const Passage *passage, Stream *earlier, Stream *later, void *context)
{
    MediaTracker *tracker = context;

    if (passage->kind == PASSAGE_RELAY || passage->kind == PASSAGE_BOTH_CHANGED)
        relay_found(tracker, later->key.source.ip);
    if (passage->kind == PASSAGE_BOTH_CHANGED) /* one with an address on either side */
        relay_found(tracker, earlier->key.destination.ip);
    if (tracker->events.passage_found)
        tracker->events.passage_found(passage, earlier, later, tracker->events.context);
}

MediaTracker *media_tracker_new(const MediaEvents *events)
{
    MediaTracker *tracker = g_new0(MediaTracker, 1);

    tracker->events = *events;
    tracker->streams = g_new0(StreamArray, 1);
    tracker->streams_max = STREAMS_MAX;
    stream_array_init(tracker->streams);
    stream_index_init(&tracker->index);
    probe_table_init(&tracker->probes);
    tracker->srtp = srtp_pool_new();
    tracker->hosts = media_hosts_new();
    tracker->relayed = relay_addresses_new();
    tracker->passages = passage_finder_new(tracker->streams, &tracker->index,
                                           &(PassageEvents){ passage_found, tracker });
    return tracker;
}

void media_tracker_free(MediaTracker *tracker)
{
    if (!tracker)
        return;
    probe_table_clear(&tracker->probes);
    passage_finder_free(tracker->passages);
    media_hosts_free(tracker->hosts);
    relay_addresses_free(tracker->relayed);
    for (unsigned i = 0; i < tracker->streams->items->len; i++) {
        Stream *stream = g_ptr_array_index(tracker->streams->items, i);
        if (stream)
            stream_unlink(stream, STREAM_OF_FLOW);
    }
    stream_array_clear(tracker->streams);
    g_free(tracker->streams);
    stream_index_clear(&tracker->index);
    srtp_pool_free(tracker->srtp);
    g_free(tracker);
}

void media_tracker_set_sightings(MediaTracker *tracker, SightingTable *sightings)
{
    tracker->overlap.sightings = sightings;
}

void media_tracker_set_networks(MediaTracker *tracker, FlowTable *flows, TunnelTable *tunnels)
{
    tracker->overlap.flows = flows;
    tracker->tunnels = tunnels;
}

void media_tracker_limit(MediaTracker *tracker, unsigned streams)
{
    tracker->streams_max = MAX(streams, 1);
}

MediaStatistics media_tracker_statistics(const MediaTracker *tracker)
{
    MediaStatistics statistics = tracker->statistics;
    statistics.strays += tracker->probes.strays;
    return statistics;
}

/* --- streams --- */

static Stream *find_by_key(MediaTracker *tracker, Flow *flow, uint32_t ssrc)
{
    StreamKey key = { flow->key.source, flow->key.destination, ssrc, flow->network };
    Stream *stream = stream_index_find(&tracker->index, &key);
    if (stream)
        stream_move(stream, flow);
    return stream;
}

/* The last stream of the flow nearly always; else it comes to the front. */
static Stream *find_stream(MediaTracker *tracker, Flow *flow, uint32_t ssrc)
{
    Stream *stream = flow->stream;

    if (stream && stream->key.ssrc == ssrc)
        return stream;
    for (int i = 0; stream && i < NEAR_SSRCS; i++, stream = stream->links[STREAM_OF_FLOW].next) {
        if (stream->key.ssrc != ssrc)
            continue;
        stream_move(stream, flow);
        return stream;
    }
    return find_by_key(tracker, flow, ssrc);
}

void media_tracker_drop(MediaTracker *tracker, Stream *stream)
{
    stream_unlink(stream, STREAM_OF_FLOW);
    passage_finder_forget(tracker->passages, stream);
    stream_index_remove(&tracker->index, stream);
    stream_array_remove(tracker->streams, stream);
    stream_free(stream);
}

static void sweep(MediaTracker *tracker, int64_t now_ns)
{
    GPtrArray *items = tracker->streams->items;

    tracker->wanted_since_sweep = 0;
    for (unsigned i = 0; i < items->len; i++) {
        Stream *stream = g_ptr_array_index(items, i);
        if (!stream || stream->call != 0 ||
            time_between(stream_last_ns(stream), now_ns) < SWEEP_IDLE_NS)
            continue;
        if (tracker->events.stream_gone)
            tracker->events.stream_gone(stream, tracker->events.context);
        media_tracker_drop(tracker, stream);
        tracker->statistics.streams_dropped++;
    }
    stream_array_compact(tracker->streams);
}

static bool make_room(MediaTracker *tracker, int64_t now_ns)
{
    tracker->wanted_since_sweep++;
    if (stream_array_count(tracker->streams) < tracker->streams_max)
        return true;
    if (tracker->wanted_since_sweep > tracker->streams_max / SWEEP_SHARE)
        sweep(tracker, now_ns);
    if (stream_array_count(tracker->streams) < tracker->streams_max)
        return true;
    tracker->statistics.streams_refused++;
    return false;
}

/* NULL when there is no room. */
static Stream *begin_stream(MediaTracker *tracker, Flow *flow, uint32_t ssrc, int64_t time_ns)
{
    StreamKey key = { flow->key.source, flow->key.destination, ssrc, flow->network };

    if (!make_room(tracker, time_ns))
        return NULL;
    Stream *stream = stream_new(&key, ++tracker->last_number);
    stream->security = flow->agreed;
    stream->transport = flow->transport;
    stream->overlaps = flow->network != 0;
    stream->previous = flow->stream ? flow->stream->number : 0;
    stream_array_add(tracker->streams, stream);
    stream_index_add(&tracker->index, stream);
    stream_move(stream, flow);
    return stream;
}

static void announce(MediaTracker *tracker, Stream *stream)
{
    if (tracker->events.stream_found)
        tracker->events.stream_found(stream, tracker->events.context);
}

/* --- SRTP --- */

void media_tracker_offer_keys(MediaTracker *tracker, Stream *stream, const SrtpKey *keys,
                              unsigned count)
{
    if (count == 0)
        return;
    if (!stream->srtp)
        stream->srtp = srtp_context_new(tracker->srtp, stream->key.ssrc);
    srtp_context_add_keys(stream->srtp, keys, count);
}

static StreamSecurity security_of_key(const SrtpKey *key)
{
    return key->origin == SRTP_KEY_FROM_DTLS ? STREAM_SECURITY_DTLS : STREAM_SECURITY_SDES;
}

/* Is only the length of its payload of interest? */
static bool is_speech(const Stream *stream, uint8_t payload_type)
{
    const PayloadFormat *format = payload_lookup(stream->payloads, payload_type);
    return format && (format->kind == PAYLOAD_AUDIO || format->kind == PAYLOAD_COMFORT_NOISE);
}

/* Takes a packet that needs no opening for what it is; @rtp is without its trailer then. */
static bool believe_rtp(const Stream *stream, const MediaDatagram *datagram, RtpPacket *rtp)
{
    bool padded = datagram->payload.data[0] & 0x20;
    size_t trailer;

    if (padded || rtp->seq % SRTP_SAMPLING == 0 || !is_speech(stream, rtp->payload_type) ||
        !srtp_context_is_steady(stream->srtp, &trailer) || rtp->payload_bytes < trailer)
        return false;
    rtp->payload_bytes -= (uint32_t)trailer;
    return true;
}

static void open_extension(Stream *stream, RtpPacket *rtp)
{
    uint16_t encrypted = payload_map_encrypted_extensions(stream->payloads);

    if (encrypted && rtp->extension.len > 0)
        srtp_context_open_extension(stream->srtp, encrypted, rtp);
}

/* What cannot be opened is counted as it came. */
static DissectStatus open_rtp(Stream *stream, const MediaDatagram *datagram, DissectStatus status,
                              RtpPacket *rtp)
{
    bool whole = datagram->payload.len == datagram->on_wire;
    Slice plain;

    bool believed = believe_rtp(stream, datagram, rtp);
    if (believed || srtp_context_rtp(stream->srtp, datagram->payload, whole, &plain) != SRTP_OPEN) {
        rtp->payload = SLICE_EMPTY;
        if (believed)
            open_extension(stream, rtp);
        return status;
    }
    stream->security = security_of_key(srtp_context_key(stream->srtp));
    status = rtp_parse(plain, plain.len, rtp);
    open_extension(stream, rtp);
    return status;
}

/* @rtp is all that may be known of the packet: what is encrypted must not be read as anything. */
static DissectStatus uncover(Stream *stream, const MediaDatagram *datagram, DissectStatus status,
                             RtpPacket *rtp)
{
    if (stream->srtp)
        return open_rtp(stream, datagram, status, rtp);
    rtp->payload = SLICE_EMPTY;
    return status;
}

static bool is_covered(const Stream *stream)
{
    return stream->security != STREAM_SECURITY_NONE || stream->srtp;
}

/* The packet that began a stream was counted before its keys and payload types were known. */
static void read_first(Stream *stream, const MediaDatagram *datagram, const RtpPacket *rtp,
                       const StreamArrival *arrival)
{
    RtpPacket uncovered = *rtp;

    if (is_covered(stream))
        uncover(stream, datagram, DISSECT_OK, &uncovered);
    stream_read_again(stream, &uncovered, arrival);
}

/* --- RTP --- */

static bool disagree(MediaTracker *tracker, Flow *flow)
{
    if (flow->kind != FLOW_NEW || flow->announced)
        return false;
    if (++flow->probes >= DISAGREE_MAX) {
        flow->kind = FLOW_OTHER;
        probe_drop(&tracker->probes, flow);
    }
    return false;
}

static unsigned packets_needed(const Flow *flow)
{
    if (flow->stream)
        return AGREE_SECOND;
    if (flow->network)
        return AGREE_UNKNOWN;
    if (flow->announced)
        return AGREE_ANNOUNCED;
    return flow->kind == FLOW_MEDIA ? AGREE_SECOND : AGREE_UNKNOWN;
}

/* RFC 5761 section 4: types that look like RTCP are not used; 64..95 not without an SDP. */
static bool type_is_sane(const Flow *flow, uint8_t type)
{
    return flow->announced ? type < 72 || type > 76 : type < 64 || type > 95;
}

static void replay(MediaTracker *tracker, Flow *flow, ProbeCandidate *candidate, int64_t time_ns)
{
    Stream *stream = begin_stream(tracker, flow, candidate->ssrc, time_ns);

    for (unsigned i = 0; stream && i < candidate->held; i++) {
        RtpPacket rtp = held_packet_rtp(&candidate->packets[i], candidate->ssrc);
        stream_add(stream, &rtp, &candidate->packets[i].arrival);
    }
    if (stream)
        announce(tracker, stream);
    for (unsigned i = 0; stream && !is_covered(stream) && i < candidate->held; i++) {
        RtpPacket rtp = held_packet_rtp(&candidate->packets[i], candidate->ssrc);
        stream_read_again(stream, &rtp, &candidate->packets[i].arrival);
    }
    probe_settle(&tracker->probes, flow, candidate);
}

/* A lane's first packets agree. */
static void settle_lane(MediaTracker *tracker, Flow *lane, ProbeCandidate *candidate,
                        int64_t time_ns)
{
    Stream *beside;

    switch (overlap_judge(&tracker->overlap, lane, candidate, &beside)) {
    case OVERLAP_OPEN:
        return;
    case OVERLAP_PROVEN:
        tracker->overlaps++;
        if (beside)
            beside->overlaps = true;
        replay(tracker, lane, candidate, time_ns);
        return;
    case OVERLAP_ONE:
        for (unsigned i = 0; i < candidate->held; i++) {
            RtpPacket rtp = held_packet_rtp(&candidate->packets[i], candidate->ssrc);
            stream_add(beside, &rtp, &candidate->packets[i].arrival);
        }
        probe_settle(&tracker->probes, lane, candidate);
    }
}

static bool begin_with(MediaTracker *tracker, Flow *flow, const MediaDatagram *datagram,
                       const RtpPacket *rtp, const StreamArrival *arrival)
{
    unsigned needed = packets_needed(flow);

    if (needed == AGREE_ANNOUNCED && !flow->probe) {
        Stream *stream = begin_stream(tracker, flow, rtp->ssrc, arrival->time_ns);
        if (stream) {
            stream_add(stream, rtp, arrival);
            announce(tracker, stream);
            read_first(stream, datagram, rtp, arrival);
        }
        return true;
    }
    ProbeCandidate *candidate = probe_add(&tracker->probes, flow, rtp, arrival, needed);
    if (candidate && flow->network && !flow->stream)
        settle_lane(tracker, flow, candidate, arrival->time_ns);
    else if (candidate)
        replay(tracker, flow, candidate, arrival->time_ns);
    else
        disagree(tracker, flow);
    return true;
}

/* The same number and timestamp of one source on one way. */
static SightingVerdict see(MediaTracker *tracker, const Flow *flow, const RtpPacket *rtp,
                           const MediaDatagram *datagram)
{
    if (!tracker->overlap.sightings)
        return SIGHTING_FIRST;
    return sighting_see(tracker->overlap.sightings, overlap_sighting_key(&flow->key, rtp),
                        datagram->time_ns, &datagram->sighting);
}

/* Seldom: kept out of the way of other packets. */
G_GNUC_NO_INLINE static void note_place(MediaTracker *tracker, Stream *stream, StreamFate fate,
                                        const RtpPacket *rtp, const MediaDatagram *datagram)
{
    MediaHost *host = media_host_get(tracker->hosts, stream->key.source.ip);

    if (host)
        dscp_note(&host->dscp, datagram->dscp, datagram->sighting.hops);
    if (fate != STREAM_DUPLICATE)
        passage_finder_see(tracker->passages, stream, rtp, datagram->time_ns,
                           datagram->sighting.hops);
}

static bool take_rtp(MediaTracker *tracker, Flow *flow, const MediaDatagram *datagram)
{
    RtpPacket rtp;
    DissectStatus status = rtp_parse(datagram->payload, datagram->on_wire, &rtp);

    if (status != DISSECT_OK && status != DISSECT_MALFORMED)
        return disagree(tracker, flow);
    StreamArrival arrival = {
        .time_ns = datagram->time_ns,
        .wire_bytes = datagram->wire_bytes,
        .dscp = datagram->dscp,
        .sighting = (uint8_t)see(tracker, flow, &rtp, datagram),
    };
    Stream *stream = find_stream(tracker, flow, rtp.ssrc);
    if (stream) {
        if (G_UNLIKELY(is_covered(stream)))
            status = uncover(stream, datagram, status, &rtp);
        tracker->statistics.bad_padding += status == DISSECT_MALFORMED;
        StreamFate fate = stream_add(stream, &rtp, &arrival);
        if (G_UNLIKELY(passage_is_due(stream, datagram->time_ns)))
            note_place(tracker, stream, fate, &rtp, datagram);
        return true;
    }
    if (status == DISSECT_MALFORMED)
        probe_hold(&tracker->probes, flow, &rtp, &arrival);
    if (status != DISSECT_OK || !type_is_sane(flow, rtp.payload_type))
        return disagree(tracker, flow);
    return begin_with(tracker, flow, datagram, &rtp, &arrival);
}

/* --- RTCP --- */

typedef enum { COMPOUND_NONE, COMPOUND_WHOLE, COMPOUND_ENCRYPTED } Compound;

/* SRTCP leaves the first header and SSRC in the clear; what follows does not add up (RFC 3711
 * section 3.4). */
static Compound examine(const MediaDatagram *datagram, RtcpPacket *first)
{
    Slice rest = datagram->payload;
    bool cut = datagram->payload.len < datagram->on_wire;
    RtcpPacket packet;

    if (rtcp_next(&rest, first) != DISSECT_OK || first->type < RTCP_SR || first->type > RTCP_XR)
        return COMPOUND_NONE;
    while (rest.len > 0) {
        DissectStatus status = rtcp_next(&rest, &packet);
        if (cut && (status == DISSECT_TRUNCATED || rest.len < RTCP_HEADER_BYTES))
            break;
        if (status != DISSECT_OK || packet.type < RTCP_SR || packet.type > RTCP_XR)
            return COMPOUND_ENCRYPTED;
    }
    return COMPOUND_WHOLE;
}

/* The plain packets of SRTCP whose sender's key is known. */
static bool open_rtcp(MediaTracker *tracker, const Flow *flow, const MediaDatagram *datagram,
                      uint32_t ssrc, Slice *plain)
{
    const Stream *sender = rtcp_sender_stream(&tracker->index, &flow->key, ssrc);
    bool whole = datagram->payload.len == datagram->on_wire;

    return sender && sender->srtp &&
           srtp_context_rtcp(sender->srtp, datagram->payload, whole, plain) == SRTP_OPEN;
}

static bool take_encrypted(MediaTracker *tracker, Flow *flow, const RtcpPacket *first)
{
    Stream *sender = rtcp_sender_stream(&tracker->index, &flow->key, first->ssrc);
    bool believed = sender || flow->kind != FLOW_NEW || flow->announced;

    if (!believed) /* receiver reports may come long before the first RTP: no vote against it */
        return false;
    tracker->statistics.encrypted_rtcp++;
    if (sender)
        sender->rtcp.encrypted++;
    return true;
}

static bool is_copied_rtcp(MediaTracker *tracker, const Flow *flow, const MediaDatagram *datagram)
{
    const FlowKey *way = &flow->key;
    uint64_t ports = (uint64_t)way->source.port << 16 | way->destination.port;

    if (!tracker->overlap.sightings)
        return false;
    uint64_t key = hash_bytes(datagram->payload.data, datagram->payload.len,
                              way->source.ip.low ^ way->destination.ip.low << 1 ^ ports);
    return sighting_is_again(
        sighting_see(tracker->overlap.sightings, key, datagram->time_ns, &datagram->sighting));
}

static uint32_t tunnel_of(const MediaTracker *tracker, const MediaDatagram *datagram)
{
    if (tracker->overlaps == 0 || !tracker->tunnels)
        return 0;
    return tunnel_table_number(tracker->tunnels, datagram->tunnels, datagram->tunnel_count);
}

static bool take_rtcp(MediaTracker *tracker, Flow *flow, const MediaDatagram *datagram)
{
    RtcpPacket packet;
    Slice rest = datagram->payload;

    switch (examine(datagram, &packet)) {
    case COMPOUND_NONE:
        return disagree(tracker, flow);
    case COMPOUND_ENCRYPTED:
        if (open_rtcp(tracker, flow, datagram, packet.ssrc, &rest))
            break;
        return take_encrypted(tracker, flow, &packet);
    case COMPOUND_WHOLE:
        break;
    }
    if (is_copied_rtcp(tracker, flow, datagram)) {
        tracker->statistics.rtcp_copies++;
        return true;
    }
    tracker->statistics.rtcp++;
    const RtcpScope scope = { .index = &tracker->index,
                              .flow = &flow->key,
                              .time_ns = datagram->time_ns,
                              .network = datagram->network,
                              .tunnel = tunnel_of(tracker, datagram),
                              .tunnels = tracker->overlaps ? tracker->tunnels : NULL };
    while (rtcp_next(&rest, &packet) == DISSECT_OK) {
        rtcp_attach(&scope, &packet);
        if (tracker->events.rtcp_seen)
            tracker->events.rtcp_seen(&packet, flow->key.source, flow->key.destination,
                                      datagram->time_ns, tracker->events.context);
    }
    if (flow->kind == FLOW_NEW)
        flow->kind = FLOW_RTCP;
    return true;
}

void media_tracker_report(MediaTracker *tracker, const MediaAgentReport *report, Slice compound)
{
    const RtcpScope scope = { .index = &tracker->index,
                              .flow = &report->flow,
                              .time_ns = report->time_ns,
                              .by_agent = true,
                              .agent = report->agent,
                              .streams = report->streams,
                              .stream_count = report->stream_count };
    RtcpPacket packet;

    while (rtcp_next(&compound, &packet) == DISSECT_OK)
        rtcp_attach(&scope, &packet);
}

/* Which end of a TURN path is the server is told by its port, or it has granted something. */
static void note_turn_data(MediaTracker *tracker, const FlowKey *way)
{
    bool to = turn_is_port(way->destination.port);
    const MediaHost *known;

    if (to == turn_is_port(way->source.port))
        return;
    IpAddress server = to ? way->destination.ip : way->source.ip;
    known = media_host_find(tracker->hosts, server);
    if (!known || !known->turn)
        turn_found(tracker, server);
}

/* Keys agreed on the media path itself secure what flows there, whatever its SDP says. */
static void take_companion(Flow *flow, Slice bytes)
{
    StreamSecurity agreed = demux_key_agreement(bytes);

    if (agreed == STREAM_SECURITY_NONE)
        return;
    flow->agreed = (uint8_t)agreed;
    if (flow->stream)
        flow->stream->security = agreed;
}

/* Between a TURN client and its relay: what the peer sends, and gets. */
static bool take_relayed(MediaTracker *tracker, Flow *flow, const MediaDatagram *outer)
{
    MediaDatagram inner = *outer;
    TurnData data;

    if (turn_unwrap(outer->payload, outer->on_wire, &data) != DISSECT_OK)
        return false;
    note_turn_data(tracker, &flow->key);
    inner.payload = data.data;
    inner.on_wire = (uint32_t)data.on_wire;
    switch (demux_classify(inner.payload, inner.on_wire)) {
    case DATAGRAM_RTP:
        return take_rtp(tracker, flow, &inner);
    case DATAGRAM_RTCP:
        return take_rtcp(tracker, flow, &inner);
    case DATAGRAM_COMPANION:
        take_companion(flow, inner.payload);
        break;
    case DATAGRAM_OTHER:
        break;
    }
    return false;
}

/* A server tells its client which relayed address it has. */
G_GNUC_NO_INLINE static void take_grant(MediaTracker *tracker, const FlowKey *way, Slice bytes)
{
    Endpoint relayed;

    turn_found(tracker, way->source.ip);
    if (turn_relayed_address(bytes, &relayed))
        relay_addresses_note(tracker->relayed, way->destination, relayed);
}

static bool take_datagram(MediaTracker *tracker, Flow *flow, const MediaDatagram *datagram)
{
    switch (demux_classify(datagram->payload, datagram->on_wire)) {
    case DATAGRAM_RTP:
        return take_rtp(tracker, flow, datagram);
    case DATAGRAM_RTCP:
        return take_rtcp(tracker, flow, datagram);
    case DATAGRAM_COMPANION:
        take_companion(flow, datagram->payload);
        if (turn_grants(datagram->payload))
            take_grant(tracker, &flow->key, datagram->payload);
        return take_relayed(tracker, flow, datagram);
    case DATAGRAM_OTHER:
        break;
    }
    return disagree(tracker, flow);
}

/* It came another way than the packet before it on @flow: is it of another network? */
static G_NO_INLINE Flow *choose_lane(const MediaTracker *tracker, Flow *flow,
                                     const MediaDatagram *datagram)
{
    RtpPacket rtp;

    if (demux_classify(datagram->payload, datagram->on_wire) != DATAGRAM_RTP ||
        rtp_parse(datagram->payload, datagram->on_wire, &rtp) != DISSECT_OK)
        return overlap_companion(&tracker->overlap, flow, datagram->network);
    return overlap_choose(&tracker->overlap, flow, &rtp, datagram->network, datagram->time_ns,
                          &datagram->sighting);
}

bool media_tracker_datagram(MediaTracker *tracker, Flow *flow, const MediaDatagram *datagram)
{
    if (G_UNLIKELY(network_mark(datagram->network) != flow->way) && tracker->overlap.flows)
        flow = choose_lane(tracker, flow, datagram);
    tracker->current = datagram;
    bool taken = take_datagram(tracker, flow, datagram);
    tracker->current = NULL;
    return taken;
}

const MediaDatagram *media_tracker_current(const MediaTracker *tracker)
{
    return tracker->current;
}

/* --- flows and lookups --- */

void media_tracker_flow_gap(Flow *flow)
{
    for (Stream *stream = flow->stream; stream; stream = stream->links[STREAM_OF_FLOW].next)
        if (stream->tcp_gaps < UINT16_MAX)
            stream->tcp_gaps++;
}

static void leave_flow(Stream *stream)
{
    stream_unlink(stream, STREAM_OF_FLOW);
    stream->flow = NULL;
}

void media_tracker_flow_gone(MediaTracker *tracker, Flow *flow)
{
    while (flow->stream)
        leave_flow(flow->stream);
    probe_drop(&tracker->probes, flow);
}

/* Those behind a closed one are older, and were closed with it. */
void media_tracker_close_streams_to(MediaTracker *tracker, Endpoint destination)
{
    Stream *stream = stream_index_to(&tracker->index, destination);

    for (; stream; stream = stream->links[STREAM_BY_DESTINATION].next) {
        if (!endpoint_equal(stream->key.destination, destination))
            continue;
        if (!stream->links[STREAM_BY_KEY].slot)
            break;
        leave_flow(stream);
        stream_unlink(stream, STREAM_BY_KEY);
    }
}

unsigned media_tracker_count(const MediaTracker *tracker)
{
    return stream_array_count(tracker->streams);
}

Stream *media_tracker_at(const MediaTracker *tracker, unsigned index)
{
    stream_array_compact(tracker->streams);
    return index < tracker->streams->items->len ? g_ptr_array_index(tracker->streams->items, index)
                                                : NULL;
}

Stream *media_tracker_find(const MediaTracker *tracker, uint32_t number)
{
    return stream_array_find(tracker->streams, number);
}

const Passage *media_tracker_passage_to(const MediaTracker *tracker, const Stream *stream)
{
    return stream->passes ? passage_to(tracker->passages, stream) : NULL;
}

const Passage *media_tracker_passages_from(const MediaTracker *tracker, const Stream *stream)
{
    return stream->passes ? passage_from(tracker->passages, stream) : NULL;
}

const MediaHost *media_tracker_host(const MediaTracker *tracker, IpAddress ip)
{
    return media_host_find(tracker->hosts, ip);
}

bool media_tracker_relayed(const MediaTracker *tracker, Endpoint client, Endpoint *out)
{
    return relay_addresses_find(tracker->relayed, client, out);
}

void media_tracker_each_to(MediaTracker *tracker, Endpoint destination, StreamVisitor *visit,
                           void *context)
{
    Stream *next;
    for (Stream *stream = stream_index_to(&tracker->index, destination); stream; stream = next) {
        next = stream->links[STREAM_BY_DESTINATION].next;
        if (endpoint_equal(stream->key.destination, destination))
            visit(stream, context);
    }
}

void media_tracker_each_from(MediaTracker *tracker, Endpoint source, StreamVisitor *visit,
                             void *context)
{
    Stream *next;
    for (Stream *stream = stream_index_from(&tracker->index, source); stream; stream = next) {
        next = stream->links[STREAM_BY_SOURCE].next;
        if (endpoint_equal(stream->key.source, source))
            visit(stream, context);
    }
}

void media_tracker_each_ssrc(MediaTracker *tracker, uint32_t ssrc, StreamVisitor *visit,
                             void *context)
{
    Stream *next;
    for (Stream *stream = stream_index_ssrc(&tracker->index, ssrc); stream; stream = next) {
        next = stream->links[STREAM_BY_SSRC].next;
        if (stream->key.ssrc == ssrc)
            visit(stream, context);
    }
}
