/* L8, L16 and L24: linear samples in network order, channels interleaved (RFC 3551 4.5.10 and
 * 4.5.11, RFC 3190 section 4). */
#include "dissect/base/cursor.h"
#include "dissect/media/codec/codec.h"

typedef struct {
    unsigned channels, bytes; /* of a sample */
} Linear;

static void *open_linear(const CodecSetup *setup)
{
    Linear *linear = g_new(Linear, 1);
    *linear = (Linear){ setup->channels, setup->variant };
    return linear;
}

/* What does not fit into 16 bits is left out. */
static int16_t take_sample(Cursor *cursor, unsigned bytes)
{
    if (bytes == 1)
        return (int16_t)((cursor_u8(cursor) - 0x80) * 256); /* offset binary */
    int16_t sample = (int16_t)cursor_be16(cursor);
    cursor_skip(cursor, bytes - 2);
    return sample;
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    const Linear *linear = state;
    size_t frames = MIN(payload.len / linear->bytes / linear->channels, capacity);
    Cursor cursor = cursor_over(payload);

    for (size_t i = 0; i < frames * linear->channels; i++)
        out[i] = take_sample(&cursor, linear->bytes);
    return frames;
}

const CodecOps codec_linear = { .open = open_linear, .close = g_free, .decode = decode };
