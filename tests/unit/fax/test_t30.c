#include "dissect/media/fax/t30.h"

/* As sent by a machine: TSI "+49 30 1234567", last digit first, each digit's bits reversed. */
static const uint8_t tsi[] = { 0xff, 0xc0, 0xc2, 0xec, 0x6c, 0xac, 0x2c, 0xcc,
                               0x4c, 0x8c, 0x04, 0x0c, 0xcc, 0x04, 0x9c, 0x2c,
                               0xd4, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04 };

static T30Frame parse(const uint8_t *bytes, size_t length)
{
    T30Frame frame;

    g_assert_cmpint(t30_parse(slice_of(bytes, length), &frame), ==, DISSECT_OK);
    return frame;
}

/* T.30 5.3.6.1: the codes as its clauses print them, with X set or not. */
static void test_signals(void)
{
    static const struct {
        uint8_t code;
        T30Signal want;
    } rows[] = {
        { 0x01, T30_DIS },  { 0x81, T30_DTC }, { 0x02, T30_CSI }, { 0x82, T30_CIG },
        { 0x41, T30_DCS },  { 0xc1, T30_DCS }, { 0xc2, T30_TSI }, { 0x21, T30_CFR },
        { 0xa1, T30_CFR },  { 0x22, T30_FTT }, { 0xb1, T30_MCF }, { 0x32, T30_RTN },
        { 0xb3, T30_RTP },  { 0x35, T30_PIP }, { 0x34, T30_PIN }, { 0xf1, T30_EOM },
        { 0x72, T30_MPS },  { 0xf4, T30_EOP }, { 0xdf, T30_DCN }, { 0x5f, T30_DCN },
        { 0x58, T30_CRP },  { 0xfd, T30_PPS }, { 0x3d, T30_PPR }, { 0x60, T30_FCD },
        { 0x61, T30_RCP },  { 0x73, T30_EOR }, { 0x38, T30_ERR }, { 0x48, T30_CTC },
        { 0x23, T30_CTR },  { 0x76, T30_RR },  { 0x37, T30_RNR }, { 0x04, T30_NSF },
        { 0x6f, T30_NONE },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const uint8_t bytes[] = { 0xff, 0xc8, rows[i].code };
        T30Frame frame = parse(bytes, sizeof bytes);
        g_assert_cmpint(frame.signal, ==, rows[i].want);
        g_assert_true(frame.final);
    }
}

static void test_identity(void)
{
    char text[T30_IDENTITY_SIZE];
    T30Frame frame = parse(tsi, sizeof tsi);

    g_assert_cmpint(frame.signal, ==, T30_TSI);
    g_assert_false(frame.final);
    t30_identity(frame.information, text);
    g_assert_cmpstr(text, ==, "+49 30 1234567");
    t30_identity(SLICE_LITERAL("\xd8\xff"), text); /* an escape and a byte that is no ASCII */
    g_assert_cmpstr(text, ==, "??");
    t30_identity(SLICE_EMPTY, text);
    g_assert_cmpstr(text, ==, "");
}

/* T.30 table 2: rate bits 11 to 14, fine (15), MR (16), paper (17 to 20), ECM (27), MMR (31). */
static void test_terms(void)
{
    static const struct {
        uint8_t bytes[6];
        size_t length;
        T30Modem modem;
        unsigned rate_bps, width, y_dpi;
        T30Coding coding;
        bool ecm;
        const char *paper;
    } rows[] = {
        { { 0x00, 0x46, 0x0e }, 3, T30_V17, 14400, 1728, 196, T30_MH, false, "A4" },
        { { 0x00, 0x44, 0x01, 0x22 }, 4, T30_V17, 14400, 1728, 98, T30_MMR, true, "A4" },
        { { 0x00, 0x40, 0x10 }, 3, T30_V27TER, 2400, 1728, 98, T30_MH, false, "unlimited" },
        { { 0x00, 0x51, 0x80 }, 3, T30_V27TER, 4800, 2048, 98, T30_MR, false, "A4" },
        { { 0x00, 0x70, 0x60 }, 3, T30_V29, 7200, 2432, 98, T30_MH, false, "B4" },
        { { 0x00, 0x64, 0x00 }, 3, T30_V17, 9600, 1728, 98, T30_MH, false, "A4" },
        { { 0x00, 0x46, 0x01, 0x01, 0x01, 0x80 },
          6,
          T30_V17,
          14400,
          1728,
          391,
          T30_MH,
          false,
          "A4" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        T30Terms terms;
        g_assert_true(t30_terms(slice_of(rows[i].bytes, rows[i].length), &terms));
        g_assert_cmpint(terms.modem, ==, rows[i].modem);
        g_assert_cmpuint(terms.rate_bps, ==, rows[i].rate_bps);
        g_assert_cmpuint(terms.width, ==, rows[i].width);
        g_assert_cmpuint(terms.y_dpi, ==, rows[i].y_dpi);
        g_assert_cmpint(terms.coding, ==, rows[i].coding);
        g_assert_cmpint(terms.ecm, ==, rows[i].ecm);
        g_assert_cmpstr(terms.paper, ==, rows[i].paper);
    }
}

static void test_abilities(void)
{
    T30Abilities abilities;
    static const uint8_t v17[] = { 0x20, 0x77, 0x1f, 0x23 };
    static const uint8_t slow[] = { 0x00, 0x40, 0x00 };

    g_assert_true(t30_abilities(slice_of(v17, sizeof v17), &abilities));
    g_assert_cmpuint(abilities.rate_bps, ==, 14400);
    g_assert_true(abilities.receives && abilities.ecm && abilities.fine && abilities.mmr);
    g_assert_true(t30_abilities(slice_of(slow, sizeof slow), &abilities));
    g_assert_cmpuint(abilities.rate_bps, ==, 2400);
    g_assert_false(t30_abilities(slice_of(slow, 2), &abilities));
}

/* T.30 A.4.3: what ends, page and block from 0, frames less one. */
static void test_partial_page(void)
{
    static const uint8_t pps[] = { 0xff, 0xc8, 0x7d, 0x74, 0x80, 0x00, 0xf4 };
    T30PartialPage partial;
    T30Frame frame = parse(pps, sizeof pps);

    g_assert_true(t30_partial_page(&frame, &partial));
    g_assert_cmpint(partial.command, ==, T30_EOP);
    g_assert_cmpuint(partial.page, ==, 1);
    g_assert_cmpuint(partial.block, ==, 0);
    g_assert_cmpuint(partial.frames, ==, 48);
    frame = parse(pps, sizeof pps - 1);
    g_assert_false(t30_partial_page(&frame, &partial));
}

static void test_every_truncation(void)
{
    for (size_t len = 0; len <= sizeof tsi; len++) {
        g_autofree uint8_t *exact = g_memdup2(tsi, len);
        T30Frame frame;
        T30Terms terms;
        T30Abilities abilities;
        char text[T30_IDENTITY_SIZE];
        DissectStatus status = t30_parse(slice_of(exact, len), &frame);
        g_assert_cmpint(status, ==, len < 3 ? DISSECT_TRUNCATED : DISSECT_OK);
        if (status != DISSECT_OK)
            continue;
        t30_identity(frame.information, text);
        g_assert_cmpint(t30_terms(frame.information, &terms), ==, len >= 6);
        g_assert_cmpint(t30_abilities(frame.information, &abilities), ==, len >= 6);
    }
    T30Frame frame;
    static const uint8_t other_address[] = { 0x03, 0xc8, 0x21 };
    g_assert_cmpint(t30_parse(slice_of(other_address, 3), &frame), ==, DISSECT_MALFORMED);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/t30/signals", test_signals);
    g_test_add_func("/t30/identity", test_identity);
    g_test_add_func("/t30/terms", test_terms);
    g_test_add_func("/t30/abilities", test_abilities);
    g_test_add_func("/t30/partial-page", test_partial_page);
    g_test_add_func("/t30/every-truncation", test_every_truncation);
    return g_test_run();
}
