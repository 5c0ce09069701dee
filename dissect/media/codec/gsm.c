/* GSM 06.10 full rate: frames of 33 bytes (RFC 3551 4.5.8), by spandsp. */
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_SPANDSP
#include <spandsp.h>

#define FRAME_BYTES   33u
#define FRAME_SAMPLES 160u
#define SIGNATURE     0xd /* in the high bits of each frame */

static void *open_gsm(const CodecSetup *setup)
{
    (void)setup;
    return gsm0610_init(NULL, GSM0610_PACKING_VOIP);
}

static void close_gsm(void *state)
{
    gsm0610_free(state);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    size_t done = 0;

    while (payload.len >= FRAME_BYTES && capacity - done >= FRAME_SAMPLES) {
        if (payload.data[0] >> 4 != SIGNATURE)
            break;
        gsm0610_decode(state, out + done, payload.data, (int)FRAME_BYTES);
        done += FRAME_SAMPLES;
        payload = slice_from(payload, FRAME_BYTES);
    }
    return done;
}

const CodecOps codec_gsm = { .open = open_gsm, .close = close_gsm, .decode = decode };
#else
const CodecOps codec_gsm = { 0 };
#endif
