#include "dissect/engine.h"
#include "dissect/base/cache.h"
#include "dissect/base/cursor.h"
#include "dissect/base/hash.h"
#include "dissect/call/fax_match.h"
#include "dissect/call/icmp.h"
#include "dissect/call/media_match.h"
#include "dissect/call/tracker.h"
#include "dissect/hep_input.h"
#include "dissect/hep_stream.h"
#include "dissect/media_input.h"
#include "dissect/msrp_input.h"
#include "dissect/net/flow.h"
#include "dissect/net/network.h"
#include "dissect/net/sctp.h"
#include "dissect/session/hep.h"
#include "dissect/session/rtp_stream.h"
#include "dissect/session/tls.h"
#include "dissect/session/turn_stream.h"
#include "dissect/session/websocket.h"
#include "dissect/sip/sigcomp.h"
#include "dissect/sip_stream.h"

#define FLOWS_MAX   1000000u
#define LOOK_AHEAD  16u         /* packets whose memory is asked for before it is used */
#define STUN_MAGIC  0x2112a442u /* RFC 8489 section 5 */
#define SIP_FETCHED 512u        /* bytes that are read of every message */
#define FRAME_MAX   1522u       /* of Ethernet, with two VLAN tags */

struct Engine {
    Model *model;             /* borrowed */
    PacketStore *store;       /* borrowed */
    const DecodeRules *rules; /* the model's; NULL: none */
    FlowTable *flows;
    Reassembly *reassembly;
    MediaSecrets *secrets;
    TcpTable *tcp;
    SctpTable *sctp;
    StreamStack *streams;
    SightingTable *sightings;
    TlsDecoder *tls;
    HepInput hep;
    MsrpInput msrp;
    MediaInput framed;
    SipStreamReader sip_stream;
    SipMessage sip;                          /* of a stream, one at a time: it is large */
    TrackedMessage datagrams[TRACKER_BATCH]; /* parsed, not yet tracked */
    unsigned datagram_count;
    SipMessage messages[TRACKER_BATCH]; /* those of them that were parsed here */
    const Packet *packet;               /* the one being dissected; NULL between blocks */
    const DecodedPacket *decoded;       /* the same */
    const NetPacket *net;               /* of it, while its segment is delivered */
    CapturePoint *point;                /* where it was seen */
    const Flow *expected[LOOK_AHEAD];   /* which the packets ahead will probably be of */
    uint16_t link_type;                 /* of the last packet, */
    uint64_t *link_count;               /* and where those are counted; NULL before the first */
};

static void flow_evicted(Flow *flow, void *context)
{
    Engine *engine = context;

    media_tracker_flow_gone(engine->model->media, flow);
    fax_tracker_flow_gone(engine->model->faxes, flow);
}

static uint32_t tunnel_of(const Engine *engine, const NetPacket *net)
{
    return tunnel_table_number(engine->model->tunnels, net->tunnels, net->tunnel_count);
}

/* Where @bytes can be read again: in the packet they came with, else in the store's own copy. */
static PacketRef ref_of(Engine *engine, Slice bytes, uint8_t *flags)
{
    const Packet *p = engine->packet;

    if (p && bytes.data >= p->data && bytes.data + bytes.len <= p->data + p->caplen &&
        p->ref.length) {
        PacketRef ref = p->ref;
        ref.offset += (uint64_t)(bytes.data - p->data);
        ref.length = (uint32_t)bytes.len;
        return ref;
    }
    *flags |= MESSAGE_REASSEMBLED;
    return packet_store_keep_bytes(engine->store, bytes.data, (uint32_t)bytes.len);
}

static SipTransport transport_of(uint8_t carriers)
{
    if (carriers & STREAM_IN_WEBSOCKET)
        return carriers & STREAM_IN_TLS ? SIP_OVER_WSS : SIP_OVER_WS;
    return carriers & STREAM_IN_TLS ? SIP_OVER_TLS : SIP_OVER_TCP;
}

static PacketRef keep_bytes(void *context, Slice bytes, uint8_t *flags)
{
    return ref_of(context, bytes, flags);
}

/* The packet that completed the message, if its sender sent it. */
static void note_dscp(const Engine *engine, MessageOrigin *origin)
{
    if (!engine->net || !ip_equal(engine->net->source.ip, origin->source.ip))
        return;
    origin->dscp = engine->net->dscp;
    origin->hops = engine->net->ttl;
}

static void stream_message(void *context, const StreamOrigin *stream, const SipMessage *message)
{
    Engine *engine = context;
    MessageOrigin origin = {
        .time_ns = stream->moment.time_ns,
        .source = stream->source,
        .destination = stream->destination,
        .frame = stream->moment.frame,
        .tunnel = engine->net ? tunnel_of(engine, engine->net) : 0,
        .transport = transport_of(stream->carriers),
    };
    note_dscp(engine, &origin);
    origin.text = ref_of(engine, message->bytes, &origin.flags);
    call_tracker_message(engine->model, message, &origin);
}

static size_t tcp_deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Engine *engine = context;

    return stream_stack_deliver(engine->streams, stream, (uint32_t)engine->model->facts.packets,
                                bytes, gap, end);
}

/* What TCP streams may carry, in the order of asking; the last takes what nobody else does. */
static StreamStack *new_stack(Engine *engine)
{
    const StreamRow rows[] = {
        { &tls_protocol, engine->tls },
        { &websocket_protocol, &engine->model->facts.websocket },
        { &turn_stream_protocol, &engine->framed.reader },
        { &rtp_stream_protocol, &engine->framed.reader },
        { &hep_stream_protocol, &engine->hep },
        { &msrp_stream_protocol, &engine->msrp.reader },
        { &sip_stream_protocol, &engine->sip_stream },
    };

    return stream_stack_new(rows, G_N_ELEMENTS(rows));
}

/* RFC 4168: a message of the association is a message of SIP. */
static void sctp_message(void *context, const SctpMessage *carried)
{
    Engine *engine = context;
    DissectStatus status = sip_parse(carried->bytes, &engine->sip);

    if (status == DISSECT_NOT_MINE) {
        engine->model->facts.unread[UNREAD_SCTP]++;
        return;
    }
    if (status == DISSECT_MALFORMED) {
        model_note_anomalies(engine->model, &engine->sip.anomalies);
        return;
    }
    MessageOrigin origin = {
        .time_ns = carried->time_ns,
        .source = carried->source,
        .destination = carried->destination,
        .frame = (uint32_t)engine->model->facts.packets,
        .tunnel = engine->net ? tunnel_of(engine, engine->net) : 0,
        .transport = SIP_OVER_SCTP,
        .flags = carried->truncated ? MESSAGE_TRUNCATED : 0,
    };
    note_dscp(engine, &origin);
    origin.text = ref_of(engine, engine->sip.bytes, &origin.flags);
    call_tracker_message(engine->model, &engine->sip, &origin);
}

Engine *engine_new(Model *model, PacketStore *store)
{
    Engine *engine = g_new0(Engine, 1);

    engine->model = model;
    engine->store = store;
    engine->rules = model_decode_rules(model);
    engine->flows = flow_table_new(FLOWS_MAX, flow_evicted, engine);
    engine->reassembly = reassembly_new();
    reassembly_set_rules(engine->reassembly, engine->rules);
    engine->secrets = media_secrets_new(model);
    engine->tcp = tcp_table_new(tcp_deliver, engine);
    engine->tls = tls_decoder_new(model->keys, model->server_keys, model->tls);
    engine->sctp = sctp_table_new(sctp_message, engine);
    engine->streams = new_stack(engine);
    engine->sightings = sighting_table_new();
    media_tracker_set_sightings(model->media, engine->sightings);
    media_tracker_set_networks(model->media, engine->flows, model->tunnels);
    stream_stack_set_rules(engine->streams, engine->rules);
    engine->sip_stream = (SipStreamReader){
        .message = stream_message,
        .context = engine,
        .scratch = &engine->sip,
    };
    engine->hep = (HepInput){
        .model = model,
        .flows = engine->flows,
        .msrp = &engine->msrp,
        .scratch = &engine->sip,
        .keep = keep_bytes,
        .context = engine,
    };
    engine->msrp = (MsrpInput){ .model = model, .keep = keep_bytes, .context = engine };
    msrp_input_init(&engine->msrp);
    engine->framed = (MediaInput){
        .model = model, .flows = engine->flows, .secrets = engine->secrets, .net = &engine->net
    };
    media_input_init(&engine->framed);
    media_match_set_flows(model, engine->flows);
    fax_match_set_flows(model, engine->flows);
    return engine;
}

void engine_free(Engine *engine)
{
    if (!engine)
        return;
    media_match_set_flows(engine->model, NULL);
    fax_match_set_flows(engine->model, NULL);
    media_tracker_set_sightings(engine->model->media, NULL);
    media_tracker_set_networks(engine->model->media, NULL, NULL);
    sighting_table_free(engine->sightings);
    tcp_table_free(engine->tcp);
    sctp_table_free(engine->sctp);
    stream_stack_free(engine->streams);
    tls_decoder_free(engine->tls);
    reassembly_free(engine->reassembly);
    media_secrets_free(engine->secrets);
    flow_table_free(engine->flows);
    g_free(engine);
}

static uint64_t *link_type_count(CaptureFacts *facts, uint16_t link_type)
{
    uint64_t *count = g_hash_table_lookup(facts->link_types, GUINT_TO_POINTER(link_type + 1u));

    if (!count) {
        count = g_new0(uint64_t, 1);
        g_hash_table_insert(facts->link_types, GUINT_TO_POINTER(link_type + 1u), count);
    }
    return count;
}

static void count_link_type(Engine *engine, uint16_t link_type)
{
    if (!engine->link_count || engine->link_type != link_type) {
        engine->link_type = link_type;
        engine->link_count = link_type_count(&engine->model->facts, link_type);
    }
    ++*engine->link_count;
}

static void count_packet(Engine *engine, const Packet *packet)
{
    CaptureFacts *facts = &engine->model->facts;

    facts->packets++;
    facts->bytes += packet->len;
    facts->truncated += packet->caplen < packet->len;
    if (facts->first_ns == TIME_UNKNOWN || packet->time_ns < facts->first_ns)
        facts->first_ns = packet->time_ns;
    if (facts->last_ns == TIME_UNKNOWN || packet->time_ns > facts->last_ns) {
        facts->last_ns = packet->time_ns;
    } else if (packet->time_ns < facts->last_ns) {
        facts->disorder++;
        facts->disorder_ns = MAX(facts->disorder_ns, time_between(packet->time_ns, facts->last_ns));
    }
    engine->model->clock_ns = facts->last_ns;
}

/* Order is kept: whatever looks at the model does this first. */
static void track_datagrams(Engine *engine)
{
    unsigned count = engine->datagram_count;

    engine->datagram_count = 0;
    if (count)
        call_tracker_messages(engine->model, engine->datagrams, count);
}

/* @which tells the packet from all others between these endpoints. */
static SightingVerdict see(Engine *engine, const NetPacket *net, uint64_t which)
{
    Sighting sighting = sighting_of(net, engine->point);
    uint64_t a = net->source.ip.low ^ (uint64_t)net->source.port << 40;
    uint64_t b = net->destination.ip.low ^ (uint64_t)net->destination.port << 40;

    return sighting_see(engine->sightings, hash_mix(a ^ which, b ^ ~which), engine->packet->time_ns,
                        &sighting);
}

/* Of the transport header at @offset. It stands for the bytes; the length does, where the sender
 * left it to its network card. */
static uint16_t checksum_of(const NetPacket *net, size_t offset)
{
    Cursor c = cursor_over(net->ip_payload);

    cursor_skip(&c, offset);
    return cursor_be16(&c);
}

static SightingVerdict see_message(Engine *engine, const NetPacket *net, const SipMessage *sip)
{
    uint64_t content = (uint64_t)checksum_of(net, 6) << 48 | (uint64_t)net->payload_on_wire << 32 |
                       (uint64_t)sip->status << 16 | sip->method;

    if (net->fragment.present)
        return SIGHTING_FIRST;
    content ^= sip->keys.call_id + sip->keys.via * 3 + sip->cseq;
    return see(engine, net, content);
}

static SightingVerdict see_segment(Engine *engine, const NetPacket *net)
{
    const TcpHeader *tcp = &net->tcp;
    uint64_t content = (uint64_t)checksum_of(net, 16) << 40 | net->payload_on_wire << 8;

    return see(engine, net, ((uint64_t)tcp->seq << 32 | tcp->ack) ^ content ^ tcp->flags);
}

static SightingVerdict see_icmp(Engine *engine, const NetPacket *net)
{
    return see(engine, net, (uint64_t)checksum_of(net, 2) << 40 | net->payload_on_wire << 8);
}

static const SipMessage *read_datagram(Engine *engine, Slice payload, DissectStatus *ret_status)
{
    const DecodedPacket *decoded = engine->decoded;
    SipMessage *message = &engine->messages[engine->datagram_count];

    *ret_status = decoded->sip_asked ? decoded->sip_status : sip_parse(payload, message);
    return decoded->sip_asked ? decoded->sip : message;
}

/* All but the text. */
static void fill_origin(const Engine *engine, const NetPacket *net, const Flow *flow,
                        MessageOrigin *out)
{
    out->time_ns = engine->packet->time_ns;
    out->source = net->source;
    out->destination = net->destination;
    out->source_entry = flow->source_entry;
    out->destination_entry = flow->destination_entry;
    out->frame = (uint32_t)engine->model->facts.packets;
    out->tunnel = tunnel_of(engine, net);
    out->transport = SIP_OVER_UDP;
    out->dscp = net->dscp;
    out->hops = net->ttl;
    out->flags = net->truncated ? MESSAGE_TRUNCATED : 0;
}

/* True when it was SIP. */
static bool sip_datagram(Engine *engine, Flow *flow, const NetPacket *net)
{
    TrackedMessage *tracked = &engine->datagrams[engine->datagram_count];
    DissectStatus status;

    tracked->sip = read_datagram(engine, net->payload, &status);
    if (status == DISSECT_NOT_MINE)
        return false;
    if (status == DISSECT_MALFORMED) {
        model_note_anomalies(engine->model, &tracked->sip->anomalies);
        return true;
    }
    flow->kind = FLOW_SIP;
    SightingVerdict sighting = see_message(engine, net, tracked->sip);
    if (sighting_is_again(sighting)) {
        model_note_copy(engine->model);
        if (flow->source_entry) /* the copy may have been made nearer to the sender */
            model_note_dscp(engine->model, flow->source_entry - 1, net->dscp, net->ttl);
        return true;
    }
    if (!flow->source_entry) {
        flow->source_entry = model_endpoint_id(engine->model, net->source) + 1;
        flow->destination_entry = model_endpoint_id(engine->model, net->destination) + 1;
    }
    fill_origin(engine, net, flow, &tracked->origin);
    if (sighting == SIGHTING_REPEATED)
        tracked->origin.flags |= MESSAGE_SENT_AGAIN;
    tracked->origin.text = ref_of(engine, tracked->sip->bytes, &tracked->origin.flags);
    engine->datagram_count++;
    /* the next fragment takes the place of a reassembled one's bytes */
    if (engine->datagram_count == TRACKER_BATCH || tracked->origin.flags & MESSAGE_REASSEMBLED)
        track_datagrams(engine);
    return true;
}

/* CRLF (RFC 5626), a zero byte, or a STUN binding request on a SIP flow keeps its NAT open. */
static bool is_keep_alive(const Flow *flow, Slice payload)
{
    Cursor c = cursor_over(payload);

    if (flow->kind != FLOW_SIP)
        return false;
    if (payload.len <= 4)
        return true;
    cursor_skip(&c, 4);
    return cursor_be32(&c) == STUN_MAGIC;
}

static bool fax_datagram(Model *model, Flow *flow, const MediaDatagram *datagram)
{
    AnomalySet anomalies = { 0 };
    bool is_fax = flow->t38 ? fax_tracker_datagram(model->faxes, flow, datagram, &anomalies)
                            : fax_tracker_guess(model->faxes, flow, datagram, &anomalies);

    model_note_anomalies(model, &anomalies);
    return is_fax;
}

/* RTP or RTCP, or T.38, which may take over a port that had RTP. */
static bool media_datagram(Engine *engine, Flow *flow, const MediaDatagram *datagram)
{
    Model *model = engine->model;

    if (flow->kind == FLOW_SIP || flow->kind == FLOW_OTHER)
        return false;
    if (flow->t38 && fax_datagram(model, flow, datagram))
        return true;
    if (media_tracker_datagram(model->media, flow, datagram))
        return true;
    return flow->kind == FLOW_NEW && !flow->t38 && fax_datagram(model, flow, datagram);
}

static void count_other(Engine *engine, Unread why)
{
    engine->model->facts.other++;
    engine->model->facts.unread[why]++;
}

/* True when a capture agent sent it. */
static bool hep_datagram(Engine *engine, const NetPacket *net)
{
    bool told = net->decode_as == DECODE_AS_HEP;

    if (!told && (net->decode_as != DECODE_AS_UNKNOWN || engine->decoded->sip ||
                  !hep_looks_like(net->payload, net->payload_on_wire)))
        return false;
    const HepArrival arrival = {
        .time_ns = engine->packet->time_ns,
        .frame = (uint32_t)engine->model->facts.packets,
        .source = net->source.ip,
        .destination = net->destination.ip,
        .tunnels = net->tunnels,
        .tunnel_count = net->tunnel_count,
    };
    track_datagrams(engine);
    hep_input_packet(&engine->hep, &arrival, net->payload, net->payload_on_wire);
    return true;
}

/* RTP and RTCP begin above text. */
static bool may_be_sip(const NetPacket *net)
{
    if (net->decode_as != DECODE_AS_UNKNOWN)
        return net->decode_as == DECODE_AS_SIP;
    return net->payload.len && net->payload.data[0] < 0x80;
}

static bool is_compressed_sip(const Flow *flow, const NetPacket *net)
{
    bool is_sip = flow->kind == FLOW_SIP || net->source.port == SIGCOMP_PORT ||
                  net->destination.port == SIGCOMP_PORT;

    return is_sip && sigcomp_looks_like(net->payload);
}

static void note_compressed_sip(Engine *engine)
{
    AnomalySet anomalies = { 0 };

    anomaly_note(&anomalies, ANOMALY_SIP_COMPRESSED);
    model_note_anomalies(engine->model, &anomalies);
    count_other(engine, UNREAD_SIGCOMP);
}

static void udp_datagram(Engine *engine, const NetPacket *net)
{
    Model *model = engine->model;
    FlowKey key = { net->source, net->destination };
    uint64_t hash = engine->decoded->flow_hash;
    Flow *flow = flow_table_get_hashed(engine->flows, key, hash, engine->packet->time_ns);

    model->facts.udp++;
    if (flow->kind == FLOW_NEW && flow->probes == 0 && !flow->announced && !engine->decoded->sip) {
        flow->announced = media_match_is_announced(model, key.destination) ||
                          media_match_is_announced(model, key.source);
        flow->t38 = flow->announced && fax_match_is_announced(model, key);
    }
    if (net->decode_as == DECODE_AS_NONE) {
        count_other(engine, UNREAD_UDP);
        return;
    }
    if (flow->kind != FLOW_MEDIA && hep_datagram(engine, net)) {
        model->facts.hep_datagrams++;
        return;
    }
    flow->announced |= net->decode_as == DECODE_AS_RTP || net->decode_as == DECODE_AS_RTCP;
    if (may_be_sip(net) && sip_datagram(engine, flow, net)) {
        model->facts.sip_datagrams++;
        return;
    }
    track_datagrams(engine);
    if (net->payload.len && net->payload.data[0] < 0x80 && dtls_looks_like(net->payload))
        media_secrets_datagram(engine->secrets, &flow->key, net->payload);
    if (is_keep_alive(flow, net->payload)) {
        model->sip.keep_alives++;
        model->facts.keep_alives++;
        return;
    }
    if (flow->kind != FLOW_MEDIA && is_compressed_sip(flow, net)) {
        note_compressed_sip(engine);
        return;
    }
    MediaDatagram datagram = {
        .time_ns = engine->packet->time_ns,
        .payload = net->payload,
        .on_wire = net->payload_on_wire,
        .wire_bytes = (uint32_t)(net->payload_on_wire + (ip_is_v4(net->source.ip) ? 28 : 48)),
        .dscp = net->dscp,
        .sighting = sighting_of(net, engine->point),
        .network = network_of(net),
        .tunnels = net->tunnels,
        .tunnel_count = net->tunnel_count,
    };
    if (!media_datagram(engine, flow, &datagram)) {
        count_other(engine, UNREAD_UDP);
        return;
    }
    model->facts.media_packets++;
    if (net->tunnel_count && flow->stream && !flow->stream->tunnel &&
        flow->way == network_mark(datagram.network))
        flow->stream->tunnel = tunnel_of(engine, net);
}

static void count_encapsulations(CaptureFacts *facts, uint32_t bits)
{
    for (; bits; bits &= bits - 1)
        facts->encapsulations[__builtin_ctz(bits)]++;
}

static void tcp_segment(Engine *engine, NetPacket *net)
{
    track_datagrams(engine);
    engine->model->facts.tcp++;
    if (sighting_is_again(see_segment(engine, net)))
        return;
    engine->net = net;
    tcp_table_segment(engine->tcp, engine->packet->time_ns, net);
    engine->net = NULL;
    const AnomalySet noted = stream_stack_take_anomalies(engine->streams);
    anomaly_merge(&net->anomalies, &noted);
}

static void icmp_packet(Engine *engine, const NetPacket *net)
{
    CaptureFacts *facts = &engine->model->facts;
    IcmpError error;

    track_datagrams(engine);
    const IcmpArrival arrival = {
        .origin = net->source.ip,
        .time_ns = engine->packet->time_ns,
        .frame = (uint32_t)facts->packets,
        .is_copy = sighting_is_again(see_icmp(engine, net)),
    };
    if (icmp_error_parse(net, &error) == DISSECT_OK &&
        icmp_follow(engine->model, engine->flows, &error, &arrival))
        facts->icmp_errors++;
    else
        count_other(engine, UNREAD_ICMP);
}

static void use_transport(Engine *engine, NetPacket *net)
{
    switch (net->ip_protocol) {
    case IP_PROTOCOL_UDP:
        udp_datagram(engine, net);
        break;
    case IP_PROTOCOL_TCP:
        tcp_segment(engine, net);
        break;
    case IP_PROTOCOL_SCTP:
        track_datagrams(engine);
        engine->net = net;
        sctp_table_packet(engine->sctp, engine->packet->time_ns, net);
        engine->net = NULL;
        break;
    case IP_PROTOCOL_ICMP:
    case IP_PROTOCOL_ICMP6:
        icmp_packet(engine, net);
        break;
    default:
        count_other(engine, UNREAD_IP_PROTOCOL);
    }
}

/* A fragment that makes a datagram whole becomes that datagram. False when it does not, or it
 * cannot be decoded. */
static bool complete_fragment(Engine *engine, DecodedPacket *decoded)
{
    NetPacket *net = &decoded->net;
    uint32_t counted = net->encapsulations;
    bool whole = reassembly_add(engine->reassembly, engine->packet->time_ns, net);

    count_encapsulations(&engine->model->facts, net->encapsulations & ~counted);
    if (!whole && net->unread != UNREAD_FRAGMENT)
        engine->model->facts.unread[net->unread]++;
    decoded->flow_hash = flow_key_hash((FlowKey){ net->source, net->destination });
    return whole;
}

static void use_packet(Engine *engine, const Packet *packet, DecodedPacket *decoded)
{
    CaptureFacts *facts = &engine->model->facts;
    NetPacket *net = &decoded->net;

    engine->packet = packet;
    engine->decoded = decoded;
    count_packet(engine, packet);
    count_link_type(engine, packet->link_type);
    if (net->encapsulations)
        count_encapsulations(facts, net->encapsulations);
    if (decoded->status != DISSECT_OK) {
        facts->undecoded++;
        facts->unread[net->unread]++;
        model_note_anomalies(engine->model, &net->anomalies);
        return;
    }
    engine->point = capture_points_count(&facts->points, net);
    facts->coalesced += packet->len > FRAME_MAX;
    if (!net->fragment.present || complete_fragment(engine, decoded))
        use_transport(engine, net);
    else
        facts->fragments_waiting++;
    model_note_anomalies(engine->model, &net->anomalies);
}

static void fetch_content(const Engine *engine, const DecodedPacket *decoded)
{
    if (decoded->flow_hash)
        flow_table_fetch(engine->flows, decoded->flow_hash);
    if (decoded->sip) {
        cache_fetch(decoded->sip, SIP_FETCHED);
        cache_fetch(decoded->net.payload.data, SIP_FETCHED);
    } else if (decoded->status == DISSECT_OK) {
        cache_fetch(decoded->net.payload.data, 1);
    }
}

static const Flow *expected_flow(const Engine *engine, const DecodedPacket *decoded)
{
    return decoded->flow_hash ? flow_table_expect(engine->flows, decoded->flow_hash) : NULL;
}

/* With many streams up, waiting for memory is most of the work. So what a packet will touch is
 * asked for step by step, while those before it are used. */
void engine_packets(Engine *engine, DecodedRun *run)
{
    enum { STRIDE = LOOK_AHEAD / 4 };
    const unsigned count = run->count;
    DecodedPacket *decoded = run->decoded;
    const Flow **expected = engine->expected;

    for (unsigned i = 0; i < count + 4 * STRIDE; i++) {
        if (i < count)
            cache_fetch(&decoded[i], offsetof(DecodedPacket, net.tunnels));
        unsigned step = i - STRIDE; /* wraps: then it is no packet */
        if (step < count)
            fetch_content(engine, &decoded[step]);
        step -= STRIDE;
        if (step < count)
            expected[step % LOOK_AHEAD] = expected_flow(engine, &decoded[step]);
        step -= STRIDE;
        if (step < count && expected[step % LOOK_AHEAD] && expected[step % LOOK_AHEAD]->stream)
            stream_fetch(expected[step % LOOK_AHEAD]->stream);
        step -= STRIDE;
        if (step < count)
            use_packet(engine, &run->packets[step], &decoded[step]);
    }
    track_datagrams(engine); /* the run's messages go */
}

static void take_statistics(Engine *engine)
{
    CaptureFacts *facts = &engine->model->facts;

    reassembly_stats(engine->reassembly, &facts->fragments);
    facts->unread[UNREAD_FRAGMENT] = facts->fragments.fragments - facts->fragments.used;
    tcp_table_stats(engine->tcp, &facts->tcp_stats);
    sctp_table_stats(engine->sctp, &facts->sctp_stats);
    facts->tcp_unrecognised = stream_stack_unrecognised(engine->streams);
    engine->model->sip.keep_alives += engine->sip_stream.keep_alives;
    engine->sip_stream.keep_alives = 0;
    const AnomalySet noted = stream_stack_take_anomalies(engine->streams);
    if (anomaly_any(&noted))
        model_note_anomalies(engine->model, &noted);
}

void engine_drops(Engine *engine, uint64_t total, bool of_now)
{
    CaptureFacts *facts = &engine->model->facts;

    if (facts->last_ns != TIME_UNKNOWN)
        drop_log_note(&facts->drops, total, of_now, facts->first_ns, facts->last_ns);
}

/* What waits for keys, when there are new ones. */
static void use_secrets(Engine *engine)
{
    tls_decoder_retry(engine->tls);
    stream_stack_release(engine->streams, false);
}

void engine_idle(Engine *engine)
{
    media_secrets_refresh(engine->secrets);
    use_secrets(engine);
    take_statistics(engine);
    engine->model->generation++;
}

void engine_end_block(Engine *engine)
{
    media_secrets_refresh(engine->secrets);
    engine->packet = NULL; /* its bytes go with the block */
    use_secrets(engine);
    take_statistics(engine);
    engine->model->generation++;
}

void engine_finish(Engine *engine)
{
    track_datagrams(engine);
    engine->packet = NULL;
    media_secrets_refresh(engine->secrets);
    tls_decoder_retry(engine->tls);
    tcp_table_flush(engine->tcp);
    stream_stack_release(engine->streams, true);
    sctp_table_flush(engine->sctp);
    fax_tracker_finish(engine->model->faxes);
    take_statistics(engine);
    engine->model->ended = true;
    engine->model->generation++;
}
