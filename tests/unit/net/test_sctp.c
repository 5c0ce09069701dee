#include "dissect/base/clock.h"
#include "dissect/net/sctp.h"
#include "packet_builder.h"

enum { BEGIN = 2, END = 1, WHOLE = 3 };

typedef struct {
    SctpTable *table;
    GPtrArray *texts; /* owns strings */
    SctpMessage last;
    AnomalySet anomalies;
} Scene;

static void take(void *context, const SctpMessage *message)
{
    Scene *scene = context;

    scene->last = *message;
    g_ptr_array_add(scene->texts, g_strndup((const char *)message->bytes.data, message->bytes.len));
}

static Scene *scene_new(void)
{
    Scene *scene = g_new0(Scene, 1);

    scene->table = sctp_table_new(take, scene);
    scene->texts = g_ptr_array_new_with_free_func(g_free);
    return scene;
}

static void scene_free(Scene *scene)
{
    sctp_table_free(scene->table);
    g_ptr_array_free(scene->texts, TRUE);
    g_free(scene);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

static SctpStats stats_of(const Scene *scene)
{
    SctpStats stats;
    sctp_table_stats(scene->table, &stats);
    return stats;
}

static void append_be32(GByteArray *bytes, uint32_t value)
{
    uint8_t at[4];
    store_be32(at, value);
    g_byte_array_append(bytes, at, 4);
}

static GByteArray *packet_with_tag(uint32_t tag)
{
    GByteArray *packet = prepend_hex(g_byte_array_new(), "13c4 13c4");
    append_be32(packet, tag);
    append_be32(packet, 0);
    return packet;
}

static void add_chunk(GByteArray *packet, uint8_t type, uint8_t flags, const GByteArray *value)
{
    uint8_t header[4] = { type, flags };
    static const uint8_t zeros[4];

    store_be16(header + 2, value->len + 4u);
    g_byte_array_append(packet, header, 4);
    g_byte_array_append(packet, value->data, value->len);
    g_byte_array_append(packet, zeros, (4 - value->len % 4) % 4);
}

static void add_data(GByteArray *packet, uint8_t flags, uint32_t tsn, const char *text)
{
    g_autoptr(GByteArray) value = g_byte_array_new();

    append_be32(value, tsn);
    append_be32(value, 0x00010002); /* stream 1, sequence number 2 */
    append_be32(value, 0);
    g_byte_array_append(value, (const uint8_t *)text, (guint)strlen(text));
    add_chunk(packet, 0, flags, value);
}

static void add_i_data(GByteArray *packet, uint8_t flags, uint32_t tsn, uint32_t message,
                       uint32_t number, const char *text)
{
    g_autoptr(GByteArray) value = g_byte_array_new();

    append_be32(value, tsn);
    append_be32(value, 0x00010000);
    append_be32(value, message);
    append_be32(value, number);
    g_byte_array_append(value, (const uint8_t *)text, (guint)strlen(text));
    add_chunk(packet, 64, flags, value);
}

static void add_init(GByteArray *packet, uint8_t type, uint32_t tag, uint32_t tsn)
{
    g_autoptr(GByteArray) value = g_byte_array_new();

    append_be32(value, tag);
    append_be32(value, 65536);
    append_be32(value, 0x000a000a);
    append_be32(value, tsn);
    append_be32(value, 0x00050008); /* an IPv4 address of a multi-homed host */
    append_be32(value, 0x0a000063);
    add_chunk(packet, type, 0, value);
}

/* From @source; @back: the other way. The first @len bytes, from a copy that ASan guards. */
static void send_cut(Scene *scene, const GByteArray *packet, uint32_t source, bool back, size_t len)
{
    g_autofree uint8_t *exact = g_memdup2(packet->data, len);
    Endpoint here = { ip_from_v4(source), 5060 }, there = { ip_from_v4(DESTINATION_V4), 5060 };
    NetPacket net = {
        .source = back ? there : here,
        .destination = back ? here : there,
        .ip_protocol = IP_PROTOCOL_SCTP,
        .truncated = len < packet->len,
        .ip_payload = slice_of(exact, len),
    };

    sctp_table_packet(scene->table, NS_PER_S, &net);
    anomaly_merge(&scene->anomalies, &net.anomalies);
}

static void send(Scene *scene, GByteArray *packet)
{
    send_cut(scene, packet, SOURCE_V4, false, packet->len);
    g_byte_array_unref(packet);
}

static void send_data(Scene *scene, uint8_t flags, uint32_t tsn, const char *text)
{
    GByteArray *packet = packet_with_tag(7);
    add_data(packet, flags, tsn, text);
    send(scene, packet);
}

static void assert_texts(const Scene *scene, const char *texts)
{
    g_ptr_array_add(scene->texts, NULL);
    g_autofree char *got = g_strjoinv(",", (char **)scene->texts->pdata);
    g_ptr_array_remove_index(scene->texts, scene->texts->len - 1);
    g_assert_cmpstr(got, ==, texts);
}

static void test_messages_in_one_chunk(void)
{
    g_autoptr(Scene) scene = scene_new();
    GByteArray *packet = packet_with_tag(7);

    add_data(packet, WHOLE, 100, "one");
    add_data(packet, WHOLE | 4, 101, "two"); /* bundled, and unordered */
    send(scene, packet);
    send_data(scene, WHOLE, 101, "two"); /* retransmitted */
    assert_texts(scene, "one,two");
    g_assert_cmpuint(stats_of(scene).retransmitted, ==, 1);
    g_assert_cmpuint(stats_of(scene).associations, ==, 1);
    g_assert_cmpuint(scene->last.stream, ==, 1);
    g_assert_cmpint(scene->last.time_ns, ==, NS_PER_S);
    g_assert_false(anomaly_any(&scene->anomalies));
}

/* In every order, with the number wrapping in the middle. */
static void test_pieces_in_any_order(void)
{
    static const uint8_t orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                         { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    static const uint8_t flags[] = { BEGIN, 0, END };
    static const char *const texts[] = { "INV", "IT ", "sip" };

    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_autoptr(Scene) scene = scene_new();
        for (int k = 0; k < 3; k++) {
            uint8_t n = orders[i][k];
            send_data(scene, flags[n], UINT32_MAX - 1 + n, texts[n]);
            send_data(scene, flags[n], UINT32_MAX - 1 + n, texts[n]);
        }
        assert_texts(scene, "INVIT sip");
        sctp_table_flush(scene->table);
        g_assert_cmpuint(stats_of(scene).gaps, ==, 0);
        g_assert_cmpuint(stats_of(scene).abandoned, ==, 0);
    }
}

/* Pieces of several messages between one another (RFC 8260). */
static void test_interleaved_messages(void)
{
    g_autoptr(Scene) scene = scene_new();
    GByteArray *packet = packet_with_tag(7);

    add_i_data(packet, BEGIN, 10, 1, 0, "a");
    add_i_data(packet, BEGIN, 11, 2, 0, "x");
    add_i_data(packet, END, 12, 2, 1, "y");
    add_i_data(packet, 0, 13, 1, 1, "b");
    add_i_data(packet, WHOLE, 14, 3, 0, "whole");
    add_i_data(packet, END, 15, 1, 2, "c");
    send(scene, packet);
    assert_texts(scene, "xy,whole,abc");
}

/* A second address of the sender: the association is one, by its tag. */
static void test_several_homes(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_autoptr(GByteArray) init = packet_with_tag(0), answer = packet_with_tag(9);
    g_autoptr(GByteArray) first = packet_with_tag(8), second = packet_with_tag(8);

    add_init(init, 1, 9, 100);
    add_init(answer, 2, 8, 500);
    send_cut(scene, init, SOURCE_V4, false, init->len);
    send_cut(scene, answer, SOURCE_V4, true, answer->len);
    add_data(first, BEGIN, 100, "INV");
    add_data(second, END, 101, "ITE");
    send_cut(scene, first, 0x0a000063, false, first->len); /* by the other network already */
    send_cut(scene, second, SOURCE_V4, false, second->len);
    assert_texts(scene, "INVITE");
    g_assert_true(ip_equal(scene->last.source.ip, ip_from_v4(SOURCE_V4)));
    SctpStats stats = stats_of(scene);
    g_assert_cmpuint(stats.other_paths, ==, 1);
    g_assert_cmpuint(stats.associations, ==, 1);
    sctp_table_flush(scene->table);
    g_assert_cmpuint(stats_of(scene).gaps, ==, 0);
}

/* What INIT announced first and was never captured is missing; what was skipped is not. */
static void test_gaps(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_autoptr(GByteArray) init = packet_with_tag(0), answer = packet_with_tag(9);
    g_autoptr(GByteArray) skipped = g_byte_array_new();
    GByteArray *forward = packet_with_tag(8);

    add_init(init, 1, 9, 100);
    add_init(answer, 2, 8, 500);
    send_cut(scene, init, SOURCE_V4, false, init->len);
    send_cut(scene, answer, SOURCE_V4, true, answer->len);
    append_be32(skipped, 101);
    add_chunk(forward, 192, 0, skipped);
    send(scene, forward); /* 100 and 101 given up by the sender */
    GByteArray *packet = packet_with_tag(8);
    add_data(packet, END, 104, "ITE"); /* 102, 103 missing */
    send(scene, packet);
    sctp_table_flush(scene->table);
    assert_texts(scene, "");
    g_assert_cmpuint(stats_of(scene).gaps, ==, 2);
    g_assert_cmpuint(stats_of(scene).abandoned, ==, 1);
}

static void test_far_jumps(void)
{
    g_autoptr(Scene) scene = scene_new();

    send_data(scene, WHOLE, 1, "a");
    send_data(scene, WHOLE, 5000, "b");        /* beyond the window: 4998 were lost */
    send_data(scene, WHOLE, 3000000000u, "c"); /* another numbering */
    send_data(scene, WHOLE, 3000000001u, "d");
    assert_texts(scene, "a,b,c,d");
    g_assert_cmpuint(stats_of(scene).gaps, >=, 4998);
    g_assert_cmpuint(stats_of(scene).gaps, <=, 5000);
    g_assert_true(anomaly_has(&scene->anomalies, ANOMALY_NET_SCTP_GAP));
}

static void test_every_truncation(void)
{
    g_autoptr(GByteArray) packet = packet_with_tag(7);

    add_init(packet, 1, 9, 100);
    add_data(packet, WHOLE, 100, "OPTIONS");
    add_data(packet, BEGIN, 101, "abc");
    add_i_data(packet, WHOLE, 102, 1, 0, "xyz");
    for (size_t len = 0; len <= packet->len; len++) {
        g_autoptr(Scene) scene = scene_new();
        send_cut(scene, packet, SOURCE_V4, false, len);
        g_assert_false(anomaly_has(&scene->anomalies, ANOMALY_NET_BAD_SCTP_CHUNK));
        if (len == packet->len)
            assert_texts(scene, "OPTIONS,xyz");
        else
            g_assert_cmpuint(scene->texts->len, <=, 2);
    }
}

static void test_bad_chunks(void)
{
    static const char *const chunks[] = { "0003 0000", "0003 0003 00", "0003 ffff 00",
                                          "0003 0008 00000000" };

    for (size_t i = 0; i < G_N_ELEMENTS(chunks); i++) {
        g_autoptr(Scene) scene = scene_new();
        g_autoptr(GByteArray) chunk = prepend_hex(g_byte_array_new(), chunks[i]);
        GByteArray *packet = packet_with_tag(7);
        g_byte_array_append(packet, chunk->data, chunk->len);
        send(scene, packet);
        g_assert_true(anomaly_has(&scene->anomalies, ANOMALY_NET_BAD_SCTP_CHUNK));
        assert_texts(scene, "");
    }
}

/* Pieces without an end, and directions without end: both have their bounds. */
static void test_floods(void)
{
    g_autoptr(Scene) scene = scene_new();

    for (uint32_t tsn = 0; tsn < 3000; tsn++)
        send_data(scene, tsn ? 0 : BEGIN, tsn, "endless");
    g_assert_true(anomaly_has(&scene->anomalies, ANOMALY_NET_SCTP_LIMIT));
    for (uint32_t tag = 100; tag < 20000; tag++) {
        GByteArray *packet = packet_with_tag(tag);
        add_data(packet, WHOLE, 1, "x");
        send(scene, packet);
    }
    g_assert_cmpuint(scene->texts->len, ==, 19900);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sctp/one-chunk", test_messages_in_one_chunk);
    g_test_add_func("/sctp/any-order", test_pieces_in_any_order);
    g_test_add_func("/sctp/interleaved", test_interleaved_messages);
    g_test_add_func("/sctp/several-homes", test_several_homes);
    g_test_add_func("/sctp/gaps", test_gaps);
    g_test_add_func("/sctp/far-jumps", test_far_jumps);
    g_test_add_func("/sctp/every-truncation", test_every_truncation);
    g_test_add_func("/sctp/bad-chunks", test_bad_chunks);
    g_test_add_func("/sctp/floods", test_floods);
    return g_test_run();
}
