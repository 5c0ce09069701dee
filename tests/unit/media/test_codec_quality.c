#include "dissect/media/codec_quality.h"
#include <glib.h>
#include <math.h>

static CodecQuality find(CodecUse use)
{
    CodecQuality quality = { 0 };
    g_assert_true(codec_quality_find(&use, &quality));
    return quality;
}

static void test_g711(void)
{
    CodecQuality concealed =
        find((CodecUse){ .encoding = "pcma", .clock_hz = 8000, .concealment = true });
    CodecQuality plain = find((CodecUse){ .encoding = "PCMU", .clock_hz = 8000 });

    g_assert_cmpint(concealed.scale, ==, QUALITY_SCALE_NARROWBAND);
    g_assert_cmpfloat(concealed.ie, ==, 0);
    g_assert_cmpfloat(concealed.bpl, ==, 25.1);
    g_assert_cmpfloat(plain.bpl, ==, 4.3);
    g_assert_true(concealed.ie_standard && concealed.bpl_standard);
}

static void test_g729_annex_b(void)
{
    CodecQuality with = find((CodecUse){ .encoding = "G729" });
    CodecQuality without = find((CodecUse){ .encoding = "G729", .fmtp = "annexb=no" });

    g_assert_cmpfloat(with.ie, ==, 11);
    g_assert_cmpfloat(with.lookahead_ms, ==, 5);
    g_assert_true(with.bpl_standard);
    g_assert_cmpfloat(without.ie, ==, 10);
    g_assert_true(without.ie_standard);
    g_assert_false(without.bpl_standard);
}

/* RFC 4867: octets of one 20 ms packet, bandwidth-efficient and octet-aligned. */
static void test_amr_wb_modes(void)
{
    static const struct {
        double efficient, aligned, ie;
    } modes[] = { { 18, 19, 41 }, { 24, 25, 26 }, { 33, 34, 13 }, { 37, 38, 10 }, { 41, 42, 7 },
                  { 47, 48, 5 },  { 51, 52, 3 },  { 59, 60, 1 },  { 61, 62, 8 } };
    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        double octets[] = { modes[i].efficient, modes[i].aligned };
        for (size_t j = 0; j < G_N_ELEMENTS(octets); j++) {
            CodecQuality quality = find((CodecUse){ .encoding = "AMR-WB",
                                                    .clock_hz = 16000,
                                                    .payload_octets = octets[j],
                                                    .ptime_ms = 20 });
            g_assert_cmpint(quality.scale, ==, QUALITY_SCALE_WIDEBAND);
            g_assert_cmpfloat(quality.ie, ==, modes[i].ie);
            g_assert_true(quality.ie_standard);
            g_assert_false(quality.bpl_standard);
        }
    }
}

/* What is known is of the main body of G.722.1, and not of its Annex C. */
static void test_g7221(void)
{
    CodecQuality main_body = find(
        (CodecUse){ .encoding = "G7221", .clock_hz = 16000, .payload_octets = 60, .ptime_ms = 20 });
    const CodecUse annex_c = { .encoding = "G7221", .clock_hz = 32000 };
    const CodecUse siren = { .encoding = "SIREN", .clock_hz = 16000 };
    CodecQuality none;

    g_assert_cmpfloat(main_body.ie, ==, 19);
    g_assert_false(codec_quality_find(&annex_c, &none));
    g_assert_false(codec_quality_find(&siren, &none));
}

static void test_amr_modes(void)
{
    static const struct {
        double efficient, aligned, ie;
    } modes[] = { { 14, 14, 21.3 }, { 15, 15, 19.5 }, { 16, 17, 16.5 }, { 18, 19, 13.7 },
                  { 20, 21, 11.6 }, { 22, 22, 10.1 }, { 27, 28, 6.0 },  { 32, 33, 5.0 } };
    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        double octets[] = { modes[i].efficient, modes[i].aligned };
        for (size_t j = 0; j < G_N_ELEMENTS(octets); j++) {
            CodecQuality quality = find((CodecUse){
                .encoding = "AMR", .clock_hz = 8000, .payload_octets = octets[j], .ptime_ms = 20 });
            g_assert_cmpfloat(quality.ie, ==, modes[i].ie);
            g_assert_false(quality.ie_standard);
        }
    }
}

static void test_evs(void)
{
    CodecUse use = { .encoding = "EVS", .clock_hz = 16000, .payload_octets = 33, .ptime_ms = 20 };
    CodecQuality unknown_band = find(use);
    use.fmtp = "br=13.2-24.4; bw=nb-swb";
    CodecQuality wide = find(use);

    g_assert_cmpfloat(wide.ie, ==, 17.1);
    g_assert_cmpfloat(wide.bpl, ==, 11.7);
    g_assert_cmpint(wide.scale, ==, QUALITY_SCALE_FULLBAND);
    g_assert_true(wide.ie_standard);
    g_assert_false(unknown_band.ie_standard);
    use.payload_octets = 18; /* 7.2 kbit/s: no super-wideband mode */
    g_assert_false(find(use).ie_standard);
}

static void test_opus_by_rate(void)
{
    CodecUse use = { .encoding = "opus", .clock_hz = 48000, .payload_octets = 100, .ptime_ms = 20 };
    g_assert_cmpint(find(use).scale, ==, QUALITY_SCALE_FULLBAND);
    g_assert_cmpfloat(find(use).ie, ==, 10.7);
    use.payload_octets = 20;
    g_assert_cmpint(find(use).scale, ==, QUALITY_SCALE_NARROWBAND);
    use.ptime_ms = 0;
    g_assert_cmpfloat(find(use).ie, ==, 20.2);
    use.payload_octets = NAN;
    g_assert_false(find(use).ie_standard);
}

static void test_no_values(void)
{
    static const char *const encodings[] = { "iLBC", "speex", "SILK", "BV16", "H264", "", NULL };
    for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++) {
        CodecUse use = { .encoding = encodings[i], .clock_hz = 8000 };
        CodecQuality quality;
        g_assert_false(codec_quality_find(&use, &quality));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/codec-quality/g711", test_g711);
    g_test_add_func("/codec-quality/g729-annex-b", test_g729_annex_b);
    g_test_add_func("/codec-quality/amr-wb-modes", test_amr_wb_modes);
    g_test_add_func("/codec-quality/amr-modes", test_amr_modes);
    g_test_add_func("/codec-quality/g7221", test_g7221);
    g_test_add_func("/codec-quality/evs", test_evs);
    g_test_add_func("/codec-quality/opus-by-rate", test_opus_by_rate);
    g_test_add_func("/codec-quality/no-values", test_no_values);
    return g_test_run();
}
