#include "dissect/base/clock.h"
#include "dissect/net/tcp.h"

/* The owner of the streams under test reads lines. What it was given is written down: a line ends
 * with '|', "<gap>" and "<end>" stand before what was delivered with them. */
typedef struct {
    TcpTable *table;
    GString *log;
    AnomalySet anomalies;
    int64_t line_ns; /* when the last line was complete */
    bool greedy;     /* false: lines are taken; true: nothing is taken but at an end */
    bool ignore;
    unsigned states_freed;
} Scene;

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Scene *scene = context;
    size_t used = 0;

    if (gap)
        g_string_append(scene->log, "<gap>");
    if (end)
        g_string_append(scene->log, "<end>");
    if (scene->ignore)
        tcp_stream_ignore(stream);
    if (scene->greedy)
        return end ? bytes.len : 0;
    for (size_t at; (at = slice_find(slice_from(bytes, used), '\n')) < bytes.len - used;) {
        g_string_append_len(scene->log, (const char *)bytes.data + used, (gssize)at);
        g_string_append_c(scene->log, '|');
        used += at + 1;
        scene->line_ns = tcp_stream_time(stream);
    }
    if (!end)
        return used;
    g_string_append_len(scene->log, (const char *)bytes.data + used, (gssize)(bytes.len - used));
    return bytes.len;
}

static Scene *scene_new(void)
{
    Scene *scene = g_new0(Scene, 1);
    scene->log = g_string_new(NULL);
    scene->table = tcp_table_new(deliver, scene);
    return scene;
}

static void scene_free(Scene *scene)
{
    tcp_table_free(scene->table);
    g_string_free(scene->log, TRUE);
    g_free(scene);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

static NetPacket packet_from(uint16_t port, uint32_t seq, uint8_t flags, Slice data)
{
    return (NetPacket){
        .source = { ip_from_v4(0x0a000001), port },
        .destination = { ip_from_v4(0x0a000002), 5060 },
        .ip_protocol = IP_PROTOCOL_TCP,
        .tcp = { .flags = flags, .seq = seq },
        .payload = data,
        .payload_on_wire = (uint32_t)data.len,
    };
}

static void feed(Scene *scene, int64_t time_ms, NetPacket packet)
{
    g_autofree uint8_t *exact = g_memdup2(packet.payload.data, packet.payload.len);
    packet.payload.data = exact;
    tcp_table_segment(scene->table, time_ms * NS_PER_MS, &packet);
    anomaly_merge(&scene->anomalies, &packet.anomalies);
}

/* A segment of the stream from port 1000. */
static void segment(Scene *scene, int64_t time_ms, uint32_t seq, uint8_t flags, const char *text)
{
    feed(scene, time_ms, packet_from(1000, seq, flags, slice_from_string(text)));
}

static void syn(Scene *scene, uint32_t seq)
{
    segment(scene, 0, seq, TCP_SYN, "");
}

static void data(Scene *scene, uint32_t seq, const char *text)
{
    segment(scene, 0, seq, TCP_ACK, text);
}

static void assert_log(const Scene *scene, const char *expected)
{
    g_assert_cmpstr(scene->log->str, ==, expected);
}

static TcpStats stats_of(const Scene *scene)
{
    TcpStats stats;
    tcp_table_stats(scene->table, &stats);
    return stats;
}

static void assert_no_anomaly(const Scene *scene)
{
    g_assert_false(anomaly_any(&scene->anomalies));
    g_assert_cmpuint(stats_of(scene).gaps, ==, 0);
}

static void assert_anomaly(const Scene *scene, Anomaly anomaly)
{
    g_assert_true(anomaly_has(&scene->anomalies, anomaly));
}

static void test_in_order_split(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    data(scene, 100, "INV");
    data(scene, 103, "ITE\nAC");
    assert_log(scene, "INVITE|");
    data(scene, 109, "K\n");
    assert_log(scene, "INVITE|ACK|");
    assert_no_anomaly(scene);
    g_assert_cmpuint(stats_of(scene).buffered_bytes, ==, 0);
}

static void test_retransmitted_segment(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    data(scene, 100, "INV");
    data(scene, 100, "INV");
    data(scene, 103, "ITE\n");
    data(scene, 103, "ITE\n");
    assert_log(scene, "INVITE|");
    assert_no_anomaly(scene);
    g_assert_cmpuint(stats_of(scene).retransmitted, ==, 2);
}

static void test_three_segments_in_any_order(void)
{
    static const char *const parts[] = { "INV", "ITE", "\nACK\n" };
    static const unsigned orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                          { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_autoptr(Scene) scene = scene_new();
        syn(scene, 99);
        for (unsigned k = 0; k < 3; k++)
            data(scene, 100 + 3 * orders[i][k], parts[orders[i][k]]);
        assert_log(scene, "INVITE|ACK|");
        assert_no_anomaly(scene);
    }
}

static void test_first_segment_of_ten_bytes(void)
{
    g_autoptr(Scene) scene = scene_new();
    data(scene, 100, "INVITE sip");
    data(scene, 110, ":bob\n");
    assert_log(scene, "INVITE sip:bob|");
}

static void test_two_messages_in_one_segment(void)
{
    g_autoptr(Scene) scene = scene_new();
    data(scene, 100, "ACK\nBYE\n");
    assert_log(scene, "ACK|BYE|");
}

static void test_whole_message_retransmitted(void)
{
    g_autoptr(Scene) scene = scene_new();
    data(scene, 100, "INVITE\n");
    data(scene, 100, "INVITE\n");
    data(scene, 107, "ACK\n");
    data(scene, 100, "INVITE\nACK\nBYE\n"); /* more than before, in one */
    assert_log(scene, "INVITE|ACK|BYE|");
    assert_no_anomaly(scene);
}

static void test_sequence_wrap(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, UINT32_MAX - 5);
    data(scene, 1, "\nACK\n");
    data(scene, UINT32_MAX - 4, "INVIT");
    assert_log(scene, "");
    data(scene, 0, "E");
    assert_log(scene, "INVITE|ACK|");
    assert_no_anomaly(scene);
}

static void test_fin(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    data(scene, 100, "BYE\nres");
    segment(scene, 0, 107, TCP_FIN | TCP_ACK, "t");
    assert_log(scene, "BYE|<end>rest");
    data(scene, 100, "BYE\nres"); /* late copies */
    segment(scene, 0, 107, TCP_FIN | TCP_ACK, "t");
    assert_log(scene, "BYE|<end>rest");
    g_assert_cmpuint(stats_of(scene).streams, ==, 1);
    assert_no_anomaly(scene);
}

static void test_fin_waits_for_what_is_before_it(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    segment(scene, 0, 104, TCP_FIN | TCP_ACK, "OK\n");
    assert_log(scene, "");
    data(scene, 100, "BYE\n");
    assert_log(scene, "BYE|OK|");
    assert_no_anomaly(scene);
}

static void test_rst(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    data(scene, 100, "BYE\nres");
    data(scene, 110, "OK\n"); /* behind a hole */
    segment(scene, 0, 107, TCP_RST, "no such port");
    assert_log(scene, "BYE|<end>res<gap>OK|");
    data(scene, 113, "NOTIFY\n"); /* the RST was a forgery */
    assert_log(scene, "BYE|<end>res<gap>OK|NOTIFY|");
}

static void test_overlap(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    data(scene, 100, "INVI");
    data(scene, 102, "VITE\nA");
    data(scene, 112, "\nBYE\n");  /* held */
    data(scene, 107, "ACK-K\nB"); /* begins in what was taken, ends in what is held */
    assert_log(scene, "INVITE|ACK-K|BYE|");
    assert_no_anomaly(scene);
}

/* The first copy counts, as it does for most receivers. */
static void test_conflict(void)
{
    g_autoptr(Scene) held = scene_new();
    syn(held, 99);
    data(held, 103, "ITE\n");
    data(held, 103, "XXX\n");
    data(held, 100, "INV");
    assert_log(held, "INVITE|");
    assert_anomaly(held, ANOMALY_NET_TCP_OVERLAP_CONFLICT);
    g_autoptr(Scene) pending = scene_new();
    syn(pending, 99);
    data(pending, 100, "INV");
    data(pending, 101, "XXITE\n");
    assert_log(pending, "INVITE|");
    assert_anomaly(pending, ANOMALY_NET_TCP_OVERLAP_CONFLICT);
}

static void test_gap_after_many_segments(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    data(scene, 100, "res");
    uint32_t seq = 110;
    for (int i = 0; i < 32; i++, seq += 2)
        data(scene, seq, "a\n");
    assert_log(scene, "");
    data(scene, seq, "b\n");
    g_assert_true(g_str_has_prefix(scene->log->str, "<end>res<gap>a|a|"));
    g_assert_true(g_str_has_suffix(scene->log->str, "a|b|"));
    assert_anomaly(scene, ANOMALY_NET_TCP_GAP);
    g_assert_cmpuint(stats_of(scene).gaps, ==, 1);
    g_assert_cmpuint(stats_of(scene).buffered_bytes, ==, 0);
}

static void test_gap_after_many_bytes(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_autofree char *line = g_strnfill(60000, 'x');
    line[59999] = '\n';
    syn(scene, 99);
    for (uint32_t i = 0; i < 4; i++)
        data(scene, 200 + i * 60000, line);
    assert_log(scene, "");
    data(scene, 200 + 4 * 60000, line);
    g_assert_cmpuint(scene->log->len, ==, strlen("<gap>") + 5 * 60000);
    g_assert_cmpuint(stats_of(scene).buffered_bytes, ==, 0);
}

/* Any stream's segment tells what time it is. */
static void test_gap_after_three_seconds(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    segment(scene, 1000, 110, TCP_ACK, "OK\n");
    feed(scene, 4000, packet_from(2000, 1, TCP_ACK, SLICE_LITERAL("x")));
    assert_log(scene, "");
    feed(scene, 4001, packet_from(2000, 2, TCP_ACK, SLICE_LITERAL("x")));
    assert_log(scene, "<gap>OK|");
    g_assert_cmpint(scene->line_ns, ==, 1000 * NS_PER_MS);
}

static void test_gap_at_the_end_of_input(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    segment(scene, 1, 100, TCP_ACK, "res");
    segment(scene, 2, 110, TCP_ACK, "OK\nmore");
    tcp_table_flush(scene->table);
    assert_log(scene, "<end>res<gap>OK|<end>more");
    g_assert_cmpint(scene->line_ns, ==, 2 * NS_PER_MS);
    g_assert_cmpuint(stats_of(scene).buffered_bytes, ==, 0);
}

static void test_jump_is_a_gap(void)
{
    g_autoptr(Scene) scene = scene_new();
    data(scene, 100, "one\n");
    data(scene, 100 + (64u << 20), "two\n");
    data(scene, 104 + (64u << 20), "three\n");
    assert_log(scene, "one|<gap>two|three|");
}

static void test_starts_mid_stream(void)
{
    g_autoptr(Scene) scene = scene_new();
    data(scene, 5000, "end of a message\n");
    data(scene, 5017, "INVITE\n");
    assert_log(scene, "end of a message|INVITE|");
    g_autoptr(Scene) silent = scene_new();
    data(silent, 4999, ""); /* pure acknowledgements make no stream */
    segment(silent, 0, 4999, TCP_FIN | TCP_ACK, "");
    segment(silent, 0, 4999, TCP_RST, "text");
    g_assert_cmpuint(stats_of(silent).streams, ==, 0);
    feed(silent, 0, packet_from(1000, 4999, TCP_ACK, slice_of("", 1))); /* a keep-alive */
    data(silent, 5000, "INVITE\n");
    assert_log(silent, "INVITE|");
}

static void test_syn_after_its_data(void)
{
    g_autoptr(Scene) scene = scene_new();
    data(scene, 100, "INV");
    syn(scene, 99);
    data(scene, 103, "ITE\n");
    assert_log(scene, "INVITE|");
    g_assert_cmpuint(stats_of(scene).streams, ==, 1);
}

static void test_another_syn_is_another_connection(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    data(scene, 100, "BYE\nres");
    syn(scene, 99); /* a copy */
    assert_log(scene, "BYE|");
    syn(scene, 70000);
    data(scene, 70001, "INVITE\n");
    assert_log(scene, "BYE|<end>resINVITE|");
    g_assert_cmpuint(stats_of(scene).streams, ==, 2);
    segment(scene, 0, 70008, TCP_FIN, "");
    syn(scene, 10); /* the ports are used again at once */
    data(scene, 11, "INVITE\n");
    assert_log(scene, "BYE|<end>resINVITE|INVITE|");
    assert_no_anomaly(scene);
}

static void test_data_in_syn(void)
{
    g_autoptr(Scene) scene = scene_new();
    segment(scene, 0, 99, TCP_SYN, "INV"); /* RFC 7413 */
    data(scene, 103, "ITE\n");
    assert_log(scene, "INVITE|");
}

static void test_keep_alives(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    data(scene, 100, "INVITE\n");
    feed(scene, 0, packet_from(1000, 106, TCP_ACK, slice_of("", 1)));
    data(scene, 106, "");
    data(scene, 107, "ACK\n");
    assert_log(scene, "INVITE|ACK|");
    g_assert_cmpuint(stats_of(scene).retransmitted, ==, 0);
    assert_no_anomaly(scene);
}

/* The tail that the snap length cut is a gap. */
static void test_cut_segments(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    NetPacket packet = packet_from(1000, 100, TCP_ACK, SLICE_LITERAL("ACK\nINV"));
    packet.payload_on_wire = 20;
    feed(scene, 0, packet);
    data(scene, 120, "BYE\n");
    assert_log(scene, "ACK|<end>INV<gap>BYE|");
    packet = packet_from(1000, 124, TCP_ACK, SLICE_EMPTY);
    packet.payload_on_wire = 10;
    feed(scene, 0, packet);
    data(scene, 134, "OK\n");
    assert_log(scene, "ACK|<end>INV<gap>BYE|<gap>OK|");
    assert_anomaly(scene, ANOMALY_NET_TCP_GAP);
}

static void test_directions_are_streams_of_their_own(void)
{
    g_autoptr(Scene) scene = scene_new();
    NetPacket answer = packet_from(1000, 100, TCP_ACK, SLICE_LITERAL("200\n"));
    Endpoint source = answer.source;
    answer.source = answer.destination;
    answer.destination = source;
    data(scene, 100, "INVITE\n");
    feed(scene, 0, answer);
    assert_log(scene, "INVITE|200|");
    g_assert_cmpuint(stats_of(scene).streams, ==, 2);
}

/* A message has the time of its last segment, or of what filled the hole before it. */
static void test_times(void)
{
    g_autoptr(Scene) scene = scene_new();
    segment(scene, 1, 100, TCP_ACK, "INV");
    segment(scene, 2, 103, TCP_ACK, "ITE\n");
    g_assert_cmpint(scene->line_ns, ==, 2 * NS_PER_MS);
    segment(scene, 3, 111, TCP_ACK, "BYE\n");
    segment(scene, 4, 107, TCP_ACK, "ACK\n");
    assert_log(scene, "INVITE|ACK|BYE|");
    g_assert_cmpint(scene->line_ns, ==, 4 * NS_PER_MS);
}

static void test_ignored_stream_is_not_kept(void)
{
    g_autoptr(Scene) scene = scene_new();
    syn(scene, 99);
    scene->ignore = true;
    data(scene, 100, "GET / HT");
    data(scene, 108, "TP/1.1\n");
    data(scene, 200, "behind a hole\n");
    tcp_table_flush(scene->table);
    assert_log(scene, "");
    g_assert_cmpuint(stats_of(scene).buffered_bytes, ==, 0);
    g_assert_cmpuint(stats_of(scene).gaps, ==, 0);
    scene->ignore = false;
    syn(scene, 999);
    data(scene, 1000, "INVITE\n"); /* the next connection is looked at */
    assert_log(scene, "INVITE|");
}

static void free_state(gpointer data)
{
    Scene *scene = data;
    scene->states_freed++;
}

static size_t deliver_with_state(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    (void)gap;
    (void)end;
    if (!tcp_stream_state(stream))
        tcp_stream_set_state(stream, context, free_state);
    g_assert_true(tcp_stream_state(stream) == context);
    g_assert_cmpuint(tcp_stream_source(stream).port, ==, 1000);
    g_assert_cmpuint(tcp_stream_destination(stream).port, ==, 5060);
    return bytes.len;
}

static void test_state_is_freed_once(void)
{
    Scene scene = { .log = NULL };
    scene.table = tcp_table_new(deliver_with_state, &scene);
    data(&scene, 100, "one");
    data(&scene, 103, "two");
    g_assert_cmpuint(scene.states_freed, ==, 0);
    segment(&scene, 0, 106, TCP_FIN, "");
    g_assert_cmpuint(scene.states_freed, ==, 1);
    syn(&scene, 5000);
    data(&scene, 5001, "three");
    tcp_table_free(scene.table);
    g_assert_cmpuint(scene.states_freed, ==, 2);
}

static void test_cap_of_a_stream(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_autofree char *text = g_strnfill(60000, 'x');
    scene->greedy = true;
    for (uint32_t i = 0; i < 100; i++) {
        data(scene, i * 60000, text);
        g_assert_cmpuint(stats_of(scene).buffered_bytes, <=, 1 << 20);
    }
    assert_anomaly(scene, ANOMALY_NET_TCP_LIMIT);
    g_assert_true(g_str_has_prefix(scene->log->str, "<end><gap>"));
}

static void test_cap_of_all_streams(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_autofree char *text = g_strnfill(60000, 'x');
    scene->greedy = true;
    for (uint16_t port = 1; port <= 1500; port++) {
        feed(scene, 0, packet_from(port, 0, TCP_ACK, slice_from_string(text)));
        g_assert_cmpuint(stats_of(scene).buffered_bytes, <=, 64 << 20);
    }
    assert_anomaly(scene, ANOMALY_NET_TCP_LIMIT);
}

static void test_cap_of_the_number_of_streams(void)
{
    g_autoptr(Scene) scene = scene_new();
    for (uint32_t n = 0; n < 70000; n++) {
        NetPacket packet = packet_from((uint16_t)n, 0, TCP_SYN, SLICE_EMPTY);
        packet.source.ip = ip_from_v4(n >> 16);
        feed(scene, 0, packet);
    }
    data(scene, 1, "gone by now, or not\n");
    assert_log(scene, "gone by now, or not|");
    g_assert_cmpuint(stats_of(scene).streams, >=, 70000);
}

static void test_idle_streams_end(void)
{
    g_autoptr(Scene) scene = scene_new();
    segment(scene, 0, 100, TCP_ACK, "res");
    feed(scene, 3600 * 1000 + 1, packet_from(2000, 1, TCP_ACK, SLICE_LITERAL("x")));
    assert_log(scene, "<end>res");
}

static void add_random_lines(GRand *rand, GString *text, GString *expected)
{
    for (char letter = 'a'; letter <= 't'; letter++) {
        g_autofree char *fill = g_strnfill((gsize)g_rand_int_range(rand, 0, 40), letter);
        g_string_append_printf(text, "%s\n", fill);
        g_string_append_printf(expected, "%s|", fill);
    }
}

/* Sends up to eight segments from @sent on, the last first, then some of them again; each may begin
 * in the one before it. Returns where to go on. */
static uint32_t send_shuffled(Scene *scene, GRand *rand, uint32_t base, Slice text, uint32_t sent)
{
    uint32_t starts[8], count = 0;

    for (; count < G_N_ELEMENTS(starts) && sent < text.len; count++) {
        starts[count] = sent;
        sent += (uint32_t)g_rand_int_range(rand, 1, 30);
    }
    for (uint32_t k = 0; k < 2 * count; k++) {
        uint32_t start = starts[k < count ? count - 1 - k : g_rand_int(rand) % count];
        uint32_t overlap = g_rand_int(rand) % 10, back = MIN(start, overlap);
        Slice part = slice_sub(text, start - back, back + 30);
        feed(scene, 0, packet_from(1000, base + start - back, TCP_ACK, part));
    }
    return sent;
}

/* Random cuts, copies, overlaps and a reordering that stays within bounds: not a byte is lost. */
static void test_random_segments(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    for (int round = 0; round < 300; round++) {
        g_autoptr(Scene) scene = scene_new();
        g_autoptr(GString) text = g_string_new(NULL), expected = g_string_new(NULL);
        uint32_t base = g_rand_int(rand);
        add_random_lines(rand, text, expected);
        syn(scene, base - 1);
        for (uint32_t sent = 0; sent < text->len;)
            sent = send_shuffled(scene, rand, base, slice_of(text->str, text->len), sent);
        assert_log(scene, expected->str);
        assert_no_anomaly(scene);
        g_assert_cmpuint(stats_of(scene).buffered_bytes, ==, 0);
    }
}

/* --- connections between the same endpoints in several networks: net/network.h --- */

/* A segment that came another way; @from_server: in the other direction. */
static void segment_of(Scene *scene, uint32_t way, bool from_server, TcpHeader tcp,
                       const char *text)
{
    NetPacket packet = packet_from(1000, 0, 0, slice_from_string(text));

    if (from_server) {
        Endpoint client = packet.source;
        packet.source = packet.destination;
        packet.destination = client;
    }
    packet.tcp = tcp;
    packet.tunnel_hash = way;
    feed(scene, 0, packet);
}

static void test_two_networks(void)
{
    g_autoptr(Scene) scene = scene_new();
    const uint32_t isn[] = { 100, 1u << 30 };
    const char *const parts[2][3] = { { "one", " by ", "one\n" }, { "TWO", " BY ", "TWO\n" } };
    uint32_t at[] = { 101, (1u << 30) + 1 };

    for (uint32_t n = 0; n < 2; n++)
        segment_of(scene, 11 + n, false, (TcpHeader){ TCP_SYN, isn[n], 0 }, "");
    for (unsigned k = 0; k < 3; k++) {
        for (uint32_t n = 0; n < 2; n++) {
            segment_of(scene, 11 + n, false, (TcpHeader){ TCP_ACK, at[n], 0 }, parts[n][k]);
            at[n] += (uint32_t)strlen(parts[n][k]);
        }
    }
    assert_log(scene, "one by one|TWO BY TWO|");
    assert_no_anomaly(scene);
    g_assert_cmpuint(stats_of(scene).streams, ==, 2);
}

/* A handover: the numbers go on. Even back and forth it is one stream. */
static void test_another_way(void)
{
    g_autoptr(Scene) scene = scene_new();

    segment_of(scene, 11, false, (TcpHeader){ TCP_SYN, 99, 0 }, "");
    segment_of(scene, 11, false, (TcpHeader){ TCP_ACK, 100, 0 }, "bef");
    segment_of(scene, 12, false, (TcpHeader){ TCP_ACK, 103, 0 }, "ore\n");
    segment_of(scene, 0, false, (TcpHeader){ TCP_ACK, 107, 0 }, "aft");
    segment_of(scene, 11, false, (TcpHeader){ TCP_ACK, 110, 0 }, "er\n");
    assert_log(scene, "before|after|");
    assert_no_anomaly(scene);
    g_assert_cmpuint(stats_of(scene).streams, ==, 1);
}

/* The same numbers mean the same connection: what a mirror port shows inside and outside a tunnel.
 */
static void test_copy_of_another_way(void)
{
    g_autoptr(Scene) scene = scene_new();

    for (uint32_t way = 0; way < 2; way++)
        segment_of(scene, way, false, (TcpHeader){ TCP_SYN, 99, 0 }, "");
    for (uint32_t way = 0; way < 2; way++)
        segment_of(scene, way, false, (TcpHeader){ TCP_ACK, 100, 0 }, "once\n");
    assert_log(scene, "once|");
    g_assert_cmpuint(stats_of(scene).streams, ==, 1);
}

static size_t note_network(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    (void)gap, (void)end;
    g_string_append_printf(context, "%.*s%u ", (int)bytes.len, (const char *)bytes.data,
                           tcp_stream_network(stream));
    return bytes.len;
}

/* Both directions of a connection have the same number, though they came by different ways. */
static void test_directions_share_a_network(void)
{
    g_autoptr(Scene) scene = scene_new();
    g_autoptr(GString) log = g_string_new(NULL);
    tcp_table_free(scene->table);
    scene->table = tcp_table_new(note_network, log);

    segment_of(scene, 1, false, (TcpHeader){ TCP_SYN, 100, 0 }, "");
    segment_of(scene, 2, true, (TcpHeader){ TCP_SYN | TCP_ACK, 500, 101 }, "");
    segment_of(scene, 3, false, (TcpHeader){ TCP_SYN, 3u << 28, 0 }, "");
    segment_of(scene, 4, true, (TcpHeader){ TCP_SYN | TCP_ACK, 9u << 28, (3u << 28) + 1 }, "");
    segment_of(scene, 4, true, (TcpHeader){ TCP_ACK, (9u << 28) + 1, (3u << 28) + 1 }, "d");
    segment_of(scene, 3, false, (TcpHeader){ TCP_ACK, (3u << 28) + 1, (9u << 28) + 2 }, "c");
    segment_of(scene, 2, true, (TcpHeader){ TCP_ACK, 501, 101 }, "b");
    segment_of(scene, 1, false, (TcpHeader){ TCP_ACK, 101, 502 }, "a");
    g_assert_cmpstr(log->str, ==, "d3 c3 b0 a0 ");
}

/* Too many networks: they are mixed as if none were told, and nothing is lost count of. */
static void test_networks_are_bounded(void)
{
    g_autoptr(Scene) scene = scene_new();

    for (uint32_t way = 1; way <= 1000; way++)
        segment_of(scene, way, false, (TcpHeader){ TCP_SYN, way << 22, 0 }, "");
    g_assert_cmpuint(stats_of(scene).segments, ==, 1000);
    g_assert_cmpuint(stats_of(scene).streams, ==, 1000);
    segment_of(scene, 2, false, (TcpHeader){ TCP_ACK, (2u << 22) + 1, 0 }, "kept\n");
    assert_log(scene, "kept|");
    tcp_table_flush(scene->table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/two-networks", test_two_networks);
    g_test_add_func("/tcp/another-way", test_another_way);
    g_test_add_func("/tcp/copy-of-another-way", test_copy_of_another_way);
    g_test_add_func("/tcp/directions-share-a-network", test_directions_share_a_network);
    g_test_add_func("/tcp/networks-are-bounded", test_networks_are_bounded);
    g_test_add_func("/tcp/in-order-split", test_in_order_split);
    g_test_add_func("/tcp/retransmitted-segment", test_retransmitted_segment);
    g_test_add_func("/tcp/any-order", test_three_segments_in_any_order);
    g_test_add_func("/tcp/first-segment-of-ten", test_first_segment_of_ten_bytes);
    g_test_add_func("/tcp/two-messages-one-segment", test_two_messages_in_one_segment);
    g_test_add_func("/tcp/whole-message-retransmitted", test_whole_message_retransmitted);
    g_test_add_func("/tcp/sequence-wrap", test_sequence_wrap);
    g_test_add_func("/tcp/fin", test_fin);
    g_test_add_func("/tcp/fin-waits", test_fin_waits_for_what_is_before_it);
    g_test_add_func("/tcp/rst", test_rst);
    g_test_add_func("/tcp/overlap", test_overlap);
    g_test_add_func("/tcp/conflict", test_conflict);
    g_test_add_func("/tcp/gap-many-segments", test_gap_after_many_segments);
    g_test_add_func("/tcp/gap-many-bytes", test_gap_after_many_bytes);
    g_test_add_func("/tcp/gap-three-seconds", test_gap_after_three_seconds);
    g_test_add_func("/tcp/gap-end-of-input", test_gap_at_the_end_of_input);
    g_test_add_func("/tcp/jump", test_jump_is_a_gap);
    g_test_add_func("/tcp/mid-stream", test_starts_mid_stream);
    g_test_add_func("/tcp/syn-after-data", test_syn_after_its_data);
    g_test_add_func("/tcp/another-syn", test_another_syn_is_another_connection);
    g_test_add_func("/tcp/data-in-syn", test_data_in_syn);
    g_test_add_func("/tcp/keep-alives", test_keep_alives);
    g_test_add_func("/tcp/cut-segments", test_cut_segments);
    g_test_add_func("/tcp/directions", test_directions_are_streams_of_their_own);
    g_test_add_func("/tcp/times", test_times);
    g_test_add_func("/tcp/ignored", test_ignored_stream_is_not_kept);
    g_test_add_func("/tcp/state", test_state_is_freed_once);
    g_test_add_func("/tcp/cap-stream", test_cap_of_a_stream);
    g_test_add_func("/tcp/cap-bytes", test_cap_of_all_streams);
    g_test_add_func("/tcp/cap-streams", test_cap_of_the_number_of_streams);
    g_test_add_func("/tcp/idle", test_idle_streams_end);
    g_test_add_func("/tcp/random-segments", test_random_segments);
    return g_test_run();
}
