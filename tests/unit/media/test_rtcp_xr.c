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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtcp-xr/every-field", test_every_field);
    g_test_add_func("/rtcp-xr/other-blocks-before", test_other_blocks_before);
    g_test_add_func("/rtcp-xr/every-truncation", test_every_truncation);
    g_test_add_func("/rtcp-xr/wrong-length", test_wrong_length);
    return g_test_run();
}
