#include "dissect/media/codec/decoder.h"
#include "tests/unit/codec/coded_tones.h"
#include <math.h>

#define TONE_HZ 500.0
#define TWO_PI  6.283185307179586

typedef struct {
    const char *encoding, *fmtp;
    uint32_t clock_hz, rate_hz;
    const char *const *payloads;
    unsigned count;
    size_t frame_samples;
    size_t frames; /* that are whole in them */
} Tone;

#define PAYLOADS(of) of, G_N_ELEMENTS(of)

static const Tone tones[] = {
    { "G723", NULL, 8000, 8000, PAYLOADS(tone_g723), 240, 8 },
    { "MP4A-LATM", TONE_LATM_FMTP, 16000, 16000, PAYLOADS(tone_latm), 1024, 4 },
    { "MP4A-LATM", TONE_LATM_FMTP, 16000, 16000, PAYLOADS(tone_latm_parts), 1024, 3 },
    { "mpeg4-generic", TONE_GENERIC_FMTP, 16000, 16000, PAYLOADS(tone_generic), 1024, 3 },
    { "mpeg4-generic", TONE_GENERIC_FMTP, 16000, 16000, PAYLOADS(tone_generic_parts), 1024, 3 },
    { "MPA", NULL, 90000, 16000, PAYLOADS(tone_mp2), 1152, 3 },
    { "MPA", NULL, 90000, 16000, PAYLOADS(tone_mp3), 576, 6 },
    { "MPA", NULL, 90000, 44100, PAYLOADS(tone_mp3_parts), 1152, 8 },
    { "GSM-EFR", NULL, 8000, 8000, PAYLOADS(tone_gsm_efr), 160, 8 },
    { "MPA-ROBUST", NULL, 90000, 16000, PAYLOADS(tone_mp3_adu), 576, 6 },
    { "SIREN", "bitrate=16000", 16000, 16000, PAYLOADS(tone_siren), 320, 6 },
    { "SIREN", "bitrate=16000", 16000, 16000, PAYLOADS(tone_g7221_16), 320, 6 },
    { "G7221", "bitrate=16000", 16000, 16000, PAYLOADS(tone_g7221_16), 320, 6 },
    { "G7221", "bitrate=24000", 16000, 16000, PAYLOADS(tone_g7221_24), 320, 6 },
    { "G7221", NULL, 16000, 16000, PAYLOADS(tone_g7221_24), 320, 6 },
    { "G7221", "bitrate=24000", 16000, 16000, PAYLOADS(tone_g7221_32), 320, 6 },
    { "G7221", "bitrate=48000", 32000, 32000, PAYLOADS(tone_g7221c_48), 640, 6 },
};

static GByteArray *bytes_of(const char *hex)
{
    GByteArray *bytes = g_byte_array_new();

    for (; *hex; hex += 2) {
        uint8_t byte = (uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
        g_byte_array_append(bytes, &byte, 1);
    }
    return bytes;
}

/* Share of the energy that is the tone's. */
static double purity(const int16_t *samples, size_t count, uint32_t rate_hz)
{
    double in_phase = 0, quadrature = 0, energy = 0;

    for (size_t i = 0; i < count; i++) {
        in_phase += samples[i] * cos(TWO_PI * TONE_HZ * (double)i / rate_hz);
        quadrature += samples[i] * sin(TWO_PI * TONE_HZ * (double)i / rate_hz);
        energy += (double)samples[i] * samples[i];
    }
    return 2 * (in_phase * in_phase + quadrature * quadrature) / (double)count / energy;
}

static Decoder *decoder_of(const Tone *tone)
{
    const PayloadFormat format = { .payload_type = 96,
                                   .channels = 1,
                                   .kind = PAYLOAD_AUDIO,
                                   .clock_hz = tone->clock_hz,
                                   .encoding = tone->encoding,
                                   .fmtp = tone->fmtp };
    uint32_t rate_hz;
    unsigned channels;

    if (decoder_find(&format, &rate_hz, &channels) == DECODER_MISSING)
        return NULL;
    return decoder_new(&format);
}

/* What was coded is what is heard: the frames of all packets, fragments put together, at the rate
 * that the stream tells. */
static void test_tones(void)
{
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);

    for (unsigned i = 0; i < G_N_ELEMENTS(tones); i++) {
        const Tone *tone = &tones[i];
        g_autoptr(Decoder) decoder = decoder_of(tone);
        g_autoptr(GArray) heard = g_array_new(FALSE, FALSE, sizeof(int16_t));
        if (!decoder) {
            g_test_message("%s: built without its library", tone->encoding);
            continue;
        }
        for (unsigned j = 0; j < tone->count; j++) {
            g_autoptr(GByteArray) payload = bytes_of(tone->payloads[j]);
            size_t frames = decoder_decode(decoder, slice_of(payload->data, payload->len), out);
            g_assert_true(frames > 0 || decoder_waits(decoder));
            g_array_append_vals(heard, out, (guint)frames);
        }
        g_assert_cmpuint(heard->len, ==, tone->frames * tone->frame_samples);
        g_assert_cmpuint(decoder_rate_hz(decoder), ==, tone->rate_hz);
        size_t half = heard->len / 2; /* encoders begin with silence */
        g_assert_cmpfloat(purity(&g_array_index(heard, int16_t, half), half, tone->rate_hz), >,
                          0.9);
    }
}

/* A part that is lost costs its frame, and nothing else. */
static void test_lost_parts(void)
{
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);

    for (unsigned i = 0; i < G_N_ELEMENTS(tones); i++) {
        const Tone *tone = &tones[i];
        g_autoptr(Decoder) decoder = decoder_of(tone);
        size_t heard = 0;
        if (!decoder || tone->count < 8 || tone->frames == tone->count)
            continue;
        for (unsigned j = 0; j < tone->count; j++) {
            g_autoptr(GByteArray) payload = bytes_of(tone->payloads[j]);
            if (j != 1)
                heard += decoder_decode(decoder, slice_of(payload->data, payload->len), out);
        }
        g_assert_cmpuint(heard, <=, (tone->frames - 1) * tone->frame_samples);
        g_assert_cmpuint(heard, >=, (tone->frames - 2) * tone->frame_samples);
    }
}

/* More units in a payload than a buffer has room for: what is left of them comes afterwards. */
static void test_long_payload(void)
{
    enum { UNITS = 60, HEADERS = 2 + 2 * UNITS };
    const Tone tone = { "mpeg4-generic", TONE_GENERIC_FMTP, 16000, 16000, NULL, 0, 1024, 0 };
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(GByteArray) one = bytes_of(tone_generic[0]);
    g_autoptr(GByteArray) many = g_byte_array_new();
    g_autoptr(Decoder) decoder = decoder_of(&tone);
    /* the first of three units: sizes of 13 bits behind the bits of all headers */
    size_t unit_bytes = (size_t)(one->data[2] << 8 | one->data[3]) >> 3;
    Slice unit = slice_sub(slice_of(one->data, one->len), 2 + 2 * 3, unit_bytes);
    const uint8_t header[] = { (uint8_t)(unit.len >> 5), (uint8_t)(unit.len << 3) };
    const uint8_t bits[] = { UNITS * 16 >> 8, UNITS * 16 & 255 };
    size_t all = 0;

    if (!decoder)
        return;
    g_assert_cmpuint(one->data[1], ==, 3 * 16);
    g_byte_array_append(many, bits, sizeof bits);
    for (unsigned i = 0; i < UNITS; i++)
        g_byte_array_append(many, header, sizeof header);
    for (unsigned i = 0; i < UNITS; i++)
        g_byte_array_append(many, unit.data, (guint)unit.len);
    g_assert_cmpuint(UNITS * 1024, >, DECODER_SAMPLES_MAX);
    size_t frames = decoder_decode(decoder, slice_of(many->data, many->len), out);
    for (; frames > 0; frames = decoder_more(decoder, out))
        all += frames;
    g_assert_cmpuint(all, ==, UNITS * 1024);
    g_assert_cmpuint(decoder_decode(decoder, slice_of(one->data, one->len), out), ==, 3072);
    g_assert_cmpuint(decoder_more(decoder, out), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/codec/coded-tones", test_tones);
    g_test_add_func("/codec/lost-parts", test_lost_parts);
    g_test_add_func("/codec/long-payload", test_long_payload);
    return g_test_run();
}
