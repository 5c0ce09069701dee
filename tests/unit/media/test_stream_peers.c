/* Inputs for which other analysers were found to give wrong numbers; here with the true ones. Each
 * stream is clean G.711 but for what its name says. */
#include "unit/media/rtp_source.h"

typedef struct {
    uint64_t packets, lost, duplicates, reordered, restarts;
    double jitter_max_ms, delta_max_ms;
} Truth;

static void check(RtpSource *source, const Truth *truth)
{
    StreamReport report = report_of(source->stream);
    g_assert_cmpuint(report.packets, ==, truth->packets);
    g_assert_cmpuint(report.lost, ==, truth->lost);
    g_assert_cmpuint(report.duplicates, ==, truth->duplicates);
    g_assert_cmpuint(report.reordered, ==, truth->reordered);
    g_assert_cmpuint(report.restarts, ==, truth->restarts);
    assert_near(report.jitter_max_ms, truth->jitter_max_ms, 1e-6);
    assert_near(report.delta_max_ms, truth->delta_max_ms, 1e-6);
    stream_free(source->stream);
}

static void test_lost_and_duplicated(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 50; i++) {
        if (i == 10 || i == 20 || i == 30)
            continue;
        source_send_nth(&source, i);
        if (i == 15 || i == 25 || i == 35)
            source_send_nth(&source, i);
    }
    check(&source, &(Truth){ .packets = 50, .lost = 3, .duplicates = 3, .delta_max_ms = 40 });
}

static void test_duplicated(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 50; i++) {
        source_send_nth(&source, i);
        if (i % 20 == 5)
            source_send_nth(&source, i);
    }
    check(&source, &(Truth){ .packets = 53, .duplicates = 3, .delta_max_ms = 20 });
}

/* Swapped on the way, @first and the one behind it: they arrive at each other's time. */
static void send_swapped(RtpSource *source, unsigned count, unsigned first)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned sent = i == first ? i + 1 : i == first + 1 ? i - 1 : i;
        source_send(source, (uint16_t)(1000 + sent), 160 * sent, PTIME_NS * i);
    }
}

static void test_last_two_swapped(void)
{
    RtpSource source = { .stream = test_stream() };
    send_swapped(&source, 50, 48);
    /* D is 20 and 40 ms: J = 1.25, then 1.25 + (40 - 1.25) / 16. */
    check(&source,
          &(Truth){ .packets = 50, .reordered = 1, .jitter_max_ms = 3.671875, .delta_max_ms = 20 });
}

static void test_first_two_swapped(void)
{
    RtpSource source = { .stream = test_stream() };
    send_swapped(&source, 50, 0);
    /* D is 40, then 20 ms. */
    check(&source,
          &(Truth){ .packets = 50, .reordered = 1, .jitter_max_ms = 3.59375, .delta_max_ms = 20 });
}

static void test_source_restarts(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 50; i++)
        source_send(&source, (uint16_t)(i < 25 ? 100 + i : 40000 + i), 160 * i, PTIME_NS * i);
    check(&source, &(Truth){ .packets = 50, .restarts = 1, .delta_max_ms = 20 });
}

static void test_sequence_and_timestamp_reset(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 50; i++)
        source_send(&source, (uint16_t)(i < 25 ? 30000 + i : i - 25),
                    i < 25 ? 5000000 + 160 * i : 160 * (i - 25), PTIME_NS * i);
    check(&source, &(Truth){ .packets = 50, .restarts = 1, .delta_max_ms = 20 });
}

/* RFC 4733: the packets of an event bear the timestamp of its beginning. */
static void send_with_events(RtpSource *source, unsigned count)
{
    static const uint8_t digit[] = { 1, 10, 0, 160 };
    for (unsigned i = 0; i < count; i++) {
        bool event = i >= 20 && i < 30;
        source->payload_type = event ? 101 : 0;
        source->payload = event ? slice_of(digit, sizeof digit) : SLICE_EMPTY;
        source->payload_bytes = event ? sizeof digit : 160;
        source_send(source, (uint16_t)i, 160 * (event ? 20 : i), PTIME_NS * i);
    }
    g_assert_cmpuint(report_of(source->stream).events, ==, 10);
}

static void test_events(void)
{
    RtpSource source = { .stream = test_stream() };
    send_with_events(&source, 50);
    check(&source, &(Truth){ .packets = 50, .delta_max_ms = 20 });
}

static void test_events_named_by_sdp(void)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadEntry entry = { 101, 1, 8000, SLICE_LITERAL("telephone-event"), SLICE_EMPTY };
    PayloadMap *map = payload_map_get(table, &entry, 1);
    RtpSource source = { .stream = test_stream() };
    stream_set_payloads(source.stream, map);
    send_with_events(&source, 1000);
    check(&source, &(Truth){ .packets = 1000, .delta_max_ms = 20 });
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

static void test_clock_changes(void)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadEntry entry = { 97, 1, 16000, SLICE_LITERAL("AMR-WB"), SLICE_EMPTY };
    PayloadMap *map = payload_map_get(table, &entry, 1);
    RtpSource source = { .stream = test_stream() };
    uint32_t ts_ticks = 0;

    stream_set_payloads(source.stream, map);
    for (unsigned i = 0; i < 50; i++) {
        source.payload_type = i < 25 ? 0 : 97;
        ts_ticks += i < 25 ? 160 : 320;
        source_send(&source, (uint16_t)i, ts_ticks, PTIME_NS * i);
    }
    check(&source, &(Truth){ .packets = 50, .delta_max_ms = 20 });
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

static void test_gap_before_marker(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 50; i++) {
        unsigned at = i < 25 ? i : i + 20;
        source.marker = i == 25;
        source_send(&source, (uint16_t)i, 160 * at, PTIME_NS * at);
    }
    check(&source, &(Truth){ .packets = 50, .delta_max_ms = 420 });
}

static void test_marker_everywhere(void)
{
    RtpSource source = { .stream = test_stream(), .marker = true };
    for (unsigned i = 0; i < 50; i++)
        source_send_nth(&source, i);
    StreamReport report = report_of(source.stream);
    assert_near(report.delta_min_ms, 20, 1e-9);
    assert_near(report.delta_mean_ms, 20, 1e-9);
    check(&source, &(Truth){ .packets = 50, .delta_max_ms = 20 });
}

static void test_type_63_named_by_sdp(void)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadEntry entry = { 63, 1, 48000, SLICE_LITERAL("opus"), SLICE_EMPTY };
    PayloadMap *map = payload_map_get(table, &entry, 1);
    RtpSource source = { .stream = test_stream(), .payload_type = 63 };

    for (unsigned i = 0; i < 50; i++)
        source_send(&source, (uint16_t)i, 960 * i, PTIME_NS * i);
    g_assert_true(isnan(report_of(source.stream).jitter_max_ms)); /* not known, and not 0 */
    g_assert_null(report_of(source.stream).codec);
    stream_set_payloads(source.stream, map);
    g_assert_cmpstr(report_of(source.stream).codec, ==, "opus");
    check(&source, &(Truth){ .packets = 50, .delta_max_ms = 20 });
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

static void test_adjacent_swaps(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++) {
        unsigned sent = i;
        if (i < 900 && i % 20 >= 18)
            sent = i % 20 == 18 ? i + 1 : i - 1;
        source_send(&source, (uint16_t)sent, 160 * sent, PTIME_NS * i);
    }
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.packets, ==, 1000);
    g_assert_cmpuint(report.lost, ==, 0);
    g_assert_cmpuint(report.reordered, ==, 45);
    g_assert_cmpfloat(report.jitter_max_ms, <, 10);
    stream_free(source.stream);
}

static void test_sequence_jumps_in_continuous_audio(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++)
        source_send(&source, (uint16_t)(i < 500 ? i : i + 20000), 160 * i, PTIME_NS * i);
    check(&source, &(Truth){ .packets = 1000, .restarts = 1, .delta_max_ms = 20 });
}

static void test_timestamp_jumps(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++)
        source_send(&source, (uint16_t)i, 160 * i + (i < 500 ? 0 : 76184320), PTIME_NS * i);
    g_assert_cmpuint(report_of(source.stream).timestamp_jumps, ==, 1);
    check(&source, &(Truth){ .packets = 1000, .delta_max_ms = 20 });
}

static void test_tenth_duplicated(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++) {
        source_send_nth(&source, i);
        if (i % 10 == 3)
            source_send_nth(&source, i);
    }
    check(&source, &(Truth){ .packets = 1100, .duplicates = 100, .delta_max_ms = 20 });
}

static void test_loss_and_duplicates(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++) {
        if (i % 20 == 7)
            continue;
        source_send_nth(&source, i);
        if (i % 10 == 3)
            source_send_nth(&source, i);
    }
    assert_near(report_of(source.stream).lost_percent, 5, 1e-9);
    check(&source, &(Truth){ .packets = 1050, .lost = 50, .duplicates = 100, .delta_max_ms = 40 });
}

/* A capture of "any", or with a VLAN twin. */
static void test_everything_twice_with_loss(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++) {
        if (i % 10 == 7)
            continue;
        source_send_nth(&source, i);
        source_send_nth(&source, i);
    }
    assert_near(report_of(source.stream).lost_percent, 10, 1e-9);
    check(&source, &(Truth){ .packets = 1800, .lost = 100, .duplicates = 900, .delta_max_ms = 40 });
}

static void test_uniform_jitter(void)
{
    RtpSource source = { .stream = test_stream() };
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    for (unsigned i = 0; i < 1000; i++)
        source_send(&source, (uint16_t)i, 160 * i,
                    PTIME_NS * (i + 1) + g_rand_int_range(random, -1000000, 1000001));
    assert_near(report_of(source.stream).jitter_mean_ms, 2.0 / 3, 0.05);
    stream_free(source.stream);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/peers/lost-and-duplicated", test_lost_and_duplicated);
    g_test_add_func("/peers/duplicated", test_duplicated);
    g_test_add_func("/peers/last-two-swapped", test_last_two_swapped);
    g_test_add_func("/peers/first-two-swapped", test_first_two_swapped);
    g_test_add_func("/peers/source-restarts", test_source_restarts);
    g_test_add_func("/peers/sequence-and-timestamp-reset", test_sequence_and_timestamp_reset);
    g_test_add_func("/peers/events", test_events);
    g_test_add_func("/peers/events-named-by-sdp", test_events_named_by_sdp);
    g_test_add_func("/peers/clock-changes", test_clock_changes);
    g_test_add_func("/peers/gap-before-marker", test_gap_before_marker);
    g_test_add_func("/peers/marker-everywhere", test_marker_everywhere);
    g_test_add_func("/peers/type-63-named-by-sdp", test_type_63_named_by_sdp);
    g_test_add_func("/peers/adjacent-swaps", test_adjacent_swaps);
    g_test_add_func("/peers/sequence-jump", test_sequence_jumps_in_continuous_audio);
    g_test_add_func("/peers/timestamp-jump", test_timestamp_jumps);
    g_test_add_func("/peers/tenth-duplicated", test_tenth_duplicated);
    g_test_add_func("/peers/loss-and-duplicates", test_loss_and_duplicates);
    g_test_add_func("/peers/everything-twice", test_everything_twice_with_loss);
    g_test_add_func("/peers/uniform-jitter", test_uniform_jitter);
    return g_test_run();
}
