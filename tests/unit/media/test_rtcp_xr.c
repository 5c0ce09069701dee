#include "dissect/media/rtcp_xr.h"
#include <glib.h>

static const uint8_t voip[] = {
    7,    0,    0,    8,                         /* type, length */
    0xca, 0xfe, 0xba, 0xbe,                      /* SSRC */
    5,    6,    85,   9,                         /* rates, densities */
    0,    120,  0x02, 0x08, 0,  80,  0,    45,   /* burst, gap, round trip, end system */
    0xee, 0xba, 127,  16,   92, 127, 43,   42,   /* -18 dBm0, -70, RERL, Gmin, R, MOS */
    0xf5, 0,    0,    40,   0,  60,  0x01, 0x2c, /* PLC 3, adaptive, rate 5, 40/60/300 ms */
};

static void test_every_field(void)
{
    Slice blocks = slice_of(voip, sizeof voip);
    RtcpXrBlock block;
    RtcpXrVoipMetrics m;

    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_OK);
    g_assert_cmpint(rtcp_xr_voip_metrics(&block, &m), ==, DISSECT_OK);
    g_assert_cmphex(m.ssrc, ==, 0xcafebabe);
    g_assert_true(m.loss_rate == 5 && m.discard_rate == 6);
    g_assert_true(m.burst_density == 85 && m.gap_density == 9);
    g_assert_true(m.burst_ms == 120 && m.gap_ms == 520);
    g_assert_true(m.round_trip_ms == 80 && m.end_system_ms == 45);
    g_assert_true(m.signal_dbm0 == -18 && m.noise_dbm0 == -70);
    g_assert_true(m.rerl_db == RTCP_XR_UNAVAILABLE && m.gmin == 16);
    g_assert_true(m.r_factor == 92 && m.external_r_factor == RTCP_XR_UNAVAILABLE);
    g_assert_true(m.mos_lq_10 == 43 && m.mos_cq_10 == 42); /* LQ stands before CQ */
    g_assert_true(m.concealment == XR_PLC_STANDARD && m.adaptation == XR_JBA_ADAPTIVE);
    g_assert_true(m.adjustment_rate == 5);
    g_assert_true(m.buffer_nominal_ms == 40 && m.buffer_maximum_ms == 60);
    g_assert_cmpuint(m.buffer_limit_ms, ==, 300);
    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_NOT_MINE);
}

static void test_other_blocks_before(void)
{
    static const uint8_t reference_time[] = { 4, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8 };
    uint8_t bytes[sizeof reference_time + sizeof voip] = { 0 };
    Slice blocks = slice_of(bytes, sizeof bytes);
    RtcpXrBlock block;
    RtcpXrVoipMetrics m;

    memcpy(bytes, reference_time, sizeof reference_time);
    memcpy(bytes + sizeof reference_time, voip, sizeof voip);
    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_OK);
    g_assert_cmpuint(block.type, ==, RTCP_XR_REFERENCE_TIME);
    g_assert_cmpint(rtcp_xr_voip_metrics(&block, &m), ==, DISSECT_NOT_MINE);
    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_OK);
    g_assert_cmpint(rtcp_xr_voip_metrics(&block, &m), ==, DISSECT_OK);
}

static void test_every_truncation(void)
{
    for (size_t len = 0; len < sizeof voip; len++) {
        g_autofree uint8_t *exact = g_memdup2(voip, len);
        Slice blocks = slice_of(exact, len);
        RtcpXrBlock block;
        g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==,
                        len ? DISSECT_TRUNCATED : DISSECT_NOT_MINE);
        g_assert_cmpuint(blocks.len, ==, len);
    }
}

static void test_wrong_length(void)
{
    static const uint8_t bytes[] = { 7, 0, 0, 1, 1, 2, 3, 4 };
    Slice blocks = slice_of(bytes, sizeof bytes);
    RtcpXrBlock block;
    RtcpXrVoipMetrics m;

    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_OK);
    g_assert_cmpint(rtcp_xr_voip_metrics(&block, &m), ==, DISSECT_MALFORMED);
}

static const uint8_t statistics[] = {
    6, 0xe8, 0, 9,    1,  2,  3,  4,  /* loss, duplicates, jitter, TTL; length 9; SSRC */
    0, 100,  1, 0x2c, 0,  0,  0,  7,  /* packets 100 to 299; 7 lost */
    0, 0,    0, 2,    0,  0,  0,  1,  /* 2 duplicates; jitter 1, */
    0, 0,    0, 90,   0,  0,  0,  30, /* 90, 30, */
    0, 0,    0, 11,   60, 64, 63, 1,  /* 11 ticks; TTL 60 to 64 */
};

static void test_statistics(void)
{
    Slice blocks = slice_of(statistics, sizeof statistics);
    RtcpXrBlock block;
    RtcpXrStatistics s;
    uint32_t ssrc;

    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_OK);
    g_assert_cmpint(rtcp_xr_statistics(&block, &s), ==, DISSECT_OK);
    g_assert_true(rtcp_xr_ssrc(&block, &ssrc));
    g_assert_cmphex(ssrc, ==, 0x01020304);
    g_assert_cmphex(s.ssrc, ==, 0x01020304);
    g_assert_true(s.begin_seq == 100 && s.end_seq == 300);
    g_assert_true(s.has_loss && s.has_duplicates && s.has_jitter && s.has_ttl);
    g_assert_true(s.lost == 7 && s.duplicates == 2);
    g_assert_true(s.jitter_min_ticks == 1 && s.jitter_max_ticks == 90);
    g_assert_true(s.jitter_mean_ticks == 30 && s.jitter_deviation_ticks == 11);
    g_assert_true(s.ttl_min == 60 && s.ttl_max == 64 && s.ttl_mean == 63);
    block.body.len--;
    g_assert_cmpint(rtcp_xr_statistics(&block, &s), ==, DISSECT_MALFORMED);
}

static RtcpXrRuns runs_of(const uint8_t *bytes, size_t len)
{
    Slice blocks = slice_of(bytes, len);
    RtcpXrBlock block;
    RtcpXrRuns runs;

    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_OK);
    g_assert_cmpint(rtcp_xr_runs(&block, &runs), ==, DISSECT_OK);
    return runs;
}

/* 4.1.1 and 4.1.2: ten ones, a vector 111 1111 0111 1110, five zeros, the end. */
static void test_runs(void)
{
    static const uint8_t loss[] = { 1, 0,  0,    4,  9,    9,    9,    9, 0, 10,
                                    0, 40, 0x40, 10, 0xff, 0x7e, 0x00, 5, 0, 0 };
    RtcpXrRuns runs = runs_of(loss, sizeof loss);

    g_assert_true(runs.begin_seq == 10 && runs.end_seq == 40);
    g_assert_cmpuint(runs.packets, ==, 30);
    g_assert_cmpuint(runs.zeros, ==, 2 + 5);
}

/* A run that says more than the block's range, and every 2nd packet only (T = 1). */
static void test_runs_stay_in_range(void)
{
    static const uint8_t duplicates[] = { 2, 1, 0, 3, 9, 9, 9, 9, 0, 0, 0, 20, 0x3f, 0xff, 0, 0 };
    RtcpXrRuns runs = runs_of(duplicates, sizeof duplicates);

    g_assert_cmpuint(runs.packets, ==, 10);
    g_assert_cmpuint(runs.zeros, ==, 10);
}

static void test_times(void)
{
    static const uint8_t reference[] = { 4, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8 };
    static const uint8_t answers[] = { 5,    0, 0, 6, 1, 1, 1, 1, 3, 4, 5, 6, 0, 0,
                                       0x80, 0, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0 };
    Slice blocks = slice_of(reference, sizeof reference);
    RtcpXrBlock block;
    RtcpXrDelay delay;
    uint64_t ntp;
    uint32_t ssrc;

    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_OK);
    g_assert_cmpint(rtcp_xr_reference_time(&block, &ntp), ==, DISSECT_OK);
    g_assert_cmphex(ntp, ==, 0x0102030405060708);
    g_assert_false(rtcp_xr_ssrc(&block, &ssrc));
    blocks = slice_of(answers, sizeof answers);
    g_assert_cmpint(rtcp_xr_next(&blocks, &block), ==, DISSECT_OK);
    Slice entries = block.body;
    g_assert_true(rtcp_xr_next_delay(&entries, &delay));
    g_assert_cmphex(delay.ssrc, ==, 0x01010101);
    g_assert_cmphex(delay.last_rr, ==, 0x03040506);
    g_assert_cmpuint(delay.delay_since_last_rr, ==, 32768);
    g_assert_true(rtcp_xr_next_delay(&entries, &delay));
    g_assert_cmphex(delay.ssrc, ==, 0x02020202);
    g_assert_false(rtcp_xr_next_delay(&entries, &delay));
}

static void test_names(void)
{
    g_assert_cmpstr(rtcp_xr_name(RTCP_XR_VOIP_METRICS), ==, "voip-metrics");
    g_assert_cmpstr(rtcp_xr_name(23), ==, "de-jitter-buffer");
    g_assert_null(rtcp_xr_name(0));
    g_assert_null(rtcp_xr_name(255));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtcp-xr/every-field", test_every_field);
    g_test_add_func("/rtcp-xr/other-blocks-before", test_other_blocks_before);
    g_test_add_func("/rtcp-xr/every-truncation", test_every_truncation);
    g_test_add_func("/rtcp-xr/wrong-length", test_wrong_length);
    g_test_add_func("/rtcp-xr/statistics", test_statistics);
    g_test_add_func("/rtcp-xr/runs", test_runs);
    g_test_add_func("/rtcp-xr/runs-stay-in-range", test_runs_stay_in_range);
    g_test_add_func("/rtcp-xr/times", test_times);
    g_test_add_func("/rtcp-xr/names", test_names);
    return g_test_run();
}
