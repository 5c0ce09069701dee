#include "dissect/media/rtcp.h"

/* SR of 0x11111111 with one report about 0x22222222, then SDES with CNAME, then BYE. */
static const uint8_t compound[] = {
    0x81, 200,  0,    12,                          /* SR, one report, 13 words */
    0x11, 0x11, 0x11, 0x11,                        /* sender */
    0xe8, 0x00, 0x00, 0x01, 0x80, 0,    0,    0,   /* NTP */
    0,    0,    0x03, 0x20, 0,    0,    0,    5,   /* RTP ticks 800, 5 packets */
    0,    0,    0x03, 0x20,                        /* 800 octets */
    0x22, 0x22, 0x22, 0x22,                        /* about */
    0x40, 0xff, 0xff, 0xfe,                        /* a quarter lost, -2 in all */
    0,    1,    0,    7,    0,    0,    0,    9,   /* highest 65543, jitter 9 */
    0,    1,    0x80, 0,    0,    0,    0x80, 0,   /* LSR, DLSR half a second */
    0x81, 202,  0,    3,                           /* SDES, one chunk */
    0x11, 0x11, 0x11, 0x11, 1,    5,    'a',  '@', /* CNAME */
    'b',  '.',  'c',  0,                           /* end */
    0x81, 203,  0,    1,    0x11, 0x11, 0x11, 0x11,
};

static void test_compound(void)
{
    Slice rest = slice_of(compound, sizeof compound);
    RtcpPacket packet;
    RtcpReport report;

    g_assert_cmpint(rtcp_next(&rest, &packet), ==, DISSECT_OK);
    g_assert_cmpuint(packet.type, ==, RTCP_SR);
    g_assert_cmpuint(packet.ssrc, ==, 0x11111111);
    g_assert_true(packet.has_sender_info);
    g_assert_cmphex(packet.ntp, ==, 0xe800000180000000);
    g_assert_cmpuint(packet.rtp_ticks, ==, 800);
    g_assert_cmpuint(packet.packets, ==, 5);
    g_assert_cmpuint(packet.octets, ==, 800);
    g_assert_true(rtcp_next_report(&packet.reports, &report));
    g_assert_cmpuint(report.ssrc, ==, 0x22222222);
    g_assert_cmpuint(report.fraction_lost, ==, 64);
    g_assert_cmpint(report.cumulative_lost, ==, -2);
    g_assert_cmpuint(report.highest_seq, ==, 65543);
    g_assert_cmpuint(report.jitter_ticks, ==, 9);
    g_assert_cmphex(report.last_sr, ==, 0x00018000);
    g_assert_cmpuint(report.delay_since_last_sr, ==, 0x8000);
    g_assert_false(rtcp_next_report(&packet.reports, &report));

    g_assert_cmpint(rtcp_next(&rest, &packet), ==, DISSECT_OK);
    Slice cname = rtcp_sdes_cname(&packet);
    g_assert_true(slice_equal(cname, SLICE_LITERAL("a@b.c")));
    g_assert_cmpuint(packet.ssrc, ==, 0x11111111);

    g_assert_cmpint(rtcp_next(&rest, &packet), ==, DISSECT_OK);
    g_assert_cmpuint(packet.type, ==, RTCP_BYE);
    g_assert_cmpuint(packet.ssrc, ==, 0x11111111);
    g_assert_cmpint(rtcp_next(&rest, &packet), ==, DISSECT_NOT_MINE);
    g_assert_cmpuint(rest.len, ==, 0);
}

static void test_every_truncation(void)
{
    for (size_t len = 0; len < sizeof compound; len++) {
        g_autofree uint8_t *exact = g_memdup2(compound, len);
        Slice rest = slice_of(exact, len);
        RtcpPacket packet;
        RtcpReport report;
        DissectStatus status;

        while ((status = rtcp_next(&rest, &packet)) == DISSECT_OK) {
            rtcp_sdes_cname(&packet);
            while (rtcp_next_report(&packet.reports, &report))
                continue;
        }
        bool between = len == 52 || len == 68 || len == 0;
        g_assert_true(between == (rest.len == 0));
        g_assert_cmpint(status, ==, rest.len < 4 ? DISSECT_NOT_MINE : DISSECT_TRUNCATED);
    }
}

static void assert_status(const void *bytes, size_t len, DissectStatus expected)
{
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    Slice rest = slice_of(exact, len);
    RtcpPacket packet;
    g_assert_cmpint(rtcp_next(&rest, &packet), ==, expected);
    if (expected != DISSECT_OK)
        g_assert_cmpuint(rest.len, ==, len);
}

static void test_contradictions(void)
{
    static const uint8_t more_reports[] = { 0x82, 201, 0, 1, 0, 0, 0, 1 };
    static const uint8_t short_sr[] = { 0x80, 200, 0, 1, 0, 0, 0, 1 };
    static const uint8_t bad_padding[] = { 0xa0, 201, 0, 1, 0, 0, 0, 12 };
    static const uint8_t zero_padding[] = { 0xa0, 201, 0, 1, 0, 0, 0, 0 };
    static const uint8_t bye_of_none[] = { 0x80, 203, 0, 0 };
    static const uint8_t bye_without[] = { 0x81, 203, 0, 0 };
    static const uint8_t not_rtcp[] = { 0x80, 100, 0, 0 };
    static const uint8_t old_version[] = { 0x40, 200, 0, 0 };

    assert_status(more_reports, sizeof more_reports, DISSECT_MALFORMED);
    assert_status(short_sr, sizeof short_sr, DISSECT_MALFORMED);
    assert_status(bad_padding, sizeof bad_padding, DISSECT_MALFORMED);
    assert_status(zero_padding, sizeof zero_padding, DISSECT_MALFORMED);
    assert_status(bye_of_none, sizeof bye_of_none, DISSECT_OK);
    assert_status(bye_without, sizeof bye_without, DISSECT_MALFORMED);
    assert_status(not_rtcp, sizeof not_rtcp, DISSECT_NOT_MINE);
    assert_status(old_version, sizeof old_version, DISSECT_NOT_MINE);
}

static void test_cname_without_end(void)
{
    static const uint8_t sdes[] = { 0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, 'a', 'b' };
    Slice rest = slice_of(sdes, sizeof sdes);
    RtcpPacket packet;
    g_assert_cmpint(rtcp_next(&rest, &packet), ==, DISSECT_OK);
    g_assert_cmpuint(rtcp_sdes_cname(&packet).len, ==, 0);
}

static void test_most_lost(void)
{
    static const uint8_t block[24] = { 0, 0, 0, 1, 255, 0x80, 0, 0 };
    Slice reports = slice_of(block, sizeof block);
    RtcpReport report;
    g_assert_true(rtcp_next_report(&reports, &report));
    g_assert_cmpint(report.cumulative_lost, ==, -0x800000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtcp/compound", test_compound);
    g_test_add_func("/rtcp/every-truncation", test_every_truncation);
    g_test_add_func("/rtcp/contradictions", test_contradictions);
    g_test_add_func("/rtcp/cname-without-end", test_cname_without_end);
    g_test_add_func("/rtcp/most-lost", test_most_lost);
    return g_test_run();
}
