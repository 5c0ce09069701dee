/* Opus (RFC 6716, RFC 7587) with its concealment and in-band FEC, by libopus. */
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_OPUS
#include <opus.h>

#define RATE_HZ        48000
#define CONCEAL_FRAMES 960 /* 20 ms */

typedef struct {
    OpusDecoder *decoder;
    unsigned channels;
} Opus;

/* One channel gives the mean of both. */
static void *open_opus(const CodecSetup *setup)
{
    int error = OPUS_OK;
    OpusDecoder *decoder = opus_decoder_create(RATE_HZ, (int)setup->channels, &error);

    if (!decoder)
        return NULL;
    Opus *opus = g_new(Opus, 1);
    *opus = (Opus){ decoder, setup->channels };
    return opus;
}

static void close_opus(void *state)
{
    Opus *opus = state;
    opus_decoder_destroy(opus->decoder);
    g_free(opus);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    Opus *opus = state;
    int frames =
        opus_decode(opus->decoder, payload.data, (opus_int32)payload.len, out, (int)capacity, 0);
    return frames > 0 ? (size_t)frames : 0;
}

static size_t conceal(void *state, int16_t *out, size_t capacity)
{
    Opus *opus = state;
    int count = (int)MIN(capacity, CONCEAL_FRAMES) / 120 * 120; /* whole 2.5 ms */
    int frames = opus_decode(opus->decoder, NULL, 0, out, count, 0);
    return frames > 0 ? (size_t)frames : 0;
}

/* The decoder makes up itself what a packet without FEC does not hold. */
static size_t carried(Slice next)
{
    int frames = opus_packet_get_samples_per_frame(next.data, RATE_HZ);
    return frames > 0 ? (size_t)frames : 0;
}

static bool recover(void *state, Slice next, int16_t *out, size_t frames)
{
    Opus *opus = state;
    return opus_decode(opus->decoder, next.data, (opus_int32)next.len, out, (int)frames, 1) > 0;
}

const CodecOps codec_opus = { .open = open_opus,
                              .close = close_opus,
                              .decode = decode,
                              .conceal = conceal,
                              .carried = carried,
                              .recover = recover,
                              .fills_pauses = true };
#else
const CodecOps codec_opus = { 0 };
#endif
