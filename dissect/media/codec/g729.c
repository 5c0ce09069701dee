/* G.729 with Annexes A and B: speech frames of 10 bytes, then perhaps one of 2 bytes that describes
 * the silence which follows (RFC 3551 4.5.6). By bcg729. */
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_BCG729
#include <bcg729/decoder.h>

#define FRAME_BYTES   10u
#define SILENCE_BYTES 2u
#define FRAME_SAMPLES 80u

static void *open_g729(const CodecSetup *setup)
{
    (void)setup;
    return initBcg729DecoderChannel();
}

static void close_g729(void *state)
{
    closeBcg729DecoderChannel(state);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    size_t done = 0;

    for (; payload.len >= FRAME_BYTES && capacity - done >= FRAME_SAMPLES; done += FRAME_SAMPLES) {
        bcg729Decoder(state, payload.data, FRAME_BYTES, 0, 0, 0, out + done);
        payload = slice_from(payload, FRAME_BYTES);
    }
    if (payload.len == SILENCE_BYTES && capacity - done >= FRAME_SAMPLES) {
        bcg729Decoder(state, payload.data, SILENCE_BYTES, 0, 1, 0, out + done);
        done += FRAME_SAMPLES;
    }
    return done;
}

static size_t conceal(void *state, int16_t *out, size_t capacity)
{
    if (capacity < FRAME_SAMPLES)
        return 0;
    bcg729Decoder(state, NULL, 0, 1, 0, 0, out);
    return FRAME_SAMPLES;
}

const CodecOps codec_g729 = { .open = open_g729,
                              .close = close_g729,
                              .decode = decode,
                              .conceal = conceal,
                              .fills_pauses = true };
#else
const CodecOps codec_g729 = { 0 };
#endif
