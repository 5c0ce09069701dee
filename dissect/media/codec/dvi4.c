/* DVI4: four bits a sample, behind a header that makes each packet stand alone (RFC 3551 4.5.1; IMA
 * Digital Audio Focus, 1992). */
#include "dissect/base/cursor.h"
#include "dissect/media/codec/codec.h"

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

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    Cursor c = cursor_over(payload);
    int predicted = (int16_t)cursor_be16(&c);
    int index = cursor_u8(&c);
    size_t done = 0;

    (void)state;
    cursor_skip(&c, 1); /* reserved */
    Slice codes = cursor_rest(&c);
    if (c.failed || index >= STEPS)
        return 0;
    for (size_t i = 0; i < codes.len && capacity - done >= 2; i++) {
        out[done++] = next_sample(&predicted, &index, codes.data[i] >> 4);
        out[done++] = next_sample(&predicted, &index, codes.data[i] & 15);
    }
    return done;
}

const CodecOps codec_dvi4 = { .open = open_dvi4, .close = g_free, .decode = decode };
