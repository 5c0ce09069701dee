/* Packets into the engine: what becomes of them, and where their text is found again. */
#include "support/engine_give.h"
#include "support/packet_build.h"

#define A "10.0.0.1:5060"
#define B "10.0.0.2:5060"

static const char options[] = "OPTIONS sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP "
                              "a;branch=z9hG4bK1\r\nFrom: <sip:a@example.org>;tag=1\r\nTo: "
                              "<sip:b@example.org>\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\n"
                              "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n";

typedef struct {
    Model *model;
    PacketStore *store;
    Engine *engine;
    BuiltPacket packet;
    int64_t now_ms;
} Bench;

static Bench bench_new(void)
{
    Bench b = { .model = model_new(NULL), .store = packet_store_new(1 << 20), .now_ms = 1000 };

    b.engine = engine_new(b.model, b.store);
    return b;
}

static void bench_clear(Bench *b)
{
    engine_finish(b->engine);
    engine_free(b->engine);
    model_free(b->model);
    packet_store_unref(b->store);
}

static void give(Bench *b)
{
    Packet packet = built_packet(&b->packet, b->now_ms++);

    packet.ref = packet_store_keep_packet(b->store, &packet);
    engine_give(b->engine, &packet);
}

static void give_udp(Bench *b, const char *from, const char *to, const void *bytes, size_t length)
{
    build_udp(&b->packet, from, to, bytes, length);
    give(b);
}

static void expect_text(const Bench *b, const CallMessage *message, const char *want)
{
    g_autofree char *text = g_malloc0(message->text.length + 1);

    g_assert_cmpint(packet_store_read(b->store, message->text, (uint8_t *)text), ==,
                    PACKET_STORE_OK);
    g_assert_cmpstr(text, ==, want);
}

static void test_datagram_text(void)
{
    Bench b = bench_new();
    g_autofree char *text = g_strdup_printf(options, "one");

    give_udp(&b, A, B, text, strlen(text));
    g_assert_cmpuint(model_last_call(b.model), ==, 1);
    const CallMessage *message = &model_call(b.model, 1)->messages[0];
    g_assert_cmpuint(message->flags & MESSAGE_REASSEMBLED, ==, 0);
    expect_text(&b, message, text);
    bench_clear(&b);
}

/* Any port; what looks like it and is none stays out. */
static void test_recognised_by_content(void)
{
    Bench b = bench_new();
    g_autofree char *text = g_strdup_printf(options, "one");
    const char http[] = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";

    give_udp(&b, "10.0.0.1:40000", "10.0.0.2:12345", text, strlen(text));
    give_udp(&b, "10.0.0.1:40001", "10.0.0.2:80", http, strlen(http));
    give_udp(&b, "10.0.0.1:40001", "10.0.0.2:80", "INVITE", 6);
    g_assert_cmpuint(b.model->facts.sip_messages, ==, 1);
    bench_clear(&b);
}

static void test_keep_alives(void)
{
    Bench b = bench_new();
    g_autofree char *text = g_strdup_printf(options, "one");
    const uint8_t stun[20] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42 };

    give_udp(&b, A, B, text, strlen(text));
    give_udp(&b, A, B, "\r\n\r\n", 4);
    give_udp(&b, A, B, stun, sizeof stun);
    g_assert_cmpuint(b.model->sip.keep_alives, ==, 2);
    g_assert_cmpuint(b.model->facts.sip_messages, ==, 1);
    bench_clear(&b);
}

/* Two messages over three segments, cut inside a header name and glued in the middle. */
static void test_stream(void)
{
    Bench b = bench_new();
    g_autofree char *one = g_strdup_printf(options, "one");
    g_autofree char *two = g_strdup_printf(options, "two");
    g_autofree char *both = g_strconcat(one, two, NULL);
    size_t cuts[] = { 0, 60, strlen(one) + 10, strlen(both) };

    for (unsigned i = 0; i + 1 < G_N_ELEMENTS(cuts); i++) {
        build_tcp(&b.packet, A, B, (uint32_t)(1000 + cuts[i]), TCP_ACK,
                  slice_of(both + cuts[i], cuts[i + 1] - cuts[i]));
        give(&b);
    }
    g_assert_cmpuint(model_last_call(b.model), ==, 2);
    const CallMessage *first = &model_call(b.model, 1)->messages[0];
    g_assert_cmpuint(first->transport, ==, SIP_OVER_TCP);
    g_assert_cmpuint(first->flags & MESSAGE_REASSEMBLED, !=, 0);
    expect_text(&b, first, one);
    expect_text(&b, &model_call(b.model, 2)->messages[0], two);
    bench_clear(&b);
}

/* A message whose end was never captured is used when the stream ends. */
static void test_stream_cut(void)
{
    Bench b = bench_new();
    g_autofree char *one = g_strdup_printf(options, "one");
    g_autofree char *two = g_strdup_printf(options, "two");

    build_tcp(&b.packet, A, B, 1000, TCP_ACK, slice_from_string(one));
    give(&b);
    build_tcp(&b.packet, A, B, (uint32_t)(1000 + strlen(one)), TCP_ACK,
              slice_of(two, strlen(two) - 20));
    give(&b);
    g_assert_cmpuint(model_last_call(b.model), ==, 1);
    engine_finish(b.engine);
    g_assert_cmpuint(model_last_call(b.model), ==, 2);
    bench_clear(&b);
}

static void test_foreign_stream_is_left(void)
{
    Bench b = bench_new();
    uint8_t noise[1400];

    memset(noise, 'x', sizeof noise);
    for (unsigned i = 0; i < 20; i++) {
        build_tcp(&b.packet, A, B, 1000 + 1400 * i, TCP_ACK, slice_of(noise, sizeof noise));
        give(&b);
    }
    g_assert_cmpuint(b.model->facts.tcp_stats.buffered_bytes, <, 16384);
    g_assert_cmpuint(b.model->facts.sip_messages, ==, 0);
    bench_clear(&b);
}

static void test_rtp_counts_no_sip(void)
{
    Bench b = bench_new();
    uint8_t rtp[172] = { 0x80, 8 };

    for (unsigned i = 0; i < 50; i++) {
        rtp[3] = (uint8_t)i;
        rtp[6] = (uint8_t)(160 * i >> 8);
        rtp[7] = (uint8_t)(160 * i);
        rtp[11] = 9;
        build_udp(&b.packet, "10.0.0.1:4000", "10.0.0.2:6000", rtp, sizeof rtp);
        b.now_ms += 19;
        give(&b);
    }
    g_assert_cmpuint(media_tracker_count(b.model->media), ==, 1);
    StreamReport report;
    stream_report(media_tracker_at(b.model->media, 0), &report);
    g_assert_cmpuint(report.packets, ==, 50);
    g_assert_cmpuint(report.lost, ==, 0);
    bench_clear(&b);
}

static void test_every_truncation(void)
{
    Bench b = bench_new();
    g_autofree char *text = g_strdup_printf(options, "one");

    build_udp(&b.packet, A, B, text, strlen(text));
    for (size_t length = 0; length < b.packet.length; length++) {
        g_autofree uint8_t *exact = g_memdup2(b.packet.bytes, length);
        Packet packet = built_packet(&b.packet, b.now_ms);
        packet.data = exact;
        packet.caplen = (uint32_t)length;
        engine_give(b.engine, &packet);
    }
    g_assert_cmpuint(b.model->facts.truncated, ==, b.packet.length);
    bench_clear(&b);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine/datagram-text", test_datagram_text);
    g_test_add_func("/engine/recognised-by-content", test_recognised_by_content);
    g_test_add_func("/engine/keep-alives", test_keep_alives);
    g_test_add_func("/engine/stream", test_stream);
    g_test_add_func("/engine/stream-cut", test_stream_cut);
    g_test_add_func("/engine/foreign-stream", test_foreign_stream_is_left);
    g_test_add_func("/engine/rtp", test_rtp_counts_no_sip);
    g_test_add_func("/engine/every-truncation", test_every_truncation);
    return g_test_run();
}
