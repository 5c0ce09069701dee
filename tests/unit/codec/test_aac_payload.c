#include "dissect/media/codec/aac_payload.h"

#define HBR "mode=AAC-hbr; sizeLength=13; indexLength=3; indexDeltaLength=3; config=1188"

static unsigned parse(const AacFormat *format, Slice payload, AacUnit *out)
{
    g_autofree uint8_t *exact = g_memdup2(payload.data, payload.len); /* ASan guards behind */
    unsigned count = aac_payload_parse(format, slice_of(exact, payload.len), out);

    for (unsigned i = 0; i < count; i++)
        out[i].data.data = payload.data + (out[i].data.data - exact);
    return count;
}

/* RFC 3640 section 3.3.6: two units of 3 and 5 bytes. */
static const uint8_t two_units[] = { 0x00, 0x20, 0x00, 0x18, 0x00, 0x28, 1, 2, 3, 4, 5, 6, 7, 8 };

static void test_units(void)
{
    AacFormat format;
    AacUnit units[AAC_UNITS_MAX];

    g_assert_true(aac_format_parse(HBR, false, &format));
    g_assert_cmpuint(format.config_bytes, ==, 2);
    g_assert_cmpuint(format.config[0], ==, 0x11);
    g_assert_cmpuint(format.config[1], ==, 0x88);
    g_assert_cmpuint(parse(&format, slice_of(two_units, sizeof two_units), units), ==, 2);
    g_assert_true(slice_equal(units[0].data, slice_of(two_units + 6, 3)));
    g_assert_true(slice_equal(units[1].data, slice_of(two_units + 9, 5)));
}

/* Several units are whole, or the payload is damaged; a single one may go on in the next packet
 * (RFC 3640 section 3.2.3). */
static void test_every_truncation(void)
{
    static const uint8_t one_unit[] = { 0x00, 0x10, 0x00, 0x28, 1, 2, 3, 4, 5 };
    AacFormat format;
    AacUnit units[AAC_UNITS_MAX];

    g_assert_true(aac_format_parse(HBR, false, &format));
    for (size_t len = 0; len < sizeof two_units; len++)
        g_assert_cmpuint(parse(&format, slice_of(two_units, len), units), ==, 0);
    for (size_t len = 0; len <= sizeof one_unit; len++) {
        g_assert_cmpuint(parse(&format, slice_of(one_unit, len), units), ==, len > 4);
        g_assert_true(len <= 4 || (units[0].data.len == len - 4 && units[0].bytes == 5));
    }
}

static void test_damage(void)
{
    static const uint8_t interleaved[] = { 0x00, 0x20, 0x00, 0x08, 0x00, 0x0a, 1, 2 };
    static const uint8_t odd_headers[] = { 0x00, 0x18, 0x00, 0x08, 0x00, 1, 2, 3 };
    static const uint8_t no_headers[] = { 0x00, 0x00, 1, 2 };
    AacFormat format;
    AacUnit units[AAC_UNITS_MAX];

    g_assert_true(aac_format_parse(HBR, false, &format));
    g_assert_cmpuint(parse(&format, slice_of(interleaved, sizeof interleaved), units), ==, 0);
    g_assert_cmpuint(parse(&format, slice_of(odd_headers, sizeof odd_headers), units), ==, 0);
    g_assert_cmpuint(parse(&format, slice_of(no_headers, sizeof no_headers), units), ==, 0);
}

/* RFC 3640 section 3.3.3: no headers, all units of one size. */
static void test_constant_size(void)
{
    static const uint8_t bytes[12] = { 0 };
    AacFormat format;
    AacUnit units[AAC_UNITS_MAX];

    g_assert_true(aac_format_parse("constantSize=4;config=1188", false, &format));
    g_assert_cmpuint(parse(&format, slice_of(bytes, 12), units), ==, 3);
    g_assert_cmpuint(parse(&format, slice_of(bytes, 11), units), ==, 0);
    g_assert_true(aac_format_parse("config=1188", false, &format));
    g_assert_cmpuint(parse(&format, slice_of(bytes, 11), units), ==, 1);
}

/* RFC 3640 section 3.2.2. */
static void test_auxiliary(void)
{
    static const uint8_t payload[] = { 0x00, 0x10, 0x00, 0x10, 0x0a, 0xff, 0xc0, 7, 8 };
    AacFormat format;
    AacUnit units[AAC_UNITS_MAX];

    g_assert_true(aac_format_parse(HBR ";auxiliaryDataSizeLength=8", false, &format));
    g_assert_cmpuint(parse(&format, slice_of(payload, sizeof payload), units), ==, 1);
    g_assert_true(slice_equal(units[0].data, slice_of(payload + 7, 2)));
    for (size_t len = 0; len < 8; len++)
        g_assert_cmpuint(parse(&format, slice_of(payload, len), units), ==, 0);
}

/* RFC 6416 section 7.4.1: the StreamMuxConfig of its first example holds AAC LC at 24 kHz. */
static void test_latm(void)
{
    static const uint8_t payload[] = { 0xff, 0x01, 9, 9, 9 };
    AacFormat format;
    AacUnit units[AAC_UNITS_MAX];

    g_assert_true(aac_format_parse("cpresent=0; config=40002610", true, &format));
    g_assert_false(format.config_in_stream);
    g_assert_cmpuint(format.config[0], ==, 0x13); /* object 2, frequency index 6 */
    g_assert_cmpuint(format.config[1], ==, 0x08);
    g_assert_cmpuint(parse(&format, slice_of(payload, sizeof payload), units), ==, 1);
    g_assert_cmpuint(units[0].bytes, ==, 256);
    g_assert_cmpuint(units[0].data.len, ==, 3);
    g_assert_cmpuint(parse(&format, slice_of(payload, 2), units), ==, 0);
    g_assert_cmpuint(parse(&format, slice_of(payload, 1), units), ==, 0);
    g_assert_true(aac_format_parse("", true, &format));
    g_assert_true(format.config_in_stream);
    g_assert_cmpuint(parse(&format, slice_of(payload, 5), units), ==, 1);
}

static void test_refused_formats(void)
{
    AacFormat format;

    g_assert_false(aac_format_parse(NULL, false, &format));
    g_assert_false(aac_format_parse("config=118", false, &format));
    g_assert_false(aac_format_parse("config=11zz", false, &format));
    g_assert_false(aac_format_parse("config=1188;sizeLength=33", false, &format));
    g_assert_false(aac_format_parse("cpresent=0", true, &format));
    g_assert_false(aac_format_parse("cpresent=0;config=C0002610", true, &format));
    g_assert_false(aac_format_parse("cpresent=0;config=4000", true, &format));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/aac-payload/units", test_units);
    g_test_add_func("/aac-payload/every-truncation", test_every_truncation);
    g_test_add_func("/aac-payload/damage", test_damage);
    g_test_add_func("/aac-payload/constant-size", test_constant_size);
    g_test_add_func("/aac-payload/auxiliary", test_auxiliary);
    g_test_add_func("/aac-payload/latm", test_latm);
    g_test_add_func("/aac-payload/refused-formats", test_refused_formats);
    return g_test_run();
}
