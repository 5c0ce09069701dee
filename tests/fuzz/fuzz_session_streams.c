/* Both directions of a connection through TLS, WebSocket, TURN and RTP behind its length: the input
 * is a row of pieces, one byte of flags, two of length, then so many bytes. A piece goes to either
 * direction, behind a gap or not; or it is a key log, or a certificate. The key log knows the
 * client random that is 0, 1, 2 to 31. Whatever comes in, no more is kept than the caps allow. */
#include "dissect/base/cursor.h"
#include "dissect/session/rtp_stream.h"
#include "dissect/session/tls.h"
#include "dissect/session/turn_stream.h"
#include "dissect/session/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FLAG_SIDE = 1, FLAG_GAP = 2, FLAG_FIN = 4, FLAG_KEYS = 8, FLAG_CERTIFICATE = 16 };

#define RANDOM "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SECRET "101112131415161718191a1b1c1d1e1f101112131415161718191a1b1c1d1e1f"

static const char key_log[] =
    "CLIENT_RANDOM " RANDOM " " SECRET SECRET "\n"
    "CLIENT_RANDOM " RANDOM " " RANDOM "000102030405060708090a0b0c0d0e0f\n"
    "CLIENT_EARLY_TRAFFIC_SECRET " RANDOM " " SECRET "\n"
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET " RANDOM " " SECRET "\n"
    "SERVER_HANDSHAKE_TRAFFIC_SECRET " RANDOM " " SECRET "\n"
    "CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET "\n"
    "SERVER_TRAFFIC_SECRET_0 " RANDOM " " SECRET "\n";

typedef struct {
    StreamStack *stack;
    uint32_t frame;
    uint32_t seq[2];
    uint8_t sum; /* of what was framed: all of it is read */
} Scene;

static void *sink_open(StreamLayer *layer, void *context)
{
    (void)context;
    return layer;
}

/* Leaves some, so that it is offered again. */
static size_t sink_deliver(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    (void)gap;
    if (bytes.data[0] == 'X')
        stream_layer_ignore(self, side);
    return end ? bytes.len : bytes.len / 2 + 1;
}

static void sink_close(void *self)
{
    (void)self;
}

static const StreamProtocol sink = {
    .name = "sink", .open = sink_open, .deliver = sink_deliver, .close = sink_close
};

static void take_datagram(void *context, const StreamOrigin *origin, Slice bytes)
{
    Scene *scene = context;
    uint8_t sum = 0;

    for (size_t i = 0; i < bytes.len; i++)
        sum ^= bytes.data[i];
    scene->sum ^= sum;
    g_assert_cmpuint(bytes.len, >, 0);
    g_assert_cmpint(origin->moment.time_ns, <=, scene->frame);
}

static void take_gap(void *context, const StreamOrigin *origin)
{
    Scene *scene = context;

    g_assert_cmpuint(origin->moment.frame, <=, scene->frame);
}

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Scene *scene = context;

    return stream_stack_deliver(scene->stack, stream, scene->frame, bytes, gap, end);
}

static void give(Scene *scene, TcpTable *tcp, uint8_t flags, Slice bytes)
{
    static const Endpoint ends[] = { { { 0, 0xffff0a000001 }, 40000 },
                                     { { 0, 0xffff0a000002 }, 5061 } };
    unsigned side = flags & FLAG_SIDE;
    g_autofree uint8_t *exact = g_memdup2(bytes.data, bytes.len);

    scene->seq[side] += flags & FLAG_GAP ? 100 : 0;
    NetPacket packet = {
        .source = ends[side],
        .destination = ends[!side],
        .ip_protocol = IP_PROTOCOL_TCP,
        .tcp = { .flags = (uint8_t)(TCP_ACK | (flags & FLAG_FIN ? TCP_FIN : 0)),
                 .seq = 1000 + scene->seq[side] },
        .payload = slice_of(exact, bytes.len),
        .payload_on_wire = (uint32_t)bytes.len,
    };
    scene->seq[side] += (uint32_t)bytes.len;
    scene->frame++;
    tcp_table_segment(tcp, scene->frame, &packet);
}

static void use_piece(Scene *scene, TcpTable *tcp, KeyLog *log, Cursor *c)
{
    uint8_t flags = cursor_u8(c);
    size_t len = cursor_be16(c);
    Slice bytes = cursor_slice(c, MIN(len, cursor_rest(c).len));

    if (flags & FLAG_CERTIFICATE)
        tls_certificate_free(tls_certificate_parse(bytes));
    else if (flags & FLAG_KEYS)
        keylog_add(log, bytes);
    else
        give(scene, tcp, flags, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cursor c = cursor_over(slice_of(data, size));
    g_autoptr(KeyLog) log = keylog_new();
    TlsSessionTable *sessions = tls_session_table_new();
    g_autoptr(TlsDecoder) decoder = tls_decoder_new(log, NULL, sessions);
    WebSocketStats stats = { 0 };
    Scene scene = { .frame = 0 };
    const DatagramReader reader = { take_datagram, take_gap, &scene };
    const StreamRow rows[] = { { &tls_protocol, decoder },
                               { &websocket_protocol, &stats },
                               { &turn_stream_protocol, (void *)&reader },
                               { &rtp_stream_protocol, (void *)&reader },
                               { &sink, NULL } };
    scene.stack = stream_stack_new(rows, G_N_ELEMENTS(rows));
    TcpTable *tcp = tcp_table_new(deliver, &scene);

    keylog_add(log, slice_from_string(key_log));
    for (unsigned count = 0; cursor_rest(&c).len > 0 && count < 300; count++) {
        use_piece(&scene, tcp, log, &c);
        tls_decoder_retry(decoder);
    }
    tcp_table_flush(tcp);
    tcp_table_free(tcp);
    stream_stack_free(scene.stack);
    tls_session_table_free(sessions);
    return 0;
}
