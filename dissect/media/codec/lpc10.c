/* LPC-10e (FIPS 137), 22.5 ms in 7 bytes, by spandsp. Payload type 7 was meant for another codec
 * with frames of 14 bytes (RFC 3551 4.5.9), which nobody has sent since the nineties; telephone
 * servers use its name and number for this one. */
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_SPANDSP
#include <spandsp.h>

#define FRAME_BYTES   7u
#define FRAME_SAMPLES 180u

static void *open_lpc10(const CodecSetup *setup)
{
    (void)setup;
    return lpc10_decode_init(NULL, TRUE);
}

static void close_lpc10(void *state)
{
    lpc10_decode_free(state);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    size_t done = 0;

    for (; payload.len >= FRAME_BYTES && capacity - done >= FRAME_SAMPLES; done += FRAME_SAMPLES) {
        lpc10_decode(state, out + done, payload.data, (int)FRAME_BYTES);
        payload = slice_from(payload, FRAME_BYTES);
    }
    return done;
}

const CodecOps codec_lpc10 = { .open = open_lpc10, .close = close_lpc10, .decode = decode };
#else
const CodecOps codec_lpc10 = { 0 };
#endif
