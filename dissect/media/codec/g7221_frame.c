#include "dissect/media/codec/g7221_frame.h"
#include "dissect/base/bit_reader.h"
#include "dissect/media/codec/g7221_tables.h"
#include <math.h>

#define POWER_BITS      5u
#define POWER_MIN       (-8)
#define POWER_MAX       31
#define POWER_STEP_BASE 12 /* a difference of 0 */
#define HALF_REGION     (G7221_REGION_SIZE / 2)
#define RATE_CODE_BITS  2u
#define CHECKSUM_BITS   4u
#define ANNEX_C_GAIN    1.553f /* its transform makes 3.8 dB less of the same sound */
#define RATE_UNIT_BYTES 20u    /* of the rate code: 40 bytes are code 1 */

typedef struct {
    G7221Layout layout;
    BitReader bits;
    size_t end_bit; /* of what belongs to the frame proper */
    int power[G7221_REGIONS_MAX];
    uint8_t category[G7221_REGIONS_MAX];
    unsigned control;
    bool ran_out; /* of bits: the encoder had none left, or the frame is damaged */
} Frame;

void g7221_noise_init(G7221Noise *noise)
{
    *noise = (G7221Noise){ { 1, 1, 1, 1 } };
}

static uint16_t next_noise(G7221Noise *noise)
{
    uint16_t *words = noise->words;
    unsigned next = words[0] + words[3];

    next += next >> 15 & 1;
    words[3] = words[2];
    words[2] = words[1];
    words[1] = words[0];
    return words[0] = (uint16_t)next;
}

/* Words folded into 15 bits, of which each bit of the sum is the parity of some. */
static unsigned checksum_of(Slice frame)
{
    static const uint16_t masks[CHECKSUM_BITS] = { 0x7f80, 0x7878, 0x6666, 0x5555 };
    uint32_t folded = 0;
    unsigned sum = 0;

    for (size_t i = 0; i + 1 < frame.len; i += 2) {
        unsigned low = frame.data[i + 1];
        if (i + 2 == frame.len)
            low &= ~((1u << CHECKSUM_BITS) - 1);
        folded ^= ((uint32_t)frame.data[i] << 8 | low) << (i / 2 % 15);
    }
    folded = folded >> 15 ^ (folded & 0x7fff);
    for (unsigned i = 0; i < CHECKSUM_BITS; i++)
        sum = sum << 1 | ((unsigned)__builtin_popcount(folded & masks[i]) & 1);
    return sum;
}

bool g7221_frame_is_framed(Slice frame)
{
    return frame.len >= 2 * RATE_UNIT_BYTES && frame.len % RATE_UNIT_BYTES == 0 &&
           (frame.data[0] >> 6) + 1u == frame.len / RATE_UNIT_BYTES &&
           (slice_last(frame) & ((1u << CHECKSUM_BITS) - 1)) == checksum_of(frame);
}

static bool has_bits(const Frame *frame, size_t count)
{
    return frame->bits.at + count <= frame->end_bit;
}

static bool read_powers(Frame *frame)
{
    frame->power[0] = (int)bit_reader_bits(&frame->bits, POWER_BITS);
    for (unsigned i = 1; i < frame->layout.regions; i++) {
        PrefixCode code = g7221_power_code(i);
        int step = (int)prefix_code_read(&code, &frame->bits) - POWER_STEP_BASE;
        frame->power[i] = frame->power[i - 1] + step;
        if (frame->power[i] < POWER_MIN || frame->power[i] > POWER_MAX)
            return false;
    }
    return true;
}

static bool read_categories(Frame *frame)
{
    bool wide = frame->layout.regions > G7221_REGIONS;
    int power[G7221_REGIONS_MAX];

    frame->control = bit_reader_bits(&frame->bits, wide ? 5 : 4);
    if (!has_bits(frame, 0))
        return false;
    /* The offset is looked for between fixed bounds, so it matters what 0 is. */
    for (unsigned i = 0; i < frame->layout.regions; i++)
        power[i] = frame->power[i] + (frame->layout.framed ? 2 : -7);
    return g7221_categorize(power, frame->layout.regions,
                            (unsigned)(frame->end_bit - frame->bits.at), frame->control,
                            frame->category);
}

/* False when the bits do not suffice for it. */
static bool read_vector(Frame *frame, const G7221Category *category, float deviation, float *out)
{
    unsigned value, signs = 0;

    value = prefix_code_read(&category->vectors, &frame->bits);
    for (unsigned i = category->dimension; i-- > 0; value /= category->levels) {
        out[i] = category->magnitude[value % category->levels] * deviation;
        signs += value % category->levels != 0;
    }
    if (!has_bits(frame, signs))
        return false;
    for (unsigned i = 0; i < category->dimension; i++)
        if (out[i] != 0 && bit_reader_bit(&frame->bits) == 0)
            out[i] = -out[i];
    return true;
}

static bool read_vectors(Frame *frame, const G7221Category *category, float deviation, float *out)
{
    for (unsigned at = 0; at < G7221_REGION_SIZE; at += category->dimension)
        if (!read_vector(frame, category, deviation, out + at))
            return false;
    return true;
}

/* Where the region's coefficients are 0; of a coarse category only. */
static void fill_with_noise(unsigned category, float deviation, G7221Noise *noise, float *region)
{
    static const float share[] = { [5] = 0.176777f, [6] = 0.25f, [7] = 0.707107f };
    unsigned word = 0;

    if (category >= G_N_ELEMENTS(share) || share[category] == 0)
        return;
    for (unsigned i = 0; i < G7221_REGION_SIZE; i++) {
        if (i % HALF_REGION == 0)
            word = next_noise(noise);
        if (region[i] != 0)
            continue;
        region[i] = (word & 1 ? deviation : -deviation) * share[category];
        word >>= 1;
    }
}

static void read_region(Frame *frame, unsigned region, G7221Noise *noise, float *out)
{
    float gain = frame->layout.regions > G7221_REGIONS ? ANNEX_C_GAIN : 1.0f;
    float deviation = gain * exp2f((float)(frame->power[region] + 2) / 2.0f);
    unsigned category = frame->ran_out ? G7221_CODED_CATEGORIES : frame->category[region];
    const G7221Category *coded = g7221_category(category);

    if (coded && !read_vectors(frame, coded, deviation, out)) {
        frame->ran_out = true;
        category = G7221_CODED_CATEGORIES;
        coded = NULL;
    }
    if (!coded)
        memset(out, 0, G7221_REGION_SIZE * sizeof *out);
    fill_with_noise(category, deviation, noise, out);
}

/* An encoder runs out of bits only at its coarsest; else it fills up the frame with ones. */
static bool ends_well(Frame *frame)
{
    if (frame->ran_out)
        return frame->control + 1 == (frame->layout.regions > G7221_REGIONS ? 32 : 16);
    while (has_bits(frame, 1))
        if (bit_reader_bit(&frame->bits) == 0)
            return false;
    return true;
}

bool g7221_frame_decode(G7221Layout layout, Slice frame_bytes, G7221Noise *noise, float *out)
{
    Frame frame = { .layout = layout,
                    .bits = bit_reader_over(frame_bytes),
                    .end_bit = frame_bytes.len * 8 };

    if (layout.framed) {
        if (!g7221_frame_is_framed(frame_bytes))
            return false;
        frame.end_bit -= CHECKSUM_BITS;
        bit_reader_skip(&frame.bits, RATE_CODE_BITS);
    }
    if (!read_powers(&frame) || !read_categories(&frame))
        return false;
    for (unsigned i = 0; i < layout.regions; i++)
        read_region(&frame, i, noise, out + (size_t)i * G7221_REGION_SIZE);
    return ends_well(&frame);
}
