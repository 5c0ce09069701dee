/* Timing and payload types of streams. Jitter vectors J1 to J4 are those of RFC 3550 A.8 computed
 * by an independent program. */
#include "unit/media/rtp_source.h"

#define TICKS_PER_MS 8.0

static void test_empty(void)
{
    Stream *stream = test_stream();
    StreamReport report = report_of(stream);
    g_assert_cmpuint(report.expected, ==, 0);
    g_assert_cmpuint(report.lost, ==, 0);
    g_assert_true(isnan(report.lost_percent));
    g_assert_true(isnan(report.jitter_last_ms));
    g_assert_true(report.first_ns == TIME_UNKNOWN && report.duration_ns == TIME_UNKNOWN);
    g_assert_null(report.codec);
    stream_free(stream);
}

static void test_one_packet(void)
{
    RtpSource source = { .stream = test_stream() };
    source_send_nth(&source, 0);
    StreamReport report = report_of(source.stream);
    g_assert_cmpint(report.duration_ns, ==, 0);
    g_assert_true(isnan(report.delta_mean_ms));
    g_assert_true(isnan(report.jitter_mean_ms));
    g_assert_true(isnan(report.bit_rate_bps));
    g_assert_cmpstr(report.codec, ==, "PCMU");
    stream_free(source.stream);
}

static void test_j1_perfect(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++)
        source_send_nth(&source, i);
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_max_ms, 0, 1e-12);
    assert_near(report.delta_min_ms, 20, 1e-12);
    assert_near(report.delta_mean_ms, 20, 1e-12);
    assert_near(report.delta_max_ms, 20, 1e-12);
    assert_near(report.bit_rate_bps, 80000, 1e-6);
    assert_near(report.skew_ms, 0, 1e-9);
    assert_near(report.drift_ppm, 0, 1e-6);
    g_assert_cmpuint(report.octets, ==, 160000);
    g_assert_cmpuint(report.ptime_ms, ==, 20);
    g_assert_cmpuint(report.clock_hz, ==, 8000);
    g_assert_cmpuint(report.dscp, ==, 46);
    g_assert_false(report.dscp_changed);
    stream_free(source.stream);
}

static void test_j2_alternating(void)
{
    static const struct {
        unsigned packets;
        double ticks;
    } rows[] = { { 2, 5.0 }, { 10, 35.246 }, { 50, 76.614 }, { 200, 79.9998 } };
    RtpSource source = { .stream = test_stream() };
    unsigned row = 0;

    for (unsigned i = 0; i < 200; i++) {
        source_send(&source, (uint16_t)i, 160 * i, PTIME_NS * i + (i & 1 ? 10 * NS_PER_MS : 0));
        if (i + 1 == rows[row].packets)
            assert_near(report_of(source.stream).jitter_last_ms * TICKS_PER_MS, rows[row++].ticks,
                        0.0005);
    }
    g_assert_cmpuint(row, ==, G_N_ELEMENTS(rows));
    stream_free(source.stream);
}

static void test_j3_one_late(void)
{
    static const unsigned order[] = { 0, 1, 2, 3, 4, 6, 7, 5, 8, 9 };
    RtpSource source = { .stream = test_stream() };
    double ticks[10];

    for (unsigned k = 0; k < G_N_ELEMENTS(order); k++) {
        unsigned i = order[k];
        source_send(&source, (uint16_t)i, 160 * i, PTIME_NS * i + (i == 5 ? 50 * NS_PER_MS : 0));
        ticks[k] = report_of(source.stream).jitter_last_ms * TICKS_PER_MS;
    }
    assert_near(ticks[7], 25.0, 1e-9);
    assert_near(ticks[8], 48.4375, 1e-9);
    assert_near(ticks[9], 48.4375 * 15 / 16, 1e-9);
    g_assert_cmpuint(report_of(source.stream).reordered, ==, 1);
    stream_free(source.stream);
}

static void test_j4_clock_skew(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i <= 3000; i++)
        source_send(&source, (uint16_t)i, 160 * i, i * (PTIME_NS + 2000));
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_last_ms * TICKS_PER_MS, 0.016, 1e-6);
    assert_near(report.drift_ppm, -100, 0.02);
    assert_near(report.skew_ms, -6, 1e-6);
    assert_near(report.max_skew_ms, -6, 1e-6);
    stream_free(source.stream);
}

static void test_no_drift_before_ten_seconds(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 500; i++)
        source_send_nth(&source, i);
    g_assert_true(isnan(report_of(source.stream).drift_ppm));
    source_send_nth(&source, 500);
    g_assert_false(isnan(report_of(source.stream).drift_ppm));
    stream_free(source.stream);
}

/* A.8 again, in the plainest words, for arrivals that are not regular. */
static void test_random_jitter(void)
{
    RtpSource source = { .stream = test_stream() };
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    double j = 0, sum = 0, max = 0, min = INFINITY, previous = 0;

    for (unsigned i = 0; i < 1000; i++) {
        int64_t late_ns = g_rand_int_range(random, -2000000, 2000001);
        double transit = (double)late_ns;
        source_send(&source, (uint16_t)i, 0xffffff00u + 160 * i, PTIME_NS * (i + 1) + late_ns);
        if (i > 0) {
            j += (fabs(transit - previous) - j) / 16;
            sum += j;
            max = fmax(max, j);
            min = fmin(min, j);
        }
        previous = transit;
    }
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_last_ms, j / 1e6, 1e-6);
    assert_near(report.jitter_mean_ms, sum / 999e6, 1e-6);
    assert_near(report.jitter_max_ms, max / 1e6, 1e-6);
    assert_near(report.jitter_min_ms, min / 1e6, 1e-6);
    assert_near(report.jitter_mean_ms, 4.0 / 3, 0.1); /* mean of |a - b|, uniform over 4 ms */
    stream_free(source.stream);
}

static void test_dtx(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 10; i++)
        source_send(&source, (uint16_t)i, 160 * i, PTIME_NS * i);
    for (unsigned i = 10; i < 20; i++) {
        source.marker = i == 10;
        source_send(&source, (uint16_t)i, 160 * (i + 100), PTIME_NS * (i + 100));
    }
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_max_ms, 0, 1e-9);
    assert_near(report.delta_max_ms, 2020, 1e-9);
    g_assert_cmpuint(report.timestamp_jumps, ==, 0);
    g_assert_cmpuint(report.markers, ==, 1);
    stream_free(source.stream);
}

static void test_timestamps_stand_still_in_silence(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 20; i++) {
        source.marker = i == 10;
        source_send(&source, (uint16_t)i, 160 * i, PTIME_NS * (i < 10 ? i : i + 100));
    }
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_max_ms, 0, 1e-9);
    g_assert_cmpuint(report.timestamp_jumps, ==, 1);
    stream_free(source.stream);
}

/* A network that stalls and then delivers all at once is jitter, not a new time base. */
static void test_stall_is_jitter(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 300; i++) {
        int64_t at_ns = PTIME_NS * i;
        if (i >= 50 && i < 200)
            at_ns = PTIME_NS * 200;
        source_send(&source, (uint16_t)i, 160 * i, at_ns);
    }
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.timestamp_jumps, ==, 0);
    g_assert_cmpfloat(report.jitter_max_ms, >, 180);
    stream_free(source.stream);
}

static void test_capture_clock_steps_back(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 100; i++)
        source_send(&source, (uint16_t)i, 160 * i, PTIME_NS * i - (i >= 50 ? 2 * NS_PER_S : 0));
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_max_ms, 0, 1e-9);
    assert_near(report.delta_max_ms, 20, 1e-9);
    g_assert_cmpuint(report.lost, ==, 0);
    stream_free(source.stream);
}

static void test_capture_without_times(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 100; i++)
        source_send(&source, (uint16_t)i, 160 * i, 0);
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.expected, ==, 100);
    g_assert_true(isnan(report.jitter_mean_ms));
    g_assert_true(isnan(report.bit_rate_bps));
    stream_free(source.stream);
}

static void test_hostile_times(void)
{
    RtpSource source = { .stream = test_stream() };
    source_send(&source, 1, 0, INT64_MAX - START_NS);
    source_send(&source, 2, 160, INT64_MIN + 1);
    source_send(&source, 3, 320, INT64_MAX - START_NS);
    source_send(&source, 4, 320, 0);
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.expected, ==, 4);
    stream_free(source.stream);
}

static void test_dscp_changes(void)
{
    Stream *stream = test_stream();
    RtpPacket packet = { .seq = 1, .payload_bytes = 160 };
    StreamArrival arrival = { START_NS, 200, 46, SIGHTING_FIRST };
    stream_add(stream, &packet, &arrival);
    arrival.dscp = 0;
    packet.seq = 2;
    stream_add(stream, &packet, &arrival);
    StreamReport report = report_of(stream);
    g_assert_cmpuint(report.dscp, ==, 0);
    g_assert_true(report.dscp_changed);
    stream_free(stream);
}

static PayloadMap *one_format(PayloadMapTable *table, uint8_t type, const char *name, uint32_t hz)
{
    PayloadEntry entries[] = {
        { type, 1, hz, slice_from_string(name), SLICE_EMPTY },
        { 101, 1, 8000, SLICE_LITERAL("telephone-event"), SLICE_EMPTY },
    };
    return payload_map_get(table, entries, G_N_ELEMENTS(entries));
}

/* What is counted before the SDP must be the same as what is counted with it. */
static void test_clock_named_late(gconstpointer data)
{
    uint32_t clock_hz = GPOINTER_TO_UINT(data);
    PayloadMapTable *table = payload_map_table_new();
    PayloadMap *map = one_format(table, 96, "x-test", clock_hz);
    RtpSource late = { .stream = test_stream(), .payload_type = 96 };
    RtpSource early = { .stream = test_stream(), .payload_type = 96 };

    stream_set_payloads(early.stream, map);
    for (unsigned i = 0; i < 1000; i++) {
        int64_t at_ns = PTIME_NS * i + (i * 7919 % 13) * 500 * NS_PER_US;
        source_send(&late, (uint16_t)i, clock_hz / 50 * i, at_ns);
        source_send(&early, (uint16_t)i, clock_hz / 50 * i, at_ns);
    }
    StreamReport before = report_of(late.stream);
    g_assert_true(isnan(before.jitter_mean_ms));
    g_assert_true(isnan(before.drift_ppm));
    g_assert_cmpuint(before.clock_hz, ==, 0);
    assert_near(before.delta_mean_ms, 20, 0.01);

    stream_set_payloads(late.stream, map);
    StreamReport known = report_of(late.stream);
    StreamReport truth = report_of(early.stream);
    g_assert_cmpstr(known.codec, ==, "x-test");
    g_assert_cmpuint(known.clock_hz, ==, clock_hz);
    g_assert_cmpuint(known.ptime_ms, ==, 20);
    assert_near(known.jitter_mean_ms, truth.jitter_mean_ms, 1e-12);
    assert_near(known.jitter_max_ms, truth.jitter_max_ms, 1e-12);
    assert_near(known.max_skew_ms, truth.max_skew_ms, 1e-12);
    assert_near(known.drift_ppm, truth.drift_ppm, 1e-9);
    stream_free(late.stream);
    stream_free(early.stream);
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

static void test_unusual_clock_starts_when_named(void)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadMap *map = one_format(table, 96, "L16", 44100);
    RtpSource source = { .stream = test_stream(), .payload_type = 96 };

    for (unsigned i = 0; i < 1000; i++) {
        if (i == 100)
            stream_set_payloads(source.stream, map);
        source_send(&source, (uint16_t)i, 882 * i, PTIME_NS * i);
    }
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_max_ms, 0, 1e-6);
    assert_near(report.skew_ms, 0, 1e-6);
    g_assert_cmpuint(report.clock_hz, ==, 44100);
    stream_free(source.stream);
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

/* A re-INVITE gives the same payload type to a codec with another clock. */
static void test_type_is_given_away(void)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadMap *narrow = one_format(table, 96, "iLBC", 8000);
    PayloadMap *wide = one_format(table, 96, "AMR-WB", 16000);
    RtpSource source = { .stream = test_stream(), .payload_type = 96 };
    uint32_t ts_ticks = 0;

    stream_set_payloads(source.stream, narrow);
    for (unsigned i = 0; i < 100; i++) {
        if (i == 50)
            stream_set_payloads(source.stream, wide);
        source_send(&source, (uint16_t)i, ts_ticks += i < 50 ? 160 : 320, PTIME_NS * i);
    }
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_max_ms, 0, 1e-9);
    g_assert_cmpstr(report.codec, ==, "AMR-WB");
    stream_free(source.stream);
    payload_map_unref(table, narrow);
    payload_map_unref(table, wide);
    payload_map_table_free(table);
}

static void test_events_are_named_late(void)
{
    static const uint8_t digit[] = { 5, 10, 0, 160 };
    PayloadMapTable *table = payload_map_table_new();
    PayloadMap *map = one_format(table, 96, "opus", 48000);
    RtpSource source = { .stream = test_stream(), .payload_type = 96 };

    for (unsigned i = 0; i < 60; i++) {
        bool event = i >= 20 && i < 30;
        source.payload_type = event ? 101 : 96;
        source.payload = event ? slice_of(digit, sizeof digit) : SLICE_EMPTY;
        source.payload_bytes = event ? sizeof digit : 80;
        source_send(&source, (uint16_t)i, 960 * (event ? 20 : i), PTIME_NS * i);
    }
    stream_set_payloads(source.stream, map);
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.events, ==, 10);
    g_assert_cmpstr(report.codec, ==, "opus");
    assert_near(report.jitter_max_ms, 0, 1e-9);
    stream_free(source.stream);
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

static void test_comfort_noise(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 50; i++) {
        source.payload_type = i % 5 == 4 ? 13 : 0;
        source_send_nth(&source, i);
    }
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.comfort_noise, ==, 10);
    g_assert_cmpuint(report.lost, ==, 0);
    g_assert_cmpuint(report.ptime_ms, ==, 20);
    g_assert_cmpstr(report.codec, ==, "PCMU");
    assert_near(report.jitter_max_ms, 0, 1e-9);
    g_assert_cmpuint(report.payload_type_count, ==, 2);
    g_assert_cmpuint(report.payload_types[1], ==, 13);
    stream_free(source.stream);
}

static void test_more_types_than_room(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++) {
        source.payload_type = (uint8_t)(i % 3 ? 0 : i % 128);
        source_send_nth(&source, i);
    }
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.payload_type_count, ==, STREAM_PAYLOAD_TYPES_MAX);
    g_assert_cmpuint(report.packets, ==, 1000);
    g_assert_cmpstr(report.codec, ==, "PCMU");
    stream_free(source.stream);
}

static void test_ptime_is_the_most_frequent(void)
{
    RtpSource source = { .stream = test_stream() };
    uint32_t ts_ticks = 0;
    for (unsigned i = 0; i < 300; i++) {
        ts_ticks += i % 3 == 0 ? 80 + 8 * (i % 7) : 240;
        source_send(&source, (uint16_t)i, ts_ticks, PTIME_NS * i);
    }
    g_assert_cmpuint(report_of(source.stream).ptime_ms, ==, 30);
    stream_free(source.stream);
}

static void test_video_has_no_ptime(void)
{
    RtpSource source = { .stream = test_stream(), .payload_type = 34 };
    for (unsigned i = 0; i < 100; i++) {
        source.marker = i % 4 == 3;
        source_send(&source, (uint16_t)i, 3600 * (i / 4), 40 * NS_PER_MS * (i / 4));
    }
    StreamReport report = report_of(source.stream);
    assert_near(report.jitter_max_ms, 0, 1e-9);
    g_assert_cmpuint(report.ptime_ms, ==, 0);
    g_assert_cmpuint(report.clock_hz, ==, 90000);
    stream_free(source.stream);
}

static void test_names(void)
{
    g_assert_cmpstr(stream_security_name(STREAM_SECURITY_DTLS), ==, "dtls");
    g_assert_cmpstr(stream_security_name(STREAM_SECURITY_UNKNOWN), ==, "unknown");
    g_assert_cmpstr(stream_match_name(STREAM_MATCH_LATCHED), ==, "latched");
    g_assert_cmpstr(stream_match_name(STREAM_MATCH_SOURCE), ==, "source");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream/empty", test_empty);
    g_test_add_func("/stream/one-packet", test_one_packet);
    g_test_add_func("/stream/j1-perfect", test_j1_perfect);
    g_test_add_func("/stream/j2-alternating", test_j2_alternating);
    g_test_add_func("/stream/j3-one-late", test_j3_one_late);
    g_test_add_func("/stream/j4-clock-skew", test_j4_clock_skew);
    g_test_add_func("/stream/no-drift-before-10s", test_no_drift_before_ten_seconds);
    g_test_add_func("/stream/random-jitter", test_random_jitter);
    g_test_add_func("/stream/dtx", test_dtx);
    g_test_add_func("/stream/timestamps-stand-still", test_timestamps_stand_still_in_silence);
    g_test_add_func("/stream/stall-is-jitter", test_stall_is_jitter);
    g_test_add_func("/stream/capture-clock-steps-back", test_capture_clock_steps_back);
    g_test_add_func("/stream/capture-without-times", test_capture_without_times);
    g_test_add_func("/stream/hostile-times", test_hostile_times);
    g_test_add_func("/stream/dscp-changes", test_dscp_changes);
    static const unsigned clocks_hz[] = { 8000, 16000, 48000, 90000 };
    for (size_t i = 0; i < G_N_ELEMENTS(clocks_hz); i++) {
        g_autofree char *path = g_strdup_printf("/stream/clock-named-late/%u", clocks_hz[i]);
        g_test_add_data_func(path, GUINT_TO_POINTER(clocks_hz[i]), test_clock_named_late);
    }
    g_test_add_func("/stream/unusual-clock", test_unusual_clock_starts_when_named);
    g_test_add_func("/stream/type-is-given-away", test_type_is_given_away);
    g_test_add_func("/stream/events-named-late", test_events_are_named_late);
    g_test_add_func("/stream/comfort-noise", test_comfort_noise);
    g_test_add_func("/stream/more-types-than-room", test_more_types_than_room);
    g_test_add_func("/stream/ptime", test_ptime_is_the_most_frequent);
    g_test_add_func("/stream/video-has-no-ptime", test_video_has_no_ptime);
    g_test_add_func("/stream/names", test_names);
    return g_test_run();
}
