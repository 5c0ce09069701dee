/* G.722 at 64 kbit/s (RFC 3551 4.5.2), by spandsp. */
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_SPANDSP
#include <spandsp.h>

#define SAMPLES_A_BYTE 2

static void *open_g722(const CodecSetup *setup)
{
    (void)setup;
    return g722_decode_init(NULL, 64000, 0);
}

static void close_g722(void *state)
{
    g722_decode_free(state);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    size_t bytes = MIN(payload.len, capacity / SAMPLES_A_BYTE);
    return (size_t)g722_decode(state, out, payload.data, (int)bytes);
}

const CodecOps codec_g722 = { .open = open_g722, .close = close_g722, .decode = decode };
#else
const CodecOps codec_g722 = { 0 };
#endif
