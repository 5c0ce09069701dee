#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/decoder.h"
#include <math.h>

#ifdef RUNG_HAVE_SPANDSP
#include <spandsp.h>
#endif
#ifdef RUNG_HAVE_OPUS
#include <opus.h>
#endif
#ifdef RUNG_HAVE_CODEC2
#include <codec2/codec2.h>
#endif

#define TWO_PI 6.283185307179586

static PayloadFormat format_of(const char *encoding, uint32_t clock_hz, uint8_t channels)
{
    return (PayloadFormat){ .payload_type = 96,
                            .channels = channels,
                            .kind = PAYLOAD_AUDIO,
                            .clock_hz = clock_hz,
                            .encoding = encoding };
}

static Decoder *must_open(PayloadFormat format)
{
    uint32_t rate_hz;
    unsigned channels;
    DecoderStatus status = decoder_find(&format, &rate_hz, &channels);

    if (status == DECODER_MISSING)
        return NULL;
    g_assert_cmpint(status, ==, DECODER_OK);
    Decoder *decoder = decoder_new(&format);
    g_assert_nonnull(decoder);
    g_assert_cmpuint(decoder_rate_hz(decoder), ==, rate_hz);
    return decoder;
}

static double level_of(const int16_t *samples, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (double)samples[i] * samples[i];
    return sqrt(sum / (double)count);
}

/* ITU-T G.711 tables 1a and 2a: largest and smallest values of both signs. */
static void test_g711(void)
{
    static const uint8_t ulaw[] = { 0x00, 0x80, 0xff, 0x7f, 0xf0 };
    static const int16_t ulaw_linear[] = { -32124, 32124, 0, 0, 120 };
    static const uint8_t alaw[] = { 0xaa, 0x2a, 0xd5, 0x55 };
    static const int16_t alaw_linear[] = { 32256, -32256, 8, -8 };
    int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) mu = must_open(format_of("pcmu", 8000, 1));
    g_autoptr(Decoder) a = must_open(format_of("PCMA", 8000, 1));

    g_assert_cmpuint(decoder_decode(mu, slice_of(ulaw, sizeof ulaw), out), ==, sizeof ulaw);
    g_assert_true(memcmp(out, ulaw_linear, sizeof ulaw_linear) == 0);
    g_assert_cmpuint(decoder_decode(a, slice_of(alaw, sizeof alaw), out), ==, sizeof alaw);
    g_assert_true(memcmp(out, alaw_linear, sizeof alaw_linear) == 0);
    g_free(out);
}

static void test_l16(void)
{
    static const uint8_t payload[] = { 0x00, 0x01, 0xff, 0xff, 0x7f, 0xff, 0x80, 0x00, 0x12 };
    static const int16_t wanted[] = { 1, -1, 32767, -32768 };
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) stereo = must_open(format_of("L16", 44100, 2));

    g_assert_cmpuint(decoder_decode(stereo, slice_of(payload, sizeof payload), out), ==, 2);
    g_assert_true(memcmp(out, wanted, sizeof wanted) == 0);
    g_assert_cmpuint(decoder_channels(stereo), ==, 2);
}

static void test_other_linear(void)
{
    static const uint8_t eight[] = { 0x80, 0x00, 0xff };
    static const int16_t eight_wanted[] = { 0, -32768, 32512 };
    static const uint8_t many[] = { 0x7f, 0xff, 0x12, 0x80, 0x00, 0x34, 0x01 };
    static const int16_t many_wanted[] = { 32767, -32768 };
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) l8 = must_open(format_of("L8", 8000, 1));
    g_autoptr(Decoder) l24 = must_open(format_of("L24", 48000, 1));

    g_assert_cmpuint(decoder_decode(l8, slice_of(eight, sizeof eight), out), ==, 3);
    g_assert_true(memcmp(out, eight_wanted, sizeof eight_wanted) == 0);
    g_assert_cmpuint(decoder_decode(l24, slice_of(many, sizeof many), out), ==, 2);
    g_assert_true(memcmp(out, many_wanted, sizeof many_wanted) == 0);
}

/* RFC 3551 4.5.1: the header's sample is where it begins; step 7, and 8 after the first code. */
static void test_dvi4(void)
{
    static const uint8_t payload[] = { 0x01, 0x00, 0, 0, 0x4f };
    static const uint8_t bad_index[] = { 0x01, 0x00, 89, 0, 0x4f };
    static const int16_t wanted[] = { 256 + 7, 256 + 7 - 16 };
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) dvi4 = must_open(format_of("DVI4", 8000, 1));

    g_assert_cmpuint(decoder_decode(dvi4, slice_of(payload, sizeof payload), out), ==, 2);
    g_assert_true(memcmp(out, wanted, sizeof wanted) == 0);
    g_assert_cmpuint(decoder_decode(dvi4, slice_of(bad_index, sizeof bad_index), out), ==, 0);
    for (size_t len = 0; len < 5; len++)
        g_assert_cmpuint(decoder_decode(dvi4, slice_of(payload, len), out), ==, 0);
}

/* RFC 3551 4.5.17: every code in a word of its own, filled up with ones. */
static void test_vdvi(void)
{
    static const char *const words[] = { "00",     "010",     "1100",     "11100",
                                         "111100", "1111100", "11111100", "11111110",
                                         "10",     "011",     "1101",     "11101",
                                         "111101", "1111101", "11111101", "11111111" };
    uint8_t fixed[12] = { 0x01, 0x00, 20, 0 }, variable[32] = { 0x01, 0x00, 20, 0 };
    g_autofree int16_t *wanted = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) dvi4 = must_open(format_of("DVI4", 8000, 1));
    g_autoptr(Decoder) vdvi = must_open(format_of("VDVI", 8000, 1));
    size_t at = 32;

    for (unsigned code = 0; code < 16; code++) {
        fixed[4 + code / 2] |= (uint8_t)(code << (code % 2 ? 0 : 4));
        for (const char *bit = words[code]; *bit; bit++, at++)
            variable[at / 8] |= (uint8_t)((*bit == '1') << (7 - at % 8));
    }
    size_t length = (at + 7) / 8;
    for (; at < length * 8; at++)
        variable[at / 8] |= (uint8_t)(1 << (7 - at % 8));
    g_assert_cmpuint(decoder_decode(dvi4, slice_of(fixed, sizeof fixed), wanted), ==, 16);
    for (size_t len = 0; len <= length; len++) {
        g_autofree uint8_t *exact = g_memdup2(variable, len);
        size_t frames = decoder_decode(vdvi, slice_of(exact, len), out);
        g_assert_cmpuint(frames, <=, len == length ? 16 : 15);
        g_assert_true(memcmp(out, wanted, frames * sizeof *out) == 0);
        g_assert_true(len < length || frames == 16);
    }
}

#ifdef RUNG_HAVE_CODEC2
/* Whole frames of 2400 bit/s one after the other, as loud as the library itself reads them (its
 * phases are random); frames of another mode are no frames. */
static void test_codec2(void)
{
    struct CODEC2 *coder = codec2_create(CODEC2_MODE_2400);
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) decoder = must_open(format_of("CODEC2", 8000, 1));
    int16_t speech[50 * 160], wanted[50 * 160];
    uint8_t frames[50][6];

    for (int i = 0; i < 50 * 160; i++)
        speech[i] = (int16_t)(6000 * sin(TWO_PI * 120 * i / 8000) * sin(TWO_PI * 3 * i / 8000));
    for (int frame = 0; frame < 50; frame++)
        codec2_encode(coder, frames[frame], speech + frame * 160);
    codec2_destroy(coder);
    coder = codec2_create(CODEC2_MODE_2400);
    for (int frame = 0; frame < 50; frame++)
        codec2_decode(coder, wanted + frame * 160, frames[frame]);
    codec2_destroy(coder);
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, sizeof frames), out), ==, 8000);
    g_assert_cmpfloat_with_epsilon(level_of(out, 8000) / level_of(wanted, 8000), 1, 0.1);
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 8), out), ==, 0);
}
#endif

#ifdef RUNG_HAVE_SPANDSP
static void fill_tone(int16_t *samples, size_t count, unsigned rate_hz)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = (int16_t)(8000 * sin(TWO_PI * 440 * (double)i / rate_hz) +
                               3000 * sin(TWO_PI * 130 * (double)i / rate_hz));
}

static double likeness(const int16_t *a, const int16_t *b, size_t count)
{
    double product = 0, energy_a = 1, energy_b = 1;

    for (size_t i = 0; i < count; i++) {
        product += (double)a[i] * b[i];
        energy_a += (double)a[i] * a[i];
        energy_b += (double)b[i] * b[i];
    }
    return product / sqrt(energy_a * energy_b);
}

/* What is packed either way is understood under either name. */
static void test_g726(void)
{
    static const struct {
        const char *name;
        unsigned bits;
        int packing;
    } cases[] = {
        { "G726-16", 2, G726_PACKING_RIGHT },     { "G726-24", 3, G726_PACKING_RIGHT },
        { "G726-32", 4, G726_PACKING_RIGHT },     { "G726-40", 5, G726_PACKING_RIGHT },
        { "AAL2-G726-16", 2, G726_PACKING_LEFT }, { "AAL2-G726-24", 3, G726_PACKING_LEFT },
        { "AAL2-G726-32", 4, G726_PACKING_LEFT }, { "AAL2-G726-40", 5, G726_PACKING_LEFT },
        { "G726-32", 4, G726_PACKING_LEFT },      { "AAL2-G726-32", 4, G726_PACKING_RIGHT },
    };
    int16_t speech[8000];
    uint8_t codes[8000];
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);

    fill_tone(speech, G_N_ELEMENTS(speech), 8000);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Decoder) decoder = must_open(format_of(cases[i].name, 8000, 1));
        g726_state_t *encoder =
            g726_init(NULL, (int)cases[i].bits * 8000, G726_ENCODING_LINEAR, cases[i].packing);
        int bytes = g726_encode(encoder, codes, speech, G_N_ELEMENTS(speech));
        g726_free(encoder);
        size_t frames = decoder_decode(decoder, slice_of(codes, (size_t)bytes), out);
        g_assert_cmpuint(frames, ==, G_N_ELEMENTS(speech));
        g_assert_cmpfloat(likeness(speech + 4000, out + 4000, 4000), >, 0.97);
    }
}

/* Frames of 31 bytes behind a signature; a description of silence is no speech. */
static void test_gsm_efr(void)
{
    uint8_t frames[62] = { 0xc0 };
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) decoder = must_open(format_of("GSM-EFR", 8000, 1));

    if (!decoder)
        return;
    frames[31] = 0xc0;
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 62), out), ==, 320);
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 61), out), ==, 160);
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 30), out), ==, 0);
    frames[0] = 0xd0; /* GSM full rate */
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 31), out), ==, 0);
    memset(frames, 0xff, 31);
    frames[0] = 0xcf;
    for (unsigned i = 0; i < 10; i++)
        g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 31), out), ==, 160);
    g_assert_cmpfloat(level_of(out, 160), <, 100); /* faded away; as speech it were a roar */
}

static void test_gsm(void)
{
    uint8_t frames[66] = { 0xd0 };
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) decoder = must_open(format_of("GSM", 8000, 1));

    frames[33] = 0xd0;
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 66), out), ==, 320);
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 65), out), ==, 160);
    frames[0] = 0x40; /* no GSM frame begins so */
    g_assert_cmpuint(decoder_decode(decoder, slice_of(frames, 66), out), ==, 0);
}
#endif

#ifdef RUNG_HAVE_OPUS
/* A lost packet comes back from the FEC in the next one, better than from nothing. */
static void test_opus_fec(void)
{
    enum { FRAME = 960, FRAMES = 50 };
    int error;
    OpusEncoder *encoder = opus_encoder_create(48000, 1, OPUS_APPLICATION_VOIP, &error);
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    g_autoptr(Decoder) decoder = must_open(format_of("opus", 48000, 2));
    uint8_t packet[1500];
    int16_t speech[FRAME];

    opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(1));
    opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(30));
    opus_encoder_ctl(encoder, OPUS_SET_BITRATE(24000));
    for (unsigned i = 0; i < FRAMES; i++) {
        for (unsigned j = 0; j < FRAME; j++)
            speech[j] = (int16_t)(8000 * sin(TWO_PI * 300 * (i * FRAME + j) / 48000.0));
        int bytes = opus_encode(encoder, speech, FRAME, packet, sizeof packet);
        g_assert_cmpint(bytes, >, 0);
        Slice payload = slice_of(packet, (size_t)bytes);
        if (i == 40)
            continue;
        if (i == 41) {
            decoder_conceal(decoder, payload, out, FRAME);
            g_assert_cmpfloat(level_of(out, FRAME), >, 2000);
        }
        g_assert_cmpuint(decoder_decode(decoder, payload, out), ==, FRAME);
    }
    opus_encoder_destroy(encoder);
}
#endif

/* RFC 3389: the level is that of the packet, white or coloured. */
static void test_comfort_noise(void)
{
    static const uint8_t packets[][4] = { { 40, 127, 127, 127 }, { 40, 200, 60, 127 } };
    PayloadFormat format = format_of("CN", 8000, 1);
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);

    for (unsigned i = 0; i < G_N_ELEMENTS(packets); i++) {
        g_autoptr(Decoder) decoder = must_open(format);
        g_assert_cmpuint(decoder_decode(decoder, slice_of(packets[i], 4), out), ==, 0);
        g_assert_true(decoder_fills_pauses(decoder));
        decoder_conceal(decoder, SLICE_EMPTY, out, 40000);
        g_assert_cmpfloat_with_epsilon(20 * log10(level_of(out, 40000) / 32767), -40, 1);
    }
}

/* The wave goes on, fades within 60 ms, and comes back without a step. */
static void test_wave_repeat(void)
{
    g_autoptr(Decoder) decoder = must_open(format_of("L16", 8000, 1));
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);
    uint8_t payload[320];

    for (unsigned packet = 0; packet < 5; packet++) {
        for (unsigned i = 0; i < 160; i++) {
            int16_t sample = (int16_t)(8000 * sin(TWO_PI * 200 * (packet * 160 + i) / 8000.0));
            payload[2 * i] = (uint8_t)(sample >> 8);
            payload[2 * i + 1] = (uint8_t)sample;
        }
        decoder_decode(decoder, slice_of(payload, sizeof payload), out);
    }
    decoder_conceal(decoder, SLICE_EMPTY, out, 800);
    for (unsigned i = 0; i < 80; i++)
        g_assert_cmpfloat_with_epsilon(out[i], 8000 * sin(TWO_PI * 200 * i / 8000.0), 400);
    g_assert_cmpfloat(level_of(out + 500, 300), <, 1);
}

static void test_refusals(void)
{
    PayloadFormat evs = format_of("EVS", 16000, 1), speex = format_of("speex", 11025, 1);
    uint32_t rate_hz;
    unsigned channels;
    g_autofree char *unknown = decoder_refusal(&evs, decoder_find(&evs, &rate_hz, &channels));

    g_assert_cmpstr(unknown, ==, "no decoder for EVS");
    g_assert_null(decoder_new(&evs));
    g_assert_cmpint(decoder_find(&speex, &rate_hz, &channels), !=, DECODER_OK);
    g_assert_null(decoder_new(&speex));
}

/* Every codec takes any bytes of any length, and never gives more than there is room for. */
static void test_any_bytes(void)
{
    unsigned count;
    const CodecRow *rows = codec_table(&count);
    g_autofree int16_t *out = g_new(int16_t, DECODER_SAMPLES_MAX);

    for (unsigned i = 0; i < count; i++) {
        PayloadFormat format = format_of(rows[i].encoding, 16000, 1);
        format.fmtp = "sizeLength=13;indexLength=3;config=1188"; /* AAC is not read without */
        g_autoptr(Decoder) decoder = must_open(format);
        for (size_t length = 0; decoder && length < 200; length++) {
            g_autofree uint8_t *exact = g_malloc(length + 1);
            for (size_t j = 0; j < length; j++)
                exact[j] = (uint8_t)g_random_int();
            g_autofree uint8_t *guarded = g_memdup2(exact, length);
            size_t frames = decoder_decode(decoder, slice_of(guarded, length), out);
            g_assert_cmpuint(frames * decoder_channels(decoder), <=, DECODER_SAMPLES_MAX);
            if (length % 50 == 0)
                decoder_conceal(decoder, slice_of(guarded, length), out, 700);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/codec/g711", test_g711);
    g_test_add_func("/codec/l16", test_l16);
    g_test_add_func("/codec/other-linear", test_other_linear);
    g_test_add_func("/codec/dvi4", test_dvi4);
    g_test_add_func("/codec/vdvi", test_vdvi);
#ifdef RUNG_HAVE_CODEC2
    g_test_add_func("/codec/codec2", test_codec2);
#endif
#ifdef RUNG_HAVE_SPANDSP
    g_test_add_func("/codec/g726", test_g726);
    g_test_add_func("/codec/gsm", test_gsm);
    g_test_add_func("/codec/gsm-efr", test_gsm_efr);
#endif
#ifdef RUNG_HAVE_OPUS
    g_test_add_func("/codec/opus-fec", test_opus_fec);
#endif
    g_test_add_func("/codec/comfort-noise", test_comfort_noise);
    g_test_add_func("/codec/wave-repeat", test_wave_repeat);
    g_test_add_func("/codec/refusals", test_refusals);
    g_test_add_func("/codec/any-bytes", test_any_bytes);
    return g_test_run();
}
