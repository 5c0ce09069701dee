#include "unit/media/tracker_fixture.h"
#include <math.h>

#define SSRC_A                     0xaaaaaaaau
#define SSRC_B                     0xbbbbbbbbu
#define NTP_MIDDLE                 0x00018000u
#define assert_close(ms, expected) g_assert_cmpfloat_with_epsilon((ms), (expected), 0.001)

/* A call between 10.0.0.1:5000 and 10.0.0.2:7000, RTCP one port up. */
typedef struct {
    Fixture base;
    Flow a_to_b, b_to_a, rtcp_a, rtcp_b;
} Call;

static void call_init(Call *call, uint32_t ssrc_a, uint32_t ssrc_b)
{
    fixture_init(&call->base);
    call->a_to_b = flow_between(at(1, 5000), at(2, 7000));
    call->b_to_a = flow_between(at(2, 7000), at(1, 5000));
    call->rtcp_a = flow_between(at(1, 5001), at(2, 7001));
    call->rtcp_b = flow_between(at(2, 7001), at(1, 5001));
    call->a_to_b.announced = call->b_to_a.announced = true;
    for (unsigned i = 0; i < 10; i++) {
        feed_rtp(&call->base, &call->a_to_b, ssrc_a, i);
        feed_rtp(&call->base, &call->b_to_a, ssrc_b, i);
    }
}

static bool send_sr(Call *call, Flow *flow, uint32_t ssrc)
{
    uint8_t bytes[28] = { 0x80, 200, 0, 6 };
    put_be32(bytes + 4, ssrc);
    put_be32(bytes + 8, NTP_MIDDLE >> 16);
    put_be32(bytes + 12, (NTP_MIDDLE & 0xffff) << 16);
    put_be32(bytes + 20, 10);
    put_be32(bytes + 24, 1600);
    return feed(&call->base, flow, bytes, sizeof bytes);
}

static bool send_rr(Call *call, Flow *flow, uint32_t sender, uint32_t about)
{
    uint8_t bytes[32] = { 0x81, 201, 0, 7 };
    put_be32(bytes + 4, sender);
    put_be32(bytes + 8, about);
    put_be32(bytes + 12, 0x40000003);
    put_be32(bytes + 24, NTP_MIDDLE);
    put_be32(bytes + 28, 65536 / 2); /* half a second */
    return feed(&call->base, flow, bytes, sizeof bytes);
}

static const StreamRtcp *rtcp_of(const Call *call, unsigned index)
{
    return &media_tracker_at(call->base.tracker, index)->rtcp;
}

static const StreamRtcpExtra *extra_of(Call *call, unsigned side)
{
    return stream_rtcp_extra(rtcp_of(call, side));
}

static void check_reports(Call *call, Flow *rtcp_a, Flow *rtcp_b, uint32_t a, uint32_t b)
{
    g_assert_true(send_sr(call, rtcp_a, a));
    call->base.now_ns += 530 * NS_PER_MS;
    g_assert_true(send_rr(call, rtcp_b, b, a));
    g_assert_cmpuint(call->base.rtcp, ==, 2);
    const StreamRtcp *sent = rtcp_of(call, 0);
    const StreamRtcp *other = rtcp_of(call, 1);
    g_assert_cmpuint(sent->sender_reports, ==, 1);
    g_assert_cmpuint(sent->sent_packets, ==, 10);
    g_assert_cmpuint(sent->sent_octets, ==, 1600);
    g_assert_cmpuint(sent->receiver_reports, ==, 1);
    g_assert_cmpint(sent->last_report.cumulative_lost, ==, 3);
    g_assert_cmpfloat_with_epsilon(sent->round_trip_ms, 30, 0.001);
    g_assert_cmpuint(other->sender_reports, ==, 0);
    g_assert_cmpuint(other->receiver_reports, ==, 0);
    g_assert_true(isnan(other->round_trip_ms));
    g_assert_cmpfloat_with_epsilon(other->sender_round_trip_ms, 30, 0.001);
    g_assert_true(isnan(sent->sender_round_trip_ms));
    fixture_clear(&call->base);
}

static void test_next_port(void)
{
    Call call;
    call_init(&call, SSRC_A, SSRC_B);
    check_reports(&call, &call.rtcp_a, &call.rtcp_b, SSRC_A, SSRC_B);
}

static void test_multiplexed(void)
{
    Call call;
    call_init(&call, SSRC_A, SSRC_B);
    check_reports(&call, &call.a_to_b, &call.b_to_a, SSRC_A, SSRC_B);
}

/* a=rtcp:9999 at both ends: only the addresses are known. */
static void test_other_ports(void)
{
    Call call;
    call_init(&call, SSRC_A, SSRC_B);
    Flow a = flow_between(at(1, 9999), at(2, 9999));
    Flow b = flow_between(at(2, 9999), at(1, 9999));
    check_reports(&call, &a, &b, SSRC_A, SSRC_B);
}

/* SIPp uses one SSRC for all. */
static void test_same_ssrc_both_ways(void)
{
    Call call;
    call_init(&call, SSRC_A, SSRC_A);
    check_reports(&call, &call.rtcp_a, &call.rtcp_b, SSRC_A, SSRC_A);
}

static void test_round_trip_needs_its_sr(void)
{
    Call call;
    call_init(&call, SSRC_A, SSRC_B);
    send_rr(&call, &call.rtcp_b, SSRC_B, SSRC_A);
    g_assert_true(isnan(rtcp_of(&call, 0)->round_trip_ms));
    send_sr(&call, &call.rtcp_a, SSRC_A);
    call.base.now_ns += 100 * NS_PER_MS; /* less than the receiver says it waited */
    send_rr(&call, &call.rtcp_b, SSRC_B, SSRC_A);
    g_assert_true(isnan(rtcp_of(&call, 0)->round_trip_ms));
    g_assert_cmpuint(rtcp_of(&call, 0)->receiver_reports, ==, 2);
    fixture_clear(&call.base);
}

static void test_cname_and_bye(void)
{
    static const uint8_t tail[] = { 0x80, 201,  0,    1,    0xaa, 0xaa, 0xaa, 0xaa, 0x81, 202, 0,
                                    3,    0xaa, 0xaa, 0xaa, 0xaa, 1,    5,    'a',  '@',  'b', '.',
                                    'c',  0,    0x81, 203,  0,    1,    0xaa, 0xaa, 0xaa, 0xaa };
    Call call;
    call_init(&call, SSRC_A, SSRC_B);
    g_assert_true(feed(&call.base, &call.rtcp_a, tail, sizeof tail));
    g_assert_cmpstr(rtcp_of(&call, 0)->cname, ==, "a@b.c");
    g_assert_true(rtcp_of(&call, 0)->bye);
    g_assert_false(rtcp_of(&call, 1)->bye);
    fixture_clear(&call.base);
}

/* SRTCP: header and SSRC are clear, then encrypted bytes, index and tag. */
static void test_encrypted(void)
{
    uint8_t bytes[42] = { 0x80, 200, 0, 6 };
    Call call;
    call_init(&call, SSRC_A, SSRC_B);
    memset(bytes + 4, 0x5a, sizeof bytes - 4);
    put_be32(bytes + 4, SSRC_A);
    g_assert_true(feed(&call.base, &call.rtcp_a, bytes, sizeof bytes));
    g_assert_cmpuint(call.base.rtcp, ==, 0);
    g_assert_cmpuint(rtcp_of(&call, 0)->encrypted, ==, 1);
    g_assert_cmpuint(rtcp_of(&call, 0)->sender_reports, ==, 0);
    g_assert_cmpuint(media_tracker_statistics(call.base.tracker).encrypted_rtcp, ==, 1);
    fixture_clear(&call.base);
}

static void test_not_rtcp(void)
{
    static const uint8_t wrong_length[32] = { 0x80, 201, 0, 9 };
    static const uint8_t unknown_type[8] = { 0x80, 210, 0, 1 };
    Call call;
    call_init(&call, SSRC_A, SSRC_B);
    Flow flow = flow_between(at(9, 1), at(8, 1));
    g_assert_false(feed(&call.base, &flow, wrong_length, sizeof wrong_length));
    g_assert_false(feed(&call.base, &flow, unknown_type, sizeof unknown_type));
    g_assert_cmpint(flow.kind, ==, FLOW_NEW);
    g_assert_cmpuint(call.base.rtcp, ==, 0);
    fixture_clear(&call.base);
}

static void test_rtcp_before_rtp(void)
{
    Call call;
    call_init(&call, SSRC_A, SSRC_B);
    Flow flow = flow_between(at(3, 5000), at(4, 5000));
    send_sr(&call, &flow, 7);
    g_assert_cmpint(flow.kind, ==, FLOW_RTCP);
    for (unsigned i = 0; i < 4; i++)
        feed_rtp(&call.base, &flow, 7, i);
    g_assert_cmpint(flow.kind, ==, FLOW_MEDIA);
    g_assert_cmpuint(media_tracker_count(call.base.tracker), ==, 3);
    fixture_clear(&call.base);
}

/* RFC 3611 4.7: the receiver tells how it heard the stream. */
static void test_voip_metrics(void)
{
    Call call;
    uint8_t bytes[44] = { 0x80, 207, 0, 10, [8] = 7, [11] = 8, [16] = 3, [34] = 41, [35] = 40 };

    call_init(&call, SSRC_A, SSRC_B);
    put_be32(bytes + 4, SSRC_B);
    put_be32(bytes + 12, SSRC_A);
    g_assert_true(feed(&call.base, &call.rtcp_b, bytes, sizeof bytes));
    const StreamRtcpExtra *sent = extra_of(&call, 0);
    g_assert_cmpuint(sent->voip_reports, ==, 1);
    g_assert_cmpuint(sent->last_voip.loss_rate, ==, 3);
    g_assert_cmpuint(sent->last_voip.mos_lq_10, ==, 41);
    g_assert_cmpuint(sent->last_voip.mos_cq_10, ==, 40);
    g_assert_cmpuint(extra_of(&call, 1)->voip_reports, ==, 0);
    fixture_clear(&call.base);
}

/* RFC 3611 4.4 and 4.5: A asks with its clock, B answers half a second and 30 ms later. */
static void test_round_trip_by_extended_report(void)
{
    uint8_t question[20] = { 0x80, 207, 0, 4, 0, 0, 0, 0, 4, 0, 0, 2 };
    uint8_t answer[24] = { 0x80, 207, 0, 5, 0, 0, 0, 0, 5, 0, 0, 3 };
    Call call;

    call_init(&call, SSRC_A, SSRC_B);
    put_be32(question + 4, SSRC_A);
    put_be32(question + 12, NTP_MIDDLE >> 16);
    put_be32(question + 16, (NTP_MIDDLE & 0xffff) << 16);
    g_assert_true(feed(&call.base, &call.rtcp_a, question, sizeof question));
    call.base.now_ns += 530 * NS_PER_MS;
    put_be32(answer + 4, SSRC_B);
    put_be32(answer + 12, SSRC_A);
    put_be32(answer + 16, NTP_MIDDLE);
    put_be32(answer + 20, 65536 / 2);
    g_assert_true(feed(&call.base, &call.rtcp_b, answer, sizeof answer));
    assert_close(rtcp_of(&call, 0)->round_trip_ms, 30);
    assert_close(rtcp_of(&call, 1)->sender_round_trip_ms, 30);
    g_assert_cmphex(extra_of(&call, 0)->xr_types, ==, 1 << RTCP_XR_REFERENCE_TIME);
    g_assert_cmphex(extra_of(&call, 1)->xr_types, ==, 1 << RTCP_XR_DLRR);
    fixture_clear(&call.base);
}

/* RFC 5506: feedback alone, without a report before it. */
static void test_feedback_of_reduced_size(void)
{
    uint8_t nack[16] = { 0x81, 205, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 3 };
    uint8_t fir[20] = { 0x84, 206, 0, 4 };
    Call call;

    call_init(&call, SSRC_A, SSRC_B);
    put_be32(nack + 4, SSRC_B);
    put_be32(nack + 8, SSRC_A);
    g_assert_true(feed(&call.base, &call.rtcp_b, nack, sizeof nack));
    put_be32(fir + 4, SSRC_B);
    put_be32(fir + 12, SSRC_A);
    g_assert_true(feed(&call.base, &call.rtcp_b, fir, sizeof fir));
    g_assert_cmpuint(extra_of(&call, 0)->feedback[FEEDBACK_NACK], ==, 1);
    g_assert_cmpuint(extra_of(&call, 0)->nack_packets, ==, 3);
    g_assert_cmpuint(extra_of(&call, 0)->feedback[FEEDBACK_FIR], ==, 1);
    g_assert_cmpuint(extra_of(&call, 1)->feedback[FEEDBACK_NACK], ==, 0);
    fixture_clear(&call.base);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtcp-attach/next-port", test_next_port);
    g_test_add_func("/rtcp-attach/multiplexed", test_multiplexed);
    g_test_add_func("/rtcp-attach/other-ports", test_other_ports);
    g_test_add_func("/rtcp-attach/same-ssrc-both-ways", test_same_ssrc_both_ways);
    g_test_add_func("/rtcp-attach/round-trip-needs-its-sr", test_round_trip_needs_its_sr);
    g_test_add_func("/rtcp-attach/cname-and-bye", test_cname_and_bye);
    g_test_add_func("/rtcp-attach/encrypted", test_encrypted);
    g_test_add_func("/rtcp-attach/not-rtcp", test_not_rtcp);
    g_test_add_func("/rtcp-attach/rtcp-before-rtp", test_rtcp_before_rtp);
    g_test_add_func("/rtcp-attach/voip-metrics", test_voip_metrics);
    g_test_add_func("/rtcp-attach/round-trip-by-extended-report",
                    test_round_trip_by_extended_report);
    g_test_add_func("/rtcp-attach/feedback-of-reduced-size", test_feedback_of_reduced_size);
    return g_test_run();
}
