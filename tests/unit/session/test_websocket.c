/* WebSocket connections: the examples of RFC 6455 section 5.7 and RFC 7692 section 7.2.3, the
 * upgrade, and what goes wrong. */
#include "dissect/session/inflater.h"
#include "dissect/session/websocket.h"
#include "dissect/session/websocket_frame.h"
#include <zlib.h>

typedef struct {
    GString *log; /* each message as "side:text|" */
    WebSocketStats stats;
    AnomalySet noted;
    TcpTable *tcp;
    StreamStack *stack;
    uint32_t seq[2];
    uint32_t frame;
} Scene;

typedef struct {
    StreamLayer *layer;
    Scene *scene;
} Sink;

static void *sink_open(StreamLayer *layer, void *context)
{
    Sink *sink = g_new(Sink, 1);

    *sink = (Sink){ layer, context };
    return sink;
}

static size_t sink_deliver(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    (void)self;
    (void)side;
    (void)gap;
    (void)end;
    return bytes.len;
}

static void sink_message(void *self, unsigned side, Slice bytes)
{
    Sink *sink = self;

    g_assert_true(stream_layer_origin(sink->layer, side).carriers & STREAM_IN_WEBSOCKET);
    g_string_append_printf(sink->scene->log, "%u:%.*s|", side, (int)MIN(bytes.len, 200),
                           (const char *)bytes.data);
}

static const StreamProtocol sink_protocol = { .name = "sink",
                                              .open = sink_open,
                                              .deliver = sink_deliver,
                                              .message = sink_message,
                                              .close = g_free };

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Scene *scene = context;

    return stream_stack_deliver(scene->stack, stream, scene->frame, bytes, gap, end);
}

static Scene *scene_new(void)
{
    Scene *scene = g_new0(Scene, 1);
    const StreamRow rows[] = { { &websocket_protocol, &scene->stats }, { &sink_protocol, scene } };

    scene->log = g_string_new(NULL);
    scene->tcp = tcp_table_new(deliver, scene);
    scene->stack = stream_stack_new(rows, G_N_ELEMENTS(rows));
    return scene;
}

static void scene_free(Scene *scene)
{
    tcp_table_flush(scene->tcp);
    tcp_table_free(scene->tcp);
    stream_stack_free(scene->stack);
    g_string_free(scene->log, TRUE);
    g_free(scene);
}

static void scene_end(Scene *scene, const char *expected)
{
    tcp_table_flush(scene->tcp);
    g_assert_cmpstr(scene->log->str, ==, expected);
    scene_free(scene);
}

static void give(Scene *scene, unsigned side, const void *bytes, size_t len)
{
    static const Endpoint ends[] = { { { 0, 0xffff0a000001 }, 40000 },
                                     { { 0, 0xffff0a000002 }, 80 } };
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    NetPacket packet = {
        .source = ends[side],
        .destination = ends[!side],
        .ip_protocol = IP_PROTOCOL_TCP,
        .tcp = { .flags = TCP_ACK, .seq = 1000 + scene->seq[side] },
        .payload = slice_of(exact, len),
        .payload_on_wire = (uint32_t)len,
    };

    scene->seq[side] += (uint32_t)len;
    scene->frame++;
    tcp_table_segment(scene->tcp, scene->frame, &packet);
    AnomalySet noted = stream_stack_take_anomalies(scene->stack);
    anomaly_merge(&scene->noted, &noted);
}

static void give_text(Scene *scene, unsigned side, const char *text)
{
    give(scene, side, text, strlen(text));
}

#define REQUEST                                                                                    \
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"                   \
    "Sec-WebSocket-Protocol: sip\r\n\r\n"
#define ANSWER                                                                                     \
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nSia: SIP/2.0/TCP\r\n"               \
    "Content-Length: 0\r\n\r\n"

static void upgrade(Scene *scene)
{
    give_text(scene, 0, REQUEST);
    give_text(scene, 1, ANSWER);
}

/* RFC 6455 section 5.7 */
static const uint8_t hello[] = { 0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f };
static const uint8_t masked_hello[] = { 0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d,
                                        0x7f, 0x9f, 0x4d, 0x51, 0x58 };
static const uint8_t hel[] = { 0x01, 0x03, 0x48, 0x65, 0x6c };
static const uint8_t lo[] = { 0x80, 0x02, 0x6c, 0x6f };
static const uint8_t ping[] = { 0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f };
static const uint8_t masked_pong[] = { 0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d,
                                       0x7f, 0x9f, 0x4d, 0x51, 0x58 };
/* RFC 7692 section 7.2.3: one block, two fragments, window shared, stored, BFINAL set, two blocks
 */
static const uint8_t deflated[] = { 0xc1, 0x07, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00 };
static const uint8_t deflated_1[] = { 0x41, 0x03, 0xf2, 0x48, 0xcd };
static const uint8_t deflated_2[] = { 0x80, 0x04, 0xc9, 0xc9, 0x07, 0x00 };
static const uint8_t deflated_again[] = { 0xc1, 0x05, 0xf2, 0x00, 0x11, 0x00, 0x00 };
static const uint8_t deflated_stored[] = { 0xc1, 0x0b, 0x00, 0x05, 0x00, 0xfa, 0xff,
                                           0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00 };
static const uint8_t deflated_final[] = {
    0xc1, 0x08, 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00
};
static const uint8_t deflated_blocks[] = { 0xc1, 0x0d, 0xf2, 0x48, 0x05, 0x00, 0x00, 0x00,
                                           0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00 };

static void test_frames(void)
{
    Scene *scene = scene_new();

    upgrade(scene);
    give(scene, 1, hello, sizeof hello);
    give(scene, 0, masked_hello, sizeof masked_hello);
    give(scene, 1, hel, sizeof hel);
    give(scene, 1, ping, sizeof ping);
    give(scene, 0, masked_pong, sizeof masked_pong);
    give(scene, 1, lo, sizeof lo);
    g_assert_cmpuint(scene->stats.connections, ==, 1);
    g_assert_cmpuint(scene->stats.upgrades, ==, 1);
    g_assert_cmpuint(scene->stats.messages, ==, 3);
    g_assert_cmpuint(scene->stats.fragmented, ==, 1);
    g_assert_cmpuint(scene->stats.control, ==, 2);
    g_assert_false(anomaly_any(&scene->noted));
    scene_end(scene, "1:Hello|0:Hello|1:Hello|");
}

static void test_deflate(void)
{
    Scene *scene = scene_new();

    upgrade(scene);
    give(scene, 1, deflated, sizeof deflated);
    give(scene, 1, deflated_again, sizeof deflated_again);
    give(scene, 1, deflated_1, sizeof deflated_1);
    give(scene, 1, deflated_2, sizeof deflated_2);
    give(scene, 1, hello, sizeof hello);
    give(scene, 1, deflated_stored, sizeof deflated_stored);
    give(scene, 1, deflated_final, sizeof deflated_final);
    give(scene, 1, deflated_blocks, sizeof deflated_blocks);
    g_assert_cmpuint(scene->stats.compressed, ==, 6);
    g_assert_cmpuint(scene->stats.unreadable, ==, 0);
    scene_end(scene, "1:Hello|1:Hello|1:Hello|1:Hello|1:Hello|1:Hello|1:Hello|");
}

static void test_byte_by_byte(void)
{
    static const struct {
        unsigned side;
        const void *bytes;
        size_t len;
    } parts[] = { { 0, REQUEST, sizeof REQUEST - 1 },   { 1, ANSWER, sizeof ANSWER - 1 },
                  { 1, hello, sizeof hello },           { 0, masked_hello, sizeof masked_hello },
                  { 1, deflated_1, sizeof deflated_1 }, { 1, deflated_2, sizeof deflated_2 } };

    for (size_t step = 1; step < 12; step++) {
        Scene *scene = scene_new();
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
            for (size_t at = 0; at < parts[i].len; at += step)
                give(scene, parts[i].side, (const uint8_t *)parts[i].bytes + at,
                     MIN(step, parts[i].len - at));
        g_assert_cmpuint(scene->stats.upgrades, ==, 1);
        scene_end(scene, "1:Hello|0:Hello|1:Hello|");
    }
}

/* A frame of @opcode with FIN, masked with a key of zeros when @masked. */
static GByteArray *frame_of(uint8_t first, bool masked, const void *payload, size_t len)
{
    GByteArray *out = g_byte_array_new();
    uint8_t header[14] = { first, masked ? 0x80 : 0 };
    size_t at = 2;

    if (len < 126) {
        header[1] |= (uint8_t)len;
    } else if (len < 65536) {
        header[1] |= 126;
        header[at++] = (uint8_t)(len >> 8);
        header[at++] = (uint8_t)len;
    } else {
        header[1] |= 127;
        at += 4;
        for (int shift = 24; shift >= 0; shift -= 8)
            header[at++] = (uint8_t)(len >> shift);
    }
    g_byte_array_append(out, header, (guint)(at + (masked ? 4 : 0)));
    if (len)
        g_byte_array_append(out, payload, (guint)len);
    return out;
}

static void give_frame(Scene *scene, unsigned side, uint8_t first, const void *payload, size_t len)
{
    g_autoptr(GByteArray) frame = frame_of(first, side == 0, payload, len);

    for (size_t at = 0; at < frame->len; at += 60000)
        give(scene, side, frame->data + at, MIN(frame->len - at, 60000));
}

static void give_string(Scene *scene, unsigned side, const char *text)
{
    give_frame(scene, side, 0x81, text, strlen(text));
}

static void test_lengths(void)
{
    static const size_t lengths[] = { 0, 1, 125, 126, 127, 65535, 65536, 500000 };

    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        Scene *scene = scene_new();
        g_autofree char *text = g_strnfill(lengths[i], 'a');
        upgrade(scene);
        give_frame(scene, 0, 0x82, text, lengths[i]);
        give_string(scene, 0, "b");
        g_assert_cmpuint(scene->stats.messages, ==, 2);
        g_assert_true(g_str_has_suffix(scene->log->str, "0:b|"));
        g_assert_false(anomaly_any(&scene->noted));
        scene_free(scene);
    }
}

/* The upgrade was not captured: SIP in clear is recognised, from either side. */
static void test_mid_stream(void)
{
    static const char *const begins[] = { "INVITE sip:b SIP/2.0\r\n", "SIP/2.0 200 OK\r\n",
                                          "MSRP a786hjs2 SEND\r\n" };
    static const char *const others[] = { "{\"a\": 1}", "INVITE http://b", "sip:", "" };

    for (size_t i = 0; i < G_N_ELEMENTS(begins); i++) {
        Scene *scene = scene_new();
        g_autofree char *expected = g_strdup_printf("0:%s|1:and back|", begins[i]);
        give(scene, 0, masked_pong, sizeof masked_pong);
        give_string(scene, 0, begins[i]);
        give_string(scene, 1, "and back");
        g_assert_cmpuint(scene->stats.upgrades, ==, 0);
        scene_end(scene, expected);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        Scene *scene = scene_new();
        give_string(scene, 0, others[i]);
        g_assert_cmpuint(scene->stats.connections, ==, 0);
        scene_end(scene, "");
    }
}

static void test_other_http(void)
{
    Scene *scene = scene_new();

    give_text(scene, 0, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    give_text(scene, 1, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    g_assert_cmpuint(scene->stats.connections, ==, 0);
    scene_end(scene, "");
}

/* Refused at first, then asked for again on the same connection. */
static void test_upgrade_after_refusal(void)
{
    Scene *scene = scene_new();

    give_text(scene, 0, REQUEST);
    give_text(scene, 1, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\n\x81\x01ZZZ");
    upgrade(scene);
    give_string(scene, 0, "one");
    give_string(scene, 1, "two");
    scene_end(scene, "0:one|1:two|");
}

static void test_bad_frames(void)
{
    static const uint8_t bad[][10] = {
        { 0x91, 0x00 },                               /* RSV2 */
        { 0x83, 0x00 },                               /* a reserved opcode */
        { 0x09, 0x00 },                               /* a fragmented ping */
        { 0x89, 0x7e, 0x01, 0x00 },                   /* a long one */
        { 0x81, 0x7f, 0xff, 0xff, 0, 0, 0, 0, 0, 0 }, /* beyond 63 bits */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        Scene *scene = scene_new();
        upgrade(scene);
        give_string(scene, 1, "before");
        give(scene, 1, bad[i], sizeof bad[i]);
        give_string(scene, 1, "SIP/2.0 200 OK");
        g_assert_true(anomaly_has(&scene->noted, ANOMALY_WEBSOCKET_BAD_FRAME));
        scene_end(scene, "1:before|1:SIP/2.0 200 OK|");
    }
}

static void test_bad_order(void)
{
    Scene *scene = scene_new();

    upgrade(scene);
    give(scene, 1, lo, sizeof lo); /* continues nothing */
    give(scene, 1, hel, sizeof hel);
    give(scene, 1, hello, sizeof hello); /* begins inside another */
    g_assert_true(anomaly_has(&scene->noted, ANOMALY_WEBSOCKET_BAD_FRAME));
    scene_end(scene, "1:Hello|");
}

static void test_too_large(void)
{
    Scene *scene = scene_new();
    g_autofree char *text = g_strnfill(600000, 'a');

    upgrade(scene);
    give_frame(scene, 1, 0x81, text, 600000); /* one frame */
    give_string(scene, 1, "b");
    for (unsigned i = 0; i < 3; i++) /* and many */
        give_frame(scene, 1, i == 0 ? 0x01 : 0x00, text, 400000);
    give_frame(scene, 1, 0x80, "c", 1);
    give_string(scene, 1, "d");
    g_assert_true(anomaly_has(&scene->noted, ANOMALY_WEBSOCKET_TOO_LARGE));
    g_assert_cmpuint(scene->stats.unreadable, ==, 2);
    scene_end(scene, "1:b|1:d|");
}

static GByteArray *deflate_of(size_t zeros)
{
    GByteArray *out = g_byte_array_new();
    g_autofree uint8_t *plain = g_malloc0(zeros), *room = g_malloc(zeros / 500 + 1000);
    z_stream stream = { .next_in = plain,
                        .avail_in = (uInt)zeros,
                        .next_out = room,
                        .avail_out = (uInt)(zeros / 500 + 1000) };

    deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    g_assert_cmpint(deflate(&stream, Z_SYNC_FLUSH), ==, Z_OK);
    g_byte_array_append(out, room, (guint)(stream.next_out - room) - 4);
    deflateEnd(&stream);
    return out;
}

static void test_bomb(void)
{
    Scene *scene = scene_new();
    g_autoptr(GByteArray) bomb = deflate_of(64u << 20);

    upgrade(scene);
    give_frame(scene, 1, 0xc1, bomb->data, bomb->len);
    give(scene, 1, deflated, sizeof deflated);
    g_assert_true(anomaly_has(&scene->noted, ANOMALY_WEBSOCKET_TOO_LARGE));
    scene_end(scene, "1:Hello|");
}

/* Refers to a message that was not captured; then one that does not. */
static void test_window_lost(void)
{
    Scene *scene = scene_new();

    upgrade(scene);
    give(scene, 1, deflated_again, sizeof deflated_again);
    give(scene, 1, deflated, sizeof deflated);
    g_assert_true(anomaly_has(&scene->noted, ANOMALY_WEBSOCKET_BAD_DEFLATE));
    g_assert_cmpuint(scene->stats.unreadable, ==, 1);
    scene_end(scene, "1:Hello|");
}

static void test_gap(void)
{
    Scene *scene = scene_new();

    upgrade(scene);
    give(scene, 1, hel, sizeof hel);
    scene->seq[1] += 1000;
    give_string(scene, 1, "SIP/2.0 200 OK");
    give_string(scene, 1, "x");
    scene_end(scene, "1:SIP/2.0 200 OK|1:x|");
}

/* A message cut by the end of the stream is used as far as it goes. */
static void test_cut(void)
{
    Scene *scene = scene_new();
    g_autoptr(GByteArray) frame = frame_of(0x81, true, "SIP/2.0 200 OK\r\n", 16);

    upgrade(scene);
    give(scene, 0, frame->data, frame->len - 4);
    scene_end(scene, "0:SIP/2.0 200 |");
}

static void test_every_truncation(void)
{
    static const uint8_t *const frames[] = { hello,
                                             masked_hello,
                                             hel,
                                             lo,
                                             ping,
                                             masked_pong,
                                             deflated,
                                             deflated_1,
                                             deflated_stored,
                                             deflated_final,
                                             deflated_blocks };
    static const size_t lengths[] = {
        sizeof hello,
        sizeof masked_hello,
        sizeof hel,
        sizeof lo,
        sizeof ping,
        sizeof masked_pong,
        sizeof deflated,
        sizeof deflated_1,
        sizeof deflated_stored,
        sizeof deflated_final,
        sizeof deflated_blocks,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++)
        for (size_t len = 0; len < lengths[i]; len++) {
            g_autofree uint8_t *exact = g_memdup2(frames[i], len);
            WebSocketFrame frame;
            size_t header = frames[i][1] & 0x80 ? 6 : 2;
            DissectStatus status = websocket_parse_frame(slice_of(exact, len), &frame);
            g_assert_cmpint(status, ==, len < header ? DISSECT_TRUNCATED : DISSECT_OK);
            websocket_frame_bears_text(slice_of(exact, len));
            Scene *scene = scene_new();
            upgrade(scene);
            give(scene, 1, frames[i], len);
            tcp_table_flush(scene->tcp);
            scene_free(scene);
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/websocket/frames", test_frames);
    g_test_add_func("/websocket/deflate", test_deflate);
    g_test_add_func("/websocket/byte-by-byte", test_byte_by_byte);
    g_test_add_func("/websocket/lengths", test_lengths);
    g_test_add_func("/websocket/mid-stream", test_mid_stream);
    g_test_add_func("/websocket/other-http", test_other_http);
    g_test_add_func("/websocket/upgrade-after-refusal", test_upgrade_after_refusal);
    g_test_add_func("/websocket/bad-frames", test_bad_frames);
    g_test_add_func("/websocket/bad-order", test_bad_order);
    g_test_add_func("/websocket/too-large", test_too_large);
    g_test_add_func("/websocket/bomb", test_bomb);
    g_test_add_func("/websocket/window-lost", test_window_lost);
    g_test_add_func("/websocket/gap", test_gap);
    g_test_add_func("/websocket/cut", test_cut);
    g_test_add_func("/websocket/every-truncation", test_every_truncation);
    return g_test_run();
}
