#include "dissect/media/rtcp_feedback.h"
#include <glib.h>

static DissectStatus parse(const uint8_t *bytes, size_t len, RtcpFeedback *out)
{
    Slice rest = slice_of(bytes, len);
    RtcpPacket packet;

    g_assert_cmpint(rtcp_next(&rest, &packet), ==, DISSECT_OK);
    g_assert_cmphex(packet.ssrc, ==, 0x01010101);
    return rtcp_feedback_parse(&packet, out);
}

static void test_nack(void)
{
    /* RFC 4585 6.2.1: packet 100 and three of the sixteen behind it; then packet 200 alone */
    static const uint8_t bytes[] = { 0x81, 205, 0, 4,   1, 1,    1, 1,   2, 2,
                                     2,    2,   0, 100, 0, 0x13, 0, 200, 0, 0 };
    RtcpFeedback feedback;
    uint32_t ssrc;

    g_assert_cmpint(parse(bytes, sizeof bytes, &feedback), ==, DISSECT_OK);
    g_assert_cmpint(feedback.kind, ==, FEEDBACK_NACK);
    g_assert_cmphex(feedback.media_ssrc, ==, 0x02020202);
    g_assert_cmpuint(feedback.lost_packets, ==, 5);
    g_assert_false(feedback_next_target(&feedback, &ssrc));
}

static void test_picture_loss(void)
{
    static const uint8_t bytes[] = { 0x81, 206, 0, 2, 1, 1, 1, 1, 2, 2, 2, 2 };
    RtcpFeedback feedback;

    g_assert_cmpint(parse(bytes, sizeof bytes, &feedback), ==, DISSECT_OK);
    g_assert_cmpint(feedback.kind, ==, FEEDBACK_PLI);
    g_assert_cmpstr(feedback_kind_name(feedback.kind), ==, "pli");
}

static void test_full_intra_requests(void)
{
    static const uint8_t bytes[] = { 0x84, 206, 0, 6, 1, 1, 1, 1, 0, 0, 0, 0, 3, 3,
                                     3,    3,   9, 0, 0, 0, 4, 4, 4, 4, 1, 0, 0, 0 };
    RtcpFeedback feedback;
    uint32_t ssrc;

    g_assert_cmpint(parse(bytes, sizeof bytes, &feedback), ==, DISSECT_OK);
    g_assert_cmpint(feedback.kind, ==, FEEDBACK_FIR);
    g_assert_true(feedback_next_target(&feedback, &ssrc));
    g_assert_cmphex(ssrc, ==, 0x03030303);
    g_assert_true(feedback_next_target(&feedback, &ssrc));
    g_assert_cmphex(ssrc, ==, 0x04040404);
    g_assert_false(feedback_next_target(&feedback, &ssrc));
}

/* exponent 3, mantissa 0x2ffff: 196607 * 8 bit/s */
static const uint8_t remb[] = { 0x8f, 206, 0,   5,   1, 1,    1,    1,    0, 0, 0, 0,
                                'R',  'E', 'M', 'B', 1, 0x0e, 0xff, 0xff, 5, 5, 5, 5 };

static void test_estimated_bit_rate(void)
{
    RtcpFeedback feedback;
    uint32_t ssrc;

    g_assert_cmpint(parse(remb, sizeof remb, &feedback), ==, DISSECT_OK);
    g_assert_cmpint(feedback.kind, ==, FEEDBACK_REMB);
    g_assert_cmpuint(feedback.bit_rate_bps, ==, 196607 * 8);
    g_assert_true(feedback_next_target(&feedback, &ssrc));
    g_assert_cmphex(ssrc, ==, 0x05050505);
    g_assert_false(feedback_next_target(&feedback, &ssrc));
}

static void test_application_feedback(void)
{
    static const uint8_t bytes[] = { 0x8f, 206, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2, 'O', 'W', 'N', '!' };
    RtcpFeedback feedback;

    g_assert_cmpint(parse(bytes, sizeof bytes, &feedback), ==, DISSECT_OK);
    g_assert_cmpint(feedback.kind, ==, FEEDBACK_UNKNOWN);
    g_assert_cmphex(feedback.media_ssrc, ==, 0x02020202);
    g_assert_cmpuint(feedback.targets.len, ==, 0);
}

static void test_not_mine(void)
{
    static const uint8_t bytes[] = { 0x80, 201, 0, 1, 1, 1, 1, 1 };
    RtcpFeedback feedback;

    g_assert_cmpint(parse(bytes, sizeof bytes, &feedback), ==, DISSECT_NOT_MINE);
}

/* The packet says it is as short as it was cut. */
static void test_every_truncation(void)
{
    for (size_t len = 8; len < sizeof remb; len += 4) {
        g_autofree uint8_t *exact = g_memdup2(remb, len);
        RtcpFeedback feedback;
        exact[3] = (uint8_t)(len / 4 - 1);
        DissectStatus status = parse(exact, len, &feedback);
        /* without its mark it is an application's own */
        g_assert_cmpint(status, ==, len == 12 ? DISSECT_OK : DISSECT_TRUNCATED);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtcp-feedback/nack", test_nack);
    g_test_add_func("/rtcp-feedback/picture-loss", test_picture_loss);
    g_test_add_func("/rtcp-feedback/full-intra", test_full_intra_requests);
    g_test_add_func("/rtcp-feedback/estimated-bit-rate", test_estimated_bit_rate);
    g_test_add_func("/rtcp-feedback/application", test_application_feedback);
    g_test_add_func("/rtcp-feedback/not-mine", test_not_mine);
    g_test_add_func("/rtcp-feedback/every-truncation", test_every_truncation);
    return g_test_run();
}
