#include "dissect/media/codec/mpa_payload.h"

static size_t bytes_of(uint32_t header)
{
    const uint8_t bytes[] = { (uint8_t)(header >> 24), (uint8_t)(header >> 16),
                              (uint8_t)(header >> 8), (uint8_t)header };
    return mpa_frame_bytes(slice_of(bytes, sizeof bytes));
}

/* ISO/IEC 11172-3 2.4.2.3, 13818-3 2.4.2.3: sizes by version, layer, bit rate, rate and padding. */
static void test_sizes(void)
{
    g_assert_cmpuint(bytes_of(0xfffb9000), ==, 417); /* 1, III, 128 kbit/s, 44.1 kHz */
    g_assert_cmpuint(bytes_of(0xfffb9200), ==, 418); /* the same, padded */
    g_assert_cmpuint(bytes_of(0xfffd4400), ==, 192); /* 1, II, 64 kbit/s, 48 kHz */
    g_assert_cmpuint(bytes_of(0xffff1800), ==, 48);  /* 1, I, 32 kbit/s, 32 kHz */
    g_assert_cmpuint(bytes_of(0xfff32800), ==, 72);  /* 2, III, 16 kbit/s, 16 kHz */
    g_assert_cmpuint(bytes_of(0xfff52800), ==, 144); /* 2, II, 16 kbit/s, 16 kHz */
    g_assert_cmpuint(bytes_of(0xffe32800), ==, 144); /* 2.5, III, 16 kbit/s, 8 kHz */
}

static void test_no_frames(void)
{
    static const uint8_t truncated[] = { 0xff, 0xfb, 0x90 };

    g_assert_cmpuint(bytes_of(0x00fb9000), ==, 0); /* no sync */
    g_assert_cmpuint(bytes_of(0xffeb9000), ==, 0); /* a reserved version */
    g_assert_cmpuint(bytes_of(0xfff99000), ==, 0); /* a reserved layer */
    g_assert_cmpuint(bytes_of(0xfffb0000), ==, 0); /* free format */
    g_assert_cmpuint(bytes_of(0xfffbf000), ==, 0); /* a reserved bit rate */
    g_assert_cmpuint(bytes_of(0xfffb9c00), ==, 0); /* a reserved rate */
    for (size_t len = 0; len <= sizeof truncated; len++) {
        g_autofree uint8_t *exact = g_memdup2(truncated, len);
        g_assert_cmpuint(mpa_frame_bytes(slice_of(exact, len)), ==, 0);
    }
}

static void test_every_truncation(void)
{
    static const uint8_t payload[] = { 0, 0, 0x12, 0x34, 7 };
    MpaPayload parsed;

    for (size_t len = 0; len <= sizeof payload; len++) {
        g_autofree uint8_t *exact = g_memdup2(payload, len);
        g_assert_true(mpa_payload_parse(slice_of(exact, len), &parsed) == (len >= 4));
        if (len < 4)
            continue;
        g_assert_cmpuint(parsed.offset, ==, 0x1234);
        g_assert_cmpuint(parsed.data.len, ==, len - 4);
    }
}

/* RFC 5219 section 4: descriptors of both lengths, and of a fragment, which bears the whole size.
 */
static void test_adus(void)
{
    static const uint8_t payload[] = { 0x03, 0xff, 0xe0, 7, 0x40, 0x02, 0x00, 0x20, 0xc1, 0x00, 9 };
    Slice rest = slice_of(payload, sizeof payload);
    MpaAdu adu;

    g_assert_true(mpa_adu_next(&rest, &adu));
    g_assert_false(adu.goes_on || adu.interleaved);
    g_assert_cmpuint(adu.bytes, ==, 3);
    g_assert_true(slice_equal(adu.data, slice_of(payload + 1, 3)));
    g_assert_true(mpa_adu_next(&rest, &adu));
    g_assert_true(adu.interleaved); /* index 0, cycle 1 */
    g_assert_cmpuint(adu.data.len, ==, 2);
    g_assert_true(mpa_adu_next(&rest, &adu));
    g_assert_true(adu.goes_on && !adu.interleaved);
    g_assert_cmpuint(adu.bytes, ==, 256);
    g_assert_cmpuint(adu.data.len, ==, 1);
    g_assert_false(mpa_adu_next(&rest, &adu));
}

static void test_adu_truncations(void)
{
    static const uint8_t payload[] = { 0x40, 0x03, 0xff, 0xe0, 7 };
    MpaAdu adu;

    for (size_t len = 0; len <= sizeof payload; len++) {
        g_autofree uint8_t *exact = g_memdup2(payload, len);
        Slice rest = slice_of(exact, len);
        g_assert_true(mpa_adu_next(&rest, &adu) == (len >= 3));
        if (len < 3)
            continue;
        g_assert_cmpuint(adu.data.len, ==, len - 2);
        g_assert_cmpuint(rest.len, ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mpa-payload/sizes", test_sizes);
    g_test_add_func("/mpa-payload/no-frames", test_no_frames);
    g_test_add_func("/mpa-payload/every-truncation", test_every_truncation);
    g_test_add_func("/mpa-payload/adus", test_adus);
    g_test_add_func("/mpa-payload/adu-truncations", test_adu_truncations);
    return g_test_run();
}
