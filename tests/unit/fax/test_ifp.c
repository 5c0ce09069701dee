#include "dissect/media/fax/ifp.h"

/* V.21 data "ff c8" and a good check sequence (T.38 annex A): field types of three bits, in 2002
 * behind the bit of an extension. */
static const uint8_t data_1998[] = { 0xc0, 2, 0x80, 0, 1, 0xff, 0xc8, 0x20 };
static const uint8_t data_2002[] = { 0xc0, 2, 0x80, 0, 1, 0xff, 0xc8, 0x10 };

static void test_indicators(void)
{
    static const struct {
        uint8_t bytes[2];
        size_t length;
        IfpIndicator want;
    } rows[] = {
        { { 0x00 }, 1, IFP_NO_SIGNAL },
        { { 0x02 }, 1, IFP_CNG },
        { { 0x04 }, 1, IFP_CED },
        { { 0x06 }, 1, IFP_V21_PREAMBLE },
        { { 0x1e }, 1, IFP_V17_14400_LONG },
        { { 0x20, 0x00 }, 2, IFP_V8_ANSAM },
        { { 0x21, 0x80 }, 2, IFP_V33_14400_TRAINING },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        IfpPacket packet;
        Slice bytes = slice_of(rows[i].bytes, rows[i].length);
        g_assert_cmpint(ifp_parse(bytes, IFP_2002, &packet), ==, DISSECT_OK);
        g_assert_false(packet.is_data);
        g_assert_cmpint(packet.value, ==, rows[i].want);
        g_assert_true(packet.padded);
        g_assert_nonnull(ifp_indicator_name(rows[i].want));
    }
}

static void check_two_fields(const uint8_t *bytes, size_t length, IfpSyntax syntax)
{
    IfpPacket packet;
    IfpField field;

    g_assert_cmpint(ifp_parse(slice_of(bytes, length), syntax, &packet), ==, DISSECT_OK);
    g_assert_true(packet.is_data);
    g_assert_cmpuint(packet.value, ==, IFP_DATA_V21);
    g_assert_true(packet.padded);
    g_assert_cmpuint(packet.excess, ==, 0);
    IfpFields fields = ifp_fields(&packet, syntax);
    g_assert_true(ifp_next_field(&fields, &field));
    g_assert_cmpint(field.type, ==, IFP_HDLC_DATA);
    g_assert_true(slice_equal(field.data, SLICE_LITERAL("\xff\xc8")));
    g_assert_true(ifp_next_field(&fields, &field));
    g_assert_cmpint(field.type, ==, IFP_HDLC_FCS_OK);
    g_assert_cmpuint(field.data.len, ==, 0);
    g_assert_false(ifp_next_field(&fields, &field));
}

static void test_both_syntaxes(void)
{
    check_two_fields(data_1998, sizeof data_1998, IFP_1998);
    check_two_fields(data_2002, sizeof data_2002, IFP_2002);
}

/* In the syntax of 1998 the heads of two fields share an octet unless octets follow the first. */
static void test_half_octets(void)
{
    static const IfpFieldType want[] = { IFP_HDLC_SIG_END, IFP_T4_DATA, IFP_HDLC_DATA };
    static const uint8_t bytes[] = { 0xd0, 3, 0x1e, 0, 0, 0x77, 0x80, 0, 0, 0x55 };
    IfpPacket packet;
    IfpField field;

    g_assert_cmpint(ifp_parse(slice_of(bytes, sizeof bytes), IFP_1998, &packet), ==, DISSECT_OK);
    IfpFields fields = ifp_fields(&packet, IFP_1998);
    for (unsigned i = 0; i < G_N_ELEMENTS(want); i++) {
        g_assert_true(ifp_next_field(&fields, &field));
        g_assert_cmpint(field.type, ==, want[i]);
        g_assert_cmpuint(field.data.len, ==, i > 0);
    }
}

static void test_bad(void)
{
    static const struct {
        uint8_t bytes[6];
        size_t length;
        DissectStatus status;
    } rows[] = {
        { { 0x21, 0xc0 }, 2, DISSECT_MALFORMED },                   /* no such indicator */
        { { 0x80, 0 }, 2, DISSECT_MALFORMED },                      /* an indicator with fields */
        { { 0xd2, 0 }, 2, DISSECT_MALFORMED },                      /* no such data type */
        { { 0xc0, 0x80, 0 }, 3, DISSECT_MALFORMED },                /* 128 fields */
        { { 0xc0, 1, 0x80, 0xff, 0xff, 0 }, 6, DISSECT_TRUNCATED }, /* 65536 octets */
        { { 0xc0, 4, 0x20 }, 3, DISSECT_TRUNCATED },                /* four fields announced */
        { { 0xc0, 1, 0x42, 0 }, 4, DISSECT_MALFORMED },             /* no such field type (2002) */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        IfpPacket packet;
        Slice bytes = slice_of(rows[i].bytes, rows[i].length);
        g_assert_cmpint(ifp_parse(bytes, IFP_2002, &packet), ==, rows[i].status);
    }
}

static void test_every_truncation(void)
{
    for (IfpSyntax syntax = IFP_1998; syntax <= IFP_2002; syntax++) {
        const uint8_t *bytes = syntax == IFP_1998 ? data_1998 : data_2002;
        for (size_t len = 0; len < sizeof data_1998; len++) {
            g_autofree uint8_t *exact = g_memdup2(bytes, len);
            IfpPacket packet;
            g_assert_cmpint(ifp_parse(slice_of(exact, len), syntax, &packet), ==,
                            DISSECT_TRUNCATED);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ifp/indicators", test_indicators);
    g_test_add_func("/ifp/both-syntaxes", test_both_syntaxes);
    g_test_add_func("/ifp/half-octets", test_half_octets);
    g_test_add_func("/ifp/bad", test_bad);
    g_test_add_func("/ifp/every-truncation", test_every_truncation);
    return g_test_run();
}
