#include "dissect/media/rtp.h"

/* Version 2, marker, type 8, sequence 0x1234, timestamp 0x01020304, SSRC 0xcafebabe, 4 bytes. */
static const uint8_t plain[] = { 0x80, 0x88, 0x12, 0x34, 1,   2,   3,   4,
                                 0xca, 0xfe, 0xba, 0xbe, 'a', 'b', 'c', 'd' };

/* Padding 2, extension 0xbede with one word, one CSRC. */
static const uint8_t full[] = { 0xb1, 0x00, 0x00, 0x01, 0,   0,   0,    2,    0,    0,
                                0,    3,    0,    0,    0,   9,   0xbe, 0xde, 0x00, 0x01,
                                0x10, 1,    0x00, 0x00, 'x', 'y', 'z',  0,    2 };

static DissectStatus parse(const void *bytes, size_t len, size_t on_wire, RtpPacket *out)
{
    return rtp_parse(slice_of(bytes, len), on_wire, out);
}

static void test_plain(void)
{
    RtpPacket rtp;
    g_assert_cmpint(parse(plain, sizeof plain, sizeof plain, &rtp), ==, DISSECT_OK);
    g_assert_cmpuint(rtp.seq, ==, 0x1234);
    g_assert_cmpuint(rtp.ts_ticks, ==, 0x01020304);
    g_assert_cmpuint(rtp.ssrc, ==, 0xcafebabe);
    g_assert_cmpuint(rtp.payload_type, ==, 8);
    g_assert_true(rtp.marker);
    g_assert_true(slice_equal(rtp.payload, SLICE_LITERAL("abcd")));
    g_assert_cmpuint(rtp.payload_bytes, ==, 4);
    g_assert_cmpuint(rtp.extension.len, ==, 0);
    g_assert_cmpuint(rtp.csrcs.len, ==, 0);
}

static void test_everything(void)
{
    RtpPacket rtp;
    g_assert_cmpint(parse(full, sizeof full, sizeof full, &rtp), ==, DISSECT_OK);
    g_assert_cmpuint(rtp.extension_profile, ==, 0xbede);
    g_assert_cmpuint(rtp.extension.len, ==, 8);
    g_assert_cmpuint(rtp.extension.data[0], ==, 0xbe);
    g_assert_true(slice_equal(rtp.csrcs, SLICE_LITERAL("\0\0\0\x9")));
    g_assert_true(slice_equal(rtp.payload, SLICE_LITERAL("xyz")));
    g_assert_cmpuint(rtp.payload_bytes, ==, 3);
}

static void test_other_versions(void)
{
    uint8_t bytes[sizeof plain];
    RtpPacket rtp;
    for (unsigned version = 0; version < 4; version++) {
        memcpy(bytes, plain, sizeof plain);
        bytes[0] = (uint8_t)(version << 6);
        g_assert_cmpint(parse(bytes, sizeof bytes, sizeof bytes, &rtp), ==,
                        version == 2 ? DISSECT_OK : DISSECT_NOT_MINE);
    }
    g_assert_cmpint(parse(plain, 0, 0, &rtp), ==, DISSECT_NOT_MINE);
}

static void test_impossible_padding(void)
{
    static const uint8_t counts[] = { 0, 6, 255 };
    for (size_t i = 0; i < sizeof counts; i++) {
        uint8_t bytes[sizeof full];
        RtpPacket rtp;
        memcpy(bytes, full, sizeof full);
        bytes[sizeof full - 1] = counts[i];
        g_assert_cmpint(parse(bytes, sizeof bytes, sizeof bytes, &rtp), ==, DISSECT_MALFORMED);
        g_assert_cmpuint(rtp.seq, ==, 1);
        g_assert_cmpuint(rtp.payload_bytes, ==, 5);
    }
}

static void test_only_padding(void)
{
    uint8_t bytes[16] = { 0xa0 };
    RtpPacket rtp;
    bytes[15] = 4;
    g_assert_cmpint(parse(bytes, sizeof bytes, sizeof bytes, &rtp), ==, DISSECT_OK);
    g_assert_cmpuint(rtp.payload.len, ==, 0);
}

static void test_extension_beyond_end(void)
{
    uint8_t bytes[sizeof full];
    RtpPacket rtp;
    memcpy(bytes, full, sizeof full);
    bytes[18] = 0xff;
    g_assert_cmpint(parse(bytes, sizeof bytes, sizeof bytes, &rtp), ==, DISSECT_TRUNCATED);
}

static void test_every_truncation(void)
{
    for (size_t len = 1; len < sizeof full; len++) {
        g_autofree uint8_t *exact = g_memdup2(full, len);
        /* Without its end the padding count is another byte: 'z', 'y', 'x' or none at all. */
        DissectStatus whole = len < 24 ? DISSECT_TRUNCATED : DISSECT_MALFORMED;
        RtpPacket rtp;
        g_assert_cmpint(parse(exact, len, len, &rtp), ==, whole);
        /* The same bytes of a packet that the snap length cut are good behind 12 bytes. */
        g_assert_cmpint(parse(exact, len, sizeof full, &rtp), ==,
                        len < 12 ? DISSECT_TRUNCATED : DISSECT_OK);
        if (len >= 12)
            g_assert_cmpuint(rtp.csrcs.len, ==, len < 16 ? 0 : 4);
    }
}

static void test_cut_packet_keeps_its_length(void)
{
    RtpPacket rtp;
    g_assert_cmpint(parse(plain, 12, 172, &rtp), ==, DISSECT_OK);
    g_assert_cmpuint(rtp.payload.len, ==, 0);
    g_assert_cmpuint(rtp.payload_bytes, ==, 160);
    g_assert_cmpint(parse(full, 18, sizeof full, &rtp), ==, DISSECT_OK);
    g_assert_cmpuint(rtp.payload_bytes, ==, 0);
    g_assert_cmpuint(rtp.extension.len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/plain", test_plain);
    g_test_add_func("/rtp/everything", test_everything);
    g_test_add_func("/rtp/other-versions", test_other_versions);
    g_test_add_func("/rtp/impossible-padding", test_impossible_padding);
    g_test_add_func("/rtp/only-padding", test_only_padding);
    g_test_add_func("/rtp/extension-beyond-end", test_extension_beyond_end);
    g_test_add_func("/rtp/every-truncation", test_every_truncation);
    g_test_add_func("/rtp/cut-packet-keeps-its-length", test_cut_packet_keeps_its_length);
    return g_test_run();
}
