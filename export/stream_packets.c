#include "export/stream_packets.h"
#include "dissect/base/hash.h"
#include "dissect/media/demux.h"
#include "export/media_reader.h"
#include "export/network_trail.h"

#define PROGRESS_PACKETS 16384u
#define IPV4_UDP_BYTES   28u
#define IPV6_UDP_BYTES   48u
#define FRAME_BYTES      2u /* RFC 4571 */

#define PACKETS_BACK 4096u /* behind a hole a stream waits at most so long for its number */

typedef struct SelectedStream {
    uint32_t number;
    int64_t first_ns, last_ns; /* the same addresses and SSRC may come again */
    PacketTraceSetup setup;    /* its payload map is a counted reference */
    PacketTrace *trace;        /* NULL before the first packet */
    NetworkTrail trail;
    struct SelectedStream *next; /* with the same key */
    StreamPackets *owner;
} SelectedStream;

struct StreamPackets {
    SelectedStream *streams; /* owned */
    unsigned count;
    uint64_t total;           /* packets of the capture, for the progress */
    const DecodeRules *rules; /* the model's */
    GString *secrets;         /* of streams framed in TCP; owned; NULL: there are none */
    /* while it is read: */
    GHashTable *by_key; /* StreamKey* -> SelectedStream*, the first of a list */
    MediaReader *media;
    const StreamPacketsReader *reader;
    uint64_t seen;
    int64_t *times_ns; /* of the last PACKETS_BACK; owned; NULL: nothing is framed in TCP */
    bool stopped;
};

static guint key_hash(gconstpointer key)
{
    const StreamKey *stream = key;
    return (guint)hash_mix(endpoint_hash(stream->source) ^ stream->ssrc ^ hash_seed(),
                           endpoint_hash(stream->destination) | 1);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const StreamKey *first = a, *second = b;
    return first->ssrc == second->ssrc && endpoint_equal(first->source, second->source) &&
           endpoint_equal(first->destination, second->destination);
}

static void take_row(const PacketRow *row, void *context)
{
    SelectedStream *stream = context;
    const StreamPacketsReader *reader = stream->owner->reader;

    if (!stream->owner->stopped && !reader->packet(stream->number, row, reader->context))
        stream->owner->stopped = true;
}

static void select_stream(StreamPackets *packets, const Model *model, const Stream *stream)
{
    SelectedStream *selected = &packets->streams[packets->count++];
    StreamReport report;

    stream_report(stream, &report);
    *selected = (SelectedStream){
        .number = stream->number,
        .first_ns = report.first_ns,
        .last_ns = report.last_ns,
        .trail = { .network = stream->key.network },
        .setup = { stream->key, stream->payloads ? payload_map_ref(stream->payloads) : NULL,
                   take_row, selected },
        .owner = packets,
    };
    if (stream->transport == FLOW_OVER_UDP)
        return;
    if (!packets->secrets)
        packets->secrets = g_string_new(NULL);
    framed_media_secrets(model, stream, packets->secrets);
}

StreamPackets *stream_packets_new(const Model *model, const uint32_t *streams, unsigned count)
{
    StreamPackets *packets = g_new0(StreamPackets, 1);

    packets->streams = g_new0(SelectedStream, count);
    packets->total = model->facts.packets;
    packets->rules = model_decode_rules(model);
    for (unsigned i = 0; i < count; i++) {
        const Stream *stream = model_stream(model, streams[i]);
        if (stream)
            select_stream(packets, model, stream);
    }
    return packets;
}

void stream_packets_free(StreamPackets *packets, const Model *model)
{
    if (!packets)
        return;
    for (unsigned i = 0; i < packets->count; i++)
        payload_map_unref(model->payloads, packets->streams[i].setup.payloads);
    g_free(packets->streams);
    if (packets->secrets)
        g_string_free(packets->secrets, TRUE);
    g_free(packets);
}

static SelectedStream *stream_of(const StreamPackets *packets, const NetPacket *net,
                                 const RtpPacket *rtp, int64_t time_ns)
{
    const StreamKey key = { net->source, net->destination, rtp->ssrc, 0 };
    SelectedStream *stream = g_hash_table_lookup(packets->by_key, &key), *nearest = NULL;
    unsigned least = UINT_MAX;

    for (; stream; stream = stream->next) {
        if (time_ns < stream->first_ns || time_ns > stream->last_ns)
            continue;
        if (network_trail_is_nearer(&stream->trail, net, rtp->seq, &least))
            nearest = stream;
    }
    if (nearest)
        network_trail_take(&nearest->trail, rtp->seq);
    return nearest;
}

static uint32_t headers_of(const NetPacket *net)
{
    if (net->ip_protocol == IP_PROTOCOL_TCP)
        return FRAME_BYTES;
    return ip_is_v4(net->source.ip) ? IPV4_UDP_BYTES : IPV6_UDP_BYTES;
}

/* Of the packet that a datagram came with at @time_ns: what waited behind a hole of its TCP stream
 * came before the present one. */
static uint64_t number_at(const StreamPackets *packets, int64_t time_ns)
{
    uint64_t oldest = packets->seen - MIN(packets->seen, PACKETS_BACK);

    for (uint64_t number = packets->seen; packets->times_ns && number > oldest; number--)
        if (packets->times_ns[number % PACKETS_BACK] == time_ns)
            return number;
    return packets->seen;
}

static void take_datagram(const NetPacket *net, int64_t time_ns, void *context)
{
    StreamPackets *packets = context;
    RtpPacket rtp;

    if (demux_classify(net->payload, net->payload_on_wire) != DATAGRAM_RTP)
        return;
    DissectStatus status = rtp_parse(net->payload, net->payload_on_wire, &rtp);
    if (status != DISSECT_OK && status != DISSECT_MALFORMED)
        return;
    SelectedStream *stream = stream_of(packets, net, &rtp, time_ns);
    if (!stream)
        return;
    if (!stream->trace)
        stream->trace = packet_trace_new(&stream->setup);
    TracedPacket traced = {
        .rtp = &rtp,
        .arrival = { .time_ns = time_ns,
                     .wire_bytes = net->payload_on_wire + headers_of(net),
                     .dscp = net->dscp },
        .number = number_at(packets, time_ns),
        .bad_padding = status == DISSECT_MALFORMED,
    };
    packet_trace_add(stream->trace, &traced);
}

static bool goes_on(StreamPackets *packets)
{
    const StreamPacketsReader *reader = packets->reader;

    if (packets->seen % PROGRESS_PACKETS != 0 || !reader->progress || packets->stopped)
        return !packets->stopped;
    double done = packets->total ? (double)packets->seen / (double)packets->total : 0;
    packets->stopped = !reader->progress(MIN(done, 1), reader->context);
    return !packets->stopped;
}

static bool visit(const Packet *packet, void *context)
{
    StreamPackets *packets = context;
    NetPacket net;

    packets->seen++;
    if (packets->times_ns)
        packets->times_ns[packets->seen % PACKETS_BACK] = packet->time_ns;
    if (media_reader_datagram(packets->media, packet, &net)) {
        media_reader_unwrap(&net);
        take_datagram(&net, packet->time_ns, packets);
    }
    return goes_on(packets);
}

static void index_streams(StreamPackets *packets)
{
    packets->by_key = g_hash_table_new(key_hash, key_equal);
    for (unsigned i = 0; i < packets->count; i++) {
        SelectedStream *stream = &packets->streams[i];
        stream->next = g_hash_table_lookup(packets->by_key, &stream->setup.key);
        g_hash_table_replace(packets->by_key, &stream->setup.key, stream);
    }
}

bool stream_packets_read(StreamPackets *packets, PacketStore *store,
                         const StreamPacketsReader *reader, GError **error)
{
    packets->reader = reader;
    packets->media = media_reader_new(packets->rules);
    if (packets->secrets) {
        media_reader_follow_tcp(packets->media, packets->secrets->str, take_datagram, packets);
        packets->times_ns = g_new0(int64_t, PACKETS_BACK);
    }
    index_streams(packets);
    bool done = packet_store_scan(store, visit, packets, error);
    media_reader_finish(packets->media);
    for (unsigned i = 0; i < packets->count; i++) {
        PacketTrace *trace = g_steal_pointer(&packets->streams[i].trace);
        if (trace)
            packet_trace_finish(trace);
        packet_trace_free(trace);
    }
    g_clear_pointer(&packets->by_key, g_hash_table_unref);
    g_clear_pointer(&packets->media, media_reader_free);
    g_clear_pointer(&packets->times_ns, g_free);
    return done;
}
