#include "dissect/media/demux.h"

static void assert_kind(const void *bytes, size_t len, size_t on_wire, DatagramKind expected)
{
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    g_assert_cmpint(demux_classify(slice_of(exact, len), on_wire), ==, expected);
}

static void test_kinds(void)
{
    static const uint8_t stun[20] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42 };
    static const uint8_t old_stun[28] = { 0, 1, 0, 8 };
    static const uint8_t zrtp[12] = { 0x10, 0, 0, 1, 'Z', 'R', 'T', 'P' };
    static const uint8_t dtls[14] = { 22, 0xfe, 0xfd };
    static const uint8_t turn[12] = { 0x40, 0, 0, 6 };
    static const uint8_t rtp[12] = { 0x80, 0 };
    static const uint8_t marked[12] = { 0x80, 0xe0 };
    static const uint8_t rtcp[12] = { 0x80, 200 };
    static const uint8_t text[] = "INVITE sip:";
    static const uint8_t crlf[] = { 13, 10, 13, 10 };

    assert_kind(stun, sizeof stun, sizeof stun, DATAGRAM_COMPANION);
    assert_kind(old_stun, sizeof old_stun, sizeof old_stun, DATAGRAM_COMPANION);
    assert_kind(old_stun, 24, 24, DATAGRAM_OTHER);
    assert_kind(zrtp, sizeof zrtp, sizeof zrtp, DATAGRAM_COMPANION);
    assert_kind(dtls, sizeof dtls, sizeof dtls, DATAGRAM_COMPANION);
    assert_kind(turn, sizeof turn, sizeof turn, DATAGRAM_COMPANION);
    assert_kind(turn, sizeof turn, 400, DATAGRAM_OTHER);
    assert_kind(crlf, sizeof crlf, sizeof crlf, DATAGRAM_COMPANION);
    assert_kind("", 0, 0, DATAGRAM_COMPANION);
    assert_kind(crlf, sizeof crlf, 400, DATAGRAM_OTHER); /* cut: it is not known */
    assert_kind(rtp, sizeof rtp, sizeof rtp, DATAGRAM_RTP);
    assert_kind(marked, sizeof marked, sizeof marked, DATAGRAM_RTP);
    assert_kind(rtcp, sizeof rtcp, sizeof rtcp, DATAGRAM_RTCP);
    assert_kind(text, sizeof text, sizeof text, DATAGRAM_OTHER);
}

static void test_key_agreements(void)
{
    static const uint8_t zrtp[12] = { 0x10, 0, 0, 1, 'Z', 'R', 'T', 'P' };
    static const uint8_t dtls[14] = { 22, 0xfe, 0xfd };
    static const uint8_t stun[20] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42 };

    g_assert_cmpint(demux_key_agreement(slice_of(zrtp, sizeof zrtp)), ==, STREAM_SECURITY_ZRTP);
    g_assert_cmpint(demux_key_agreement(slice_of(dtls, sizeof dtls)), ==, STREAM_SECURITY_DTLS);
    g_assert_cmpint(demux_key_agreement(slice_of(stun, sizeof stun)), ==, STREAM_SECURITY_NONE);
    for (size_t len = 0; len < sizeof zrtp; len++) {
        g_autofree uint8_t *exact = g_memdup2(zrtp, len);
        StreamSecurity want = len < 8 ? STREAM_SECURITY_NONE : STREAM_SECURITY_ZRTP;
        g_assert_cmpint(demux_key_agreement(slice_of(exact, len)), ==, want);
    }
}

/* RFC 5761 section 4. */
static void test_rtcp_range(void)
{
    for (unsigned second = 0; second < 256; second++) {
        uint8_t bytes[12] = { 0x80, (uint8_t)second };
        assert_kind(bytes, sizeof bytes, sizeof bytes,
                    second >= 192 && second <= 223 ? DATAGRAM_RTCP : DATAGRAM_RTP);
    }
}

static void test_every_first_byte_short(void)
{
    for (unsigned first = 0; first < 256; first++)
        for (size_t len = 1; len < 12; len++) {
            uint8_t bytes[12] = { (uint8_t)first };
            g_autofree uint8_t *exact = g_memdup2(bytes, len);
            demux_classify(slice_of(exact, len), len);
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/demux/kinds", test_kinds);
    g_test_add_func("/demux/key-agreements", test_key_agreements);
    g_test_add_func("/demux/rtcp-range", test_rtcp_range);
    g_test_add_func("/demux/every-first-byte-short", test_every_first_byte_short);
    return g_test_run();
}
