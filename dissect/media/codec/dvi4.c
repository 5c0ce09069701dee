/* DVI4: four bits a sample, behind a header that makes each packet stand alone (RFC 3551 4.5.1; IMA
 * Digital Audio Focus, 1992); and VDVI, the same in words of two to eight bits (4.5.17). */
#include "dissect/base/cursor.h"
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/prefix_code.h"

#define STEPS 89

static void *open_dvi4(const CodecSetup *setup)
{
    (void)setup;
    return g_new0(uint8_t, 1); /* it remembers nothing */
}

static int16_t next_sample(int *predicted, int *index, unsigned code)
{
    static const int16_t steps[STEPS] = {
        7,     8,     9,     10,    11,    12,    13,    14,    16,    17,    19,    21,    23,
        25,    28,    31,    34,    37,    41,    45,    50,    55,    60,    66,    73,    80,
        88,    97,    107,   118,   130,   143,   157,   173,   190,   209,   230,   253,   279,
        307,   337,   371,   408,   449,   494,   544,   598,   658,   724,   796,   876,   963,
        1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,  2272,  2499,  2749,  3024,  3327,
        3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,  9493,  10442, 11487,
        12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
    };
    static const int8_t moves[] = { -1, -1, -1, -1, 2, 4, 6, 8 };
    int step = steps[*index];
    int change = step >> 3;

    change += code & 4 ? step : 0;
    change += code & 2 ? step >> 1 : 0;
    change += code & 1 ? step >> 2 : 0;
    *predicted = CLAMP(*predicted + (code & 8 ? -change : change), INT16_MIN, INT16_MAX);
    *index = CLAMP(*index + moves[code & 7], 0, STEPS - 1);
    return (int16_t)*predicted;
}

/* The header; false when it is none. */
static bool read_header(Slice payload, int *predicted, int *index, Slice *codes)
{
    Cursor c = cursor_over(payload);

    *predicted = (int16_t)cursor_be16(&c);
    *index = cursor_u8(&c);
    cursor_skip(&c, 1); /* reserved */
    *codes = cursor_rest(&c);
    return !c.failed && *index < STEPS;
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    int predicted, index;
    size_t done = 0;
    Slice codes;

    (void)state;
    if (!read_header(payload, &predicted, &index, &codes))
        return 0;
    for (size_t i = 0; i < codes.len && capacity - done >= 2; i++) {
        out[done++] = next_sample(&predicted, &index, codes.data[i] >> 4);
        out[done++] = next_sample(&predicted, &index, codes.data[i] & 15);
    }
    return done;
}

/* The last byte is filled up with ones, which are no word. */
static size_t decode_words(void *state, Slice payload, int16_t *out, size_t capacity)
{
    static const PrefixWord words[] = {
        { 0x0000, 0 }, { 0x4000, 1 },  { 0x6000, 9 }, { 0x8000, 8 },  { 0xc000, 2 }, { 0xd000, 10 },
        { 0xe000, 3 }, { 0xe800, 11 }, { 0xf000, 4 }, { 0xf400, 12 }, { 0xf800, 5 }, { 0xfa00, 13 },
        { 0xfc00, 6 }, { 0xfd00, 14 }, { 0xfe00, 7 }, { 0xff00, 15 },
    };
    const PrefixCode code = { words, G_N_ELEMENTS(words) };
    int predicted, index;
    size_t done = 0;
    Slice codes;

    (void)state;
    if (!read_header(payload, &predicted, &index, &codes))
        return 0;
    BitReader bits = bit_reader_over(codes);
    while (done < capacity) {
        unsigned value = prefix_code_read(&code, &bits);
        if (bits.failed)
            break;
        out[done++] = next_sample(&predicted, &index, value);
    }
    return done;
}

const CodecOps codec_dvi4 = { .open = open_dvi4, .close = g_free, .decode = decode };
const CodecOps codec_vdvi = { .open = open_dvi4, .close = g_free, .decode = decode_words };
