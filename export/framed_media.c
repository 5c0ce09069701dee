#include "export/framed_media.h"
#include "dissect/media/turn.h"
#include "dissect/session/rtp_stream.h"
#include "dissect/session/tls.h"
#include "dissect/session/turn_stream.h"

struct FramedMedia {
    TcpTable *tcp;
    StreamStack *stack;
    KeyLog *secrets;
    TlsSessionTable *sessions;
    TlsDecoder *tls;
    DatagramReader reader;
    const NetPacket *segment; /* that is being delivered; NULL: none */
    FramedMediaTake *take;
    void *context;
};

static void take_datagram(void *context, const StreamOrigin *origin, Slice bytes)
{
    const FramedMedia *media = context;
    const NetPacket *segment = media->segment;
    NetPacket net = { .source = origin->source,
                      .destination = origin->destination,
                      .ip_protocol = IP_PROTOCOL_TCP };
    TurnData inside;

    if (segment && endpoint_equal(segment->source, origin->source)) {
        net.dscp = segment->dscp;
        net.vlan = segment->vlan;
        net.tunnel_hash = segment->tunnel_hash;
    }
    bool relayed = turn_unwrap(bytes, bytes.len, &inside) == DISSECT_OK;
    net.payload = relayed ? inside.data : bytes;
    net.payload_on_wire = (uint32_t)net.payload.len;
    media->take(&net, origin->moment.time_ns, media->context);
}

static void take_gap(void *context, const StreamOrigin *origin)
{
    (void)context;
    (void)origin;
}

static void *rest_open(StreamLayer *layer, void *context)
{
    (void)context;
    return layer;
}

static size_t rest_deliver(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    (void)self;
    (void)side;
    (void)gap;
    (void)end;
    return bytes.len;
}

static void rest_close(void *self)
{
    (void)self;
}

/* All that is no media. */
static const StreamProtocol rest_protocol = {
    .name = "rest", .open = rest_open, .deliver = rest_deliver, .close = rest_close
};

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    FramedMedia *media = context;

    return stream_stack_deliver(media->stack, stream, 0, bytes, gap, end);
}

FramedMedia *framed_media_new(const DecodeRules *rules, const char *secrets, FramedMediaTake *take,
                              void *context)
{
    FramedMedia *media = g_new0(FramedMedia, 1);

    media->take = take;
    media->context = context;
    media->reader = (DatagramReader){ take_datagram, take_gap, media };
    media->secrets = keylog_new();
    if (secrets)
        keylog_add(media->secrets, slice_from_string(secrets));
    media->sessions = tls_session_table_new();
    media->tls = tls_decoder_new(media->secrets, NULL, media->sessions);
    const StreamRow rows[] = { { &tls_protocol, media->tls },
                               { &turn_stream_protocol, &media->reader },
                               { &rtp_stream_protocol, &media->reader },
                               { &rest_protocol, NULL } };
    media->stack = stream_stack_new(rows, G_N_ELEMENTS(rows));
    stream_stack_set_rules(media->stack, rules);
    media->tcp = tcp_table_new(deliver, media);
    return media;
}

void framed_media_free(FramedMedia *media)
{
    if (!media)
        return;
    tcp_table_free(media->tcp);
    stream_stack_free(media->stack);
    tls_decoder_free(media->tls);
    tls_session_table_free(media->sessions);
    keylog_free(media->secrets);
    g_free(media);
}

void framed_media_segment(FramedMedia *media, int64_t time_ns, NetPacket *segment)
{
    media->segment = segment;
    tcp_table_segment(media->tcp, time_ns, segment);
    media->segment = NULL;
}

void framed_media_finish(FramedMedia *media)
{
    tcp_table_flush(media->tcp);
    stream_stack_release(media->stack, true);
}

void framed_media_secrets(const Model *model, const Stream *stream, GString *out)
{
    StreamReport report;

    if (stream->transport != FLOW_OVER_TLS)
        return;
    stream_report(stream, &report);
    const TlsSession *session =
        tls_session_find(model->tls, stream->key.source, stream->key.destination, report.first_ns);
    if (session && session->has_random)
        keylog_write(model->keys, slice_of(session->client_random, sizeof session->client_random),
                     false, out);
}
