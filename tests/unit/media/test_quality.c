#include "dissect/media/quality.h"
#include "dissect/media/stream_counters.h"
#include "unit/media/rtp_source.h"

static StreamQuality quality_of(const Stream *stream)
{
    StreamQuality quality;
    stream_quality(stream, &quality);
    return quality;
}

static void send_late(const RtpSource *source, unsigned index, int extra_ms)
{
    source_send(source, (uint16_t)(1000 + index), 160 * index,
                PTIME_NS * index + extra_ms * NS_PER_MS);
}

static void test_clean(void)
{
    RtpSource source = { .stream = test_stream() };

    for (unsigned i = 0; i < 3000; i++)
        source_send_nth(&source, i);
    StreamQuality quality = quality_of(source.stream);
    g_assert_null(quality.unscored);
    g_assert_cmpint(quality.scale, ==, QUALITY_SCALE_NARROWBAND);
    g_assert_false(quality.provisional);
    assert_near(quality.whole.r_lq, 93.2062, 5e-5);
    assert_near(quality.whole.mos_lq, 4.4094, 5e-5);
    assert_near(quality.delay_ms, 60, 1e-6); /* 20 of packetisation, 40 of the buffer */
    g_assert_cmpint(quality.network_ms.origin, ==, QUALITY_ASSUMED);
    g_assert_cmpint(quality.buffer_ms.origin, ==, QUALITY_MEASURED);
    g_assert_cmpfloat(quality.whole.mos_cq, <, quality.whole.mos_lq);
    g_assert_cmpint(quality.costliest, ==, QUALITY_COST_DELAY);
    assert_near(quality.worst.mos_lq, quality.whole.mos_lq, 1e-9);
    g_assert_cmpuint(quality.concealed_seconds, ==, 0);
    stream_free(source.stream);
}

/* One of a hundred is lost: N02. */
static void test_random_loss(void)
{
    RtpSource source = { .stream = test_stream() };

    for (unsigned i = 0; i < 10000; i++)
        if (i % 100 != 50)
            source_send_nth(&source, i);
    StreamQuality quality = quality_of(source.stream);
    assert_near(quality.loss_percent.value, 1, 1e-9);
    assert_near(quality.discard_percent.value, 0, 1e-9);
    assert_near(quality.burst_ratio.value, 1, 1e-9);
    assert_near(quality.whole.r_lq, 89.5664, 5e-5);
    assert_near(quality.whole.mos_lq, 4.3282, 5e-5);
    g_assert_cmpuint(quality.loss_runs[0], ==, 100);
    g_assert_cmpuint(quality.burst.bursts, ==, 0);
    g_assert_cmpuint(quality.burst.gap_bad, ==, 100);

    QualitySettings settings = { .concealment = false };
    stream_quality_with(source.stream, &settings, &quality);
    assert_near(quality.whole.r_lq, 75.2817, 5e-5); /* N03 */
    g_assert_cmpint(quality.costliest, ==, QUALITY_COST_LOSS);
    stream_free(source.stream);
}

/* The vector JB through a stream, in order of arrival. */
static void send_vector(const RtpSource *source)
{
    for (unsigned slot = 0; slot < 1020; slot++) { /* by time: what is late comes in its turn */
        static const unsigned extra_ms[] = { 0, 60, 150, 250 };
        for (unsigned k = 0; k < G_N_ELEMENTS(extra_ms); k++) {
            unsigned later = (extra_ms[k] + 19) / 20;
            unsigned i = slot - later;
            unsigned kind = i == 700 ? 3 : i % 100 == 50 ? 2 : i % 10 == 5 ? 1 : 0;
            if (slot >= later && i < 1000 && kind == k && (i < 500 || i >= 505))
                send_late(source, i, (int)extra_ms[k]);
        }
    }
}

static void test_discards(void)
{
    RtpSource source = { .stream = test_stream() };

    send_vector(&source);
    StreamReport report = report_of(source.stream);
    StreamQuality quality = quality_of(source.stream);
    g_assert_cmpuint(report.lost, ==, 5);
    g_assert_cmpuint(report.expected, ==, 1000);
    g_assert_cmpuint(quality.discards[JITTER_BUFFER_FIXED_50].late, ==, 111);
    g_assert_cmpuint(quality.discards[JITTER_BUFFER_FIXED_200].late, ==, 1);
    g_assert_cmpuint(quality.burst.bad, ==, 5 + quality.discards[JITTER_BUFFER_ADAPTIVE].late);
    g_assert_cmpuint(quality.loss_runs[4], ==, 1);
    g_assert_cmpuint(quality.delays.packets[0], ==, 100); /* 60 ms */
    g_assert_cmpuint(quality.delays.packets[4], ==, 10);  /* 150 ms */
    g_assert_cmpfloat(quality.mos_lq_by_buffer[JITTER_BUFFER_FIXED_50], <,
                      quality.mos_lq_by_buffer[JITTER_BUFFER_FIXED_200]);
    stream_free(source.stream);
}

static void test_worst_window(void)
{
    RtpSource source = { .stream = test_stream() };

    for (unsigned i = 0; i < 50 * 60; i++)
        if (i < 1500 || i >= 1600 || i % 2)
            source_send_nth(&source, i);
    StreamQuality quality = quality_of(source.stream);
    assert_near(quality.worst_loss_percent, 12.5, 1e-9); /* 50 of 400 */
    g_assert_cmpint(quality.worst_duration_ns, ==, 8 * NS_PER_S);
    int64_t into_s = (quality.worst_start_ns - START_NS) / NS_PER_S;
    g_assert_true(into_s >= 24 && into_s <= 30);
    g_assert_cmpfloat(quality.worst.mos_lq, <, quality.whole.mos_lq);
    g_assert_cmpuint(quality.concealed_seconds, ==, 2);
    g_assert_cmpuint(quality.severely_concealed_seconds, ==, 2);

    g_assert_cmpuint(stream_interval_count(source.stream), ==, 60);
    g_assert_cmpuint(stream_interval(source.stream, &quality, 30).lost, ==, 25);
    g_assert_cmpuint(stream_interval(source.stream, &quality, 10).lost, ==, 0);
    assert_near(stream_interval(source.stream, &quality, 10).mos_lq, 4.4094, 5e-5);
    g_assert_cmpfloat(stream_interval(source.stream, &quality, 30).mos_lq, <, 4);
    stream_free(source.stream);
}

/* Swapped packets are no loss, copies hide none. */
static void test_disorder(void)
{
    RtpSource source = { .stream = test_stream() };

    for (unsigned i = 0; i < 2000; i++) {
        unsigned index = i % 50 == 20 ? i + 1 : i % 50 == 21 ? i - 1 : i;
        if (index % 500 == 100)
            continue;
        source_send(&source, (uint16_t)(1000 + index), 160 * index, PTIME_NS * i);
        if (i % 40 == 3)
            source_send(&source, (uint16_t)(1000 + index), 160 * index, PTIME_NS * i + 1000);
    }
    StreamQuality quality = quality_of(source.stream);
    g_assert_cmpuint(quality.burst.packets, ==, 2000);
    g_assert_cmpuint(quality.burst.bad, ==, 4);
    g_assert_cmpuint(quality.loss_runs[0], ==, 4);
    g_assert_cmpuint(quality.concealed_seconds, ==, 4);
    stream_free(source.stream);
}

/* RFC 4733: packets of an event bear the same timestamp and are not late. */
static void test_events_are_not_late(void)
{
    RtpSource source = { .stream = test_stream() };
    PayloadMapTable *table = payload_map_table_new();
    PayloadEntry entries[] = {
        { .payload_type = 101, .clock_hz = 8000, .encoding = SLICE_LITERAL("telephone-event") }
    };
    PayloadMap *map = payload_map_get(table, entries, G_N_ELEMENTS(entries));

    stream_set_payloads(source.stream, map);
    for (unsigned i = 0; i < 1000; i++) {
        bool event = i >= 400 && i < 450;
        source.payload_type = event ? 101 : 0;
        source_send(&source, (uint16_t)(1000 + i), 160 * (event ? 400 : i), PTIME_NS * i);
    }
    StreamQuality quality = quality_of(source.stream);
    g_assert_cmpuint(quality.discards[JITTER_BUFFER_FIXED_50].late, ==, 0);
    g_assert_cmpuint(quality.burst.bad, ==, 0);
    stream_free(source.stream);
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

/* A sender that restarts: the pattern goes on, nothing is lost. */
static void test_restart(void)
{
    RtpSource source = { .stream = test_stream() };

    for (unsigned i = 0; i < 600; i++)
        source_send(&source, (uint16_t)(i < 300 ? 1000 + i : 40000 + i),
                    160 * i + (i < 300 ? 0 : 99999999), PTIME_NS * i);
    StreamQuality quality = quality_of(source.stream);
    g_assert_cmpuint(report_of(source.stream).restarts, ==, 1);
    g_assert_cmpuint(quality.burst.packets, ==, 600);
    g_assert_cmpuint(quality.burst.bad, ==, 0);
    g_assert_cmpuint(quality.discards[JITTER_BUFFER_FIXED_50].late, ==, 0);
    stream_free(source.stream);
}

static void test_round_trip(void)
{
    RtpSource source = { .stream = test_stream() };

    for (unsigned i = 0; i < 500; i++)
        source_send_nth(&source, i);
    source.stream->rtcp.round_trip_ms = 60;
    g_assert_cmpint(quality_of(source.stream).network_ms.origin, ==, QUALITY_HALF);
    source.stream->rtcp.sender_round_trip_ms = 140;
    StreamQuality quality = quality_of(source.stream);
    g_assert_cmpint(quality.network_ms.origin, ==, QUALITY_MEASURED);
    assert_near(quality.network_ms.value, 100, 1e-9);
    assert_near(quality.delay_ms, 160, 1e-6);
    stream_free(source.stream);
}

static void test_unscored(void)
{
    RtpSource source = { .stream = test_stream(), .payload_type = 97 };

    g_assert_nonnull(quality_of(source.stream).unscored);
    for (unsigned i = 0; i < 500; i++)
        if (i != 100)
            source_send_nth(&source, i);
    StreamQuality quality = quality_of(source.stream);
    g_assert_cmpstr(quality.unscored, ==, "the codec is not known");
    g_assert_false(quality.timed);
    g_assert_cmpuint(quality.burst.bad, ==, 1);
    stream_free(source.stream);

    source = (RtpSource){ .stream = test_stream(), .payload_type = 31 };
    source_send_nth(&source, 0);
    g_assert_cmpstr(quality_of(source.stream).unscored, ==, "it is no speech");
    stream_free(source.stream);
}

/* A capture whose packets all bear the same time tells nothing of jitter. */
static void test_no_times(void)
{
    RtpSource source = { .stream = test_stream() };

    for (unsigned i = 0; i < 500; i++)
        source_send(&source, (uint16_t)i, 160 * i, 0);
    StreamQuality quality = quality_of(source.stream);
    g_assert_false(quality.timed);
    assert_near(quality.buffer_ms.value, 40, 1e-9);
    g_assert_cmpint(quality.buffer_ms.origin, ==, QUALITY_ASSUMED);
    stream_free(source.stream);
}

static void test_memory(void)
{
    size_t bins = TIMELINE_BINS * sizeof(TimelineBin);
    g_assert_cmpuint(bins, <=, 4096);
    g_assert_cmpuint(sizeof(QualityMeter) + sizeof(QualityPending) + bins, <=, 4608);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quality/clean", test_clean);
    g_test_add_func("/quality/random-loss", test_random_loss);
    g_test_add_func("/quality/discards", test_discards);
    g_test_add_func("/quality/worst-window", test_worst_window);
    g_test_add_func("/quality/disorder", test_disorder);
    g_test_add_func("/quality/events-are-not-late", test_events_are_not_late);
    g_test_add_func("/quality/restart", test_restart);
    g_test_add_func("/quality/round-trip", test_round_trip);
    g_test_add_func("/quality/unscored", test_unscored);
    g_test_add_func("/quality/no-times", test_no_times);
    g_test_add_func("/quality/memory", test_memory);
    return g_test_run();
}
