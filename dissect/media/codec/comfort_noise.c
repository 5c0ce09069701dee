/* CN: noise of a level and spectrum that a packet describes (RFC 3389). Decoding a packet only
 * learns; the noise itself is the concealment of what follows. */
#include "dissect/media/codec/codec.h"
#include <math.h>

#define ORDER_MAX  10u  /* ITU-T G.711 Appendix II: more bring nothing */
#define LEVEL_MASK 0x7f /* -dBov */
#define FULL_SCALE 32767.0
#define FRAME_MAX  160u
#define SEED       0x2545f491u
#define STABLE_MAX 0.99 /* a reflection coefficient of 1 would ring for ever */

typedef struct {
    uint32_t random;
    double gain; /* of the excitation */
    unsigned order;
    double reflection[ORDER_MAX], memory[ORDER_MAX + 1];
} ComfortNoise;

static void *open_noise(const CodecSetup *setup)
{
    ComfortNoise *noise = g_new0(ComfortNoise, 1);
    (void)setup;
    noise->random = SEED;
    return noise;
}

/* Section 3: N(i) of 0..254 means k(i) = 258 (N(i) - 127) / 32768. */
static size_t learn(void *state, Slice payload, int16_t *out, size_t capacity)
{
    ComfortNoise *noise = state;
    Slice spectrum = slice_sub(payload, 1, ORDER_MAX);
    double left = 1; /* share of the power that the filter does not add */

    (void)out;
    (void)capacity;
    noise->order = (unsigned)spectrum.len;
    for (unsigned i = 0; i < noise->order; i++) {
        double k = 258.0 * (spectrum.data[i] - 127) / 32768;
        noise->reflection[i] = CLAMP(k, -STABLE_MAX, STABLE_MAX);
        left *= 1 - noise->reflection[i] * noise->reflection[i];
    }
    double rms = FULL_SCALE * pow(10, -(payload.data[0] & LEVEL_MASK) / 20.0);
    noise->gain = rms * sqrt(3 * left); /* of uniform numbers in -1..1 */
    return 0;
}

static double next_random(ComfortNoise *noise)
{
    noise->random = noise->random * 1664525u + 1013904223u;
    return (double)(int32_t)noise->random / 2147483648.0;
}

/* All-pole lattice; @memory holds the backward errors of the sample before. */
static double next_sample(ComfortNoise *noise)
{
    double forward = noise->gain * next_random(noise);

    for (unsigned i = noise->order; i-- > 0;) {
        forward -= noise->reflection[i] * noise->memory[i];
        noise->memory[i + 1] = noise->memory[i] + noise->reflection[i] * forward;
    }
    noise->memory[0] = forward;
    return forward;
}

static size_t make_noise(void *state, int16_t *out, size_t capacity)
{
    size_t frames = MIN(capacity, FRAME_MAX);

    for (size_t i = 0; i < frames; i++) {
        double sample = next_sample(state);
        out[i] = (int16_t)CLAMP(sample, INT16_MIN, INT16_MAX);
    }
    return frames;
}

const CodecOps codec_comfort_noise = { .open = open_noise,
                                       .close = g_free,
                                       .decode = learn,
                                       .conceal = make_noise,
                                       .fills_pauses = true };
