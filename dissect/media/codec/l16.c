/* L16: linear samples in network order, channels interleaved (RFC 3551 4.5.11). */
#include "dissect/base/cursor.h"
#include "dissect/media/codec/codec.h"

typedef struct {
    unsigned channels;
} L16;

static void *open_l16(const CodecSetup *setup)
{
    L16 *l16 = g_new(L16, 1);
    l16->channels = setup->channels;
    return l16;
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    const L16 *l16 = state;
    size_t frames = MIN(payload.len / sizeof *out / l16->channels, capacity);
    Cursor cursor = cursor_over(payload);

    for (size_t i = 0; i < frames * l16->channels; i++)
        out[i] = (int16_t)cursor_be16(&cursor);
    return frames;
}

const CodecOps codec_l16 = { .open = open_l16, .close = g_free, .decode = decode };
