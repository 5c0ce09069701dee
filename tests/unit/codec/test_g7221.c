#include "dissect/media/codec/decoder.h"
#include "dissect/media/codec/g7221_frame.h"
#include "dissect/media/codec/mlt.h"
#include "tests/unit/codec/coded_tones.h"
#include <math.h>

#define PI       3.14159265358979323846
#define SAMPLES  320u
#define TONE_RMS (8000 / 1.41421356)

static Slice frame_of(const char *hex, uint8_t *bytes)
{
    size_t len = strlen(hex) / 2;

    for (size_t i = 0; i < len; i++)
        bytes[i] =
            (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    return slice_of(bytes, len);
}

static Decoder *open_decoder(const char *encoding, uint32_t clock_hz)
{
    const PayloadFormat format = {
        .channels = 1, .kind = PAYLOAD_AUDIO, .clock_hz = clock_hz, .encoding = encoding
    };
    return decoder_new(&format);
}

static double rms(const int16_t *samples, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (double)samples[i] * samples[i];
    return sqrt(sum / (double)count);
}

/* An impulse in one coefficient is its basis function under the window, in two frames. */
static void test_transform(void)
{
    static const unsigned lengths[] = { 320, 640 }, places[] = { 0, 1, 77, 319 };

    for (unsigned l = 0; l < G_N_ELEMENTS(lengths); l++)
        for (unsigned p = 0; p < G_N_ELEMENTS(places); p++) {
            unsigned length = lengths[l], half = length / 2, k = places[p];
            float coefficients[MLT_LENGTH_MAX] = { 0 };
            int16_t out[2 * MLT_LENGTH_MAX];
            Mlt *mlt = mlt_new(length);
            coefficients[k] = 100000;
            mlt_synthesise(mlt, coefficients, out);
            coefficients[k] = 0;
            mlt_synthesise(mlt, coefficients, out + length);
            for (unsigned n = 0; n < 2 * length; n++) {
                double window = sin(PI * (n + 0.5) / (2.0 * length));
                double basis = cos(PI / length * (k + 0.5) * (n + 0.5 - half));
                double wanted = 100000 * sqrt(2.0 / length) * window * basis;
                g_assert_cmpfloat(fabs(out[n] - wanted), <, 1.0);
            }
            mlt_free(mlt);
        }
}

/* What the reference encoder was given is as loud as it was. */
static void test_level(void)
{
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) narrow = open_decoder("G7221", 16000);
    g_autoptr(Decoder) wide = open_decoder("G7221", 32000);
    uint8_t bytes[120];

    for (unsigned i = 0; i < G_N_ELEMENTS(tone_g7221_32); i++)
        g_assert_cmpuint(decoder_decode(narrow, frame_of(tone_g7221_32[i], bytes), out), ==, 320);
    g_assert_cmpfloat_with_epsilon(rms(out, 320), TONE_RMS, TONE_RMS * 0.03);
    for (unsigned i = 0; i < G_N_ELEMENTS(tone_g7221c_48); i++)
        g_assert_cmpuint(decoder_decode(wide, frame_of(tone_g7221c_48[i], bytes), out), ==, 640);
    g_assert_cmpfloat_with_epsilon(rms(out, 640), TONE_RMS, TONE_RMS * 0.03);
}

/* A lost frame is the one before, a second one silence. */
static void test_concealment(void)
{
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) decoder = open_decoder("G7221", 16000);
    uint8_t bytes[120];

    for (unsigned i = 0; i < G_N_ELEMENTS(tone_g7221_32); i++)
        decoder_decode(decoder, frame_of(tone_g7221_32[i], bytes), out);
    decoder_conceal(decoder, SLICE_EMPTY, out, SAMPLES);
    g_assert_cmpfloat(rms(out, SAMPLES), >, TONE_RMS * 0.9);
    decoder_conceal(decoder, SLICE_EMPTY, out, SAMPLES); /* the window's end of it */
    g_assert_cmpfloat(rms(out, SAMPLES), >, 0);
    decoder_conceal(decoder, SLICE_EMPTY, out, SAMPLES);
    g_assert_cmpfloat(rms(out, SAMPLES), ==, 0);
}

/* The checksum finds every change of one bit; without it the ones at the end find some. */
static void test_damage(void)
{
    float out[G7221_REGIONS_MAX * G7221_REGION_SIZE];
    uint8_t bytes[120];
    Slice framed = frame_of(tone_siren[3], bytes);
    const G7221Layout layout = { .regions = 14, .framed = true };
    G7221Noise noise;

    g7221_noise_init(&noise);
    g_assert_true(g7221_frame_decode(layout, framed, &noise, out));
    for (size_t bit = 0; bit < framed.len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        g_assert_false(g7221_frame_decode(layout, framed, &noise, out));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    bytes[0] ^= 0x80; /* the code of another bit rate */
    g_assert_false(g7221_frame_is_framed(framed));

    Slice plain = frame_of(tone_g7221_24[3], bytes);
    const G7221Layout main_body = { .regions = 14 };
    g_assert_true(g7221_frame_decode(main_body, plain, &noise, out));
    bytes[plain.len - 1] = 0xfe;
    g_assert_false(g7221_frame_decode(main_body, plain, &noise, out));
}

/* Only whole frames are any: of no other length a sample comes, nor a byte behind it is read. */
static void test_every_length(void)
{
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    uint8_t bytes[120];
    Slice whole = frame_of(tone_g7221c_48[3], bytes);

    for (size_t len = 0; len <= whole.len; len++) {
        g_autofree uint8_t *exact = g_memdup2(bytes, len);
        g_autoptr(Decoder) decoder = open_decoder("G7221", 32000);
        size_t frames = decoder_decode(decoder, slice_of(exact, len), out);
        g_assert_cmpuint(frames, ==, len == whole.len ? 640 : 0);
    }
}

/* Two frames in a packet of which the second is damaged: it is made up, and keeps its time. */
static void test_several(void)
{
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) decoder = open_decoder("SIREN", 16000);
    uint8_t bytes[160];

    frame_of(tone_siren[2], bytes);
    frame_of(tone_siren[3], bytes + 40);
    g_assert_cmpuint(decoder_decode(decoder, slice_of(bytes, 80), out), ==, 2 * SAMPLES);
    bytes[60] ^= 1;
    g_assert_cmpuint(decoder_decode(decoder, slice_of(bytes, 80), out), ==, 2 * SAMPLES);
    g_assert_cmpfloat(rms(out + SAMPLES, SAMPLES), >, TONE_RMS * 0.9);
    bytes[20] ^= 1;
    g_assert_cmpuint(decoder_decode(decoder, slice_of(bytes, 80), out), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/g7221/transform", test_transform);
    g_test_add_func("/g7221/level", test_level);
    g_test_add_func("/g7221/concealment", test_concealment);
    g_test_add_func("/g7221/damage", test_damage);
    g_test_add_func("/g7221/every-length", test_every_length);
    g_test_add_func("/g7221/several", test_several);
    return g_test_run();
}
