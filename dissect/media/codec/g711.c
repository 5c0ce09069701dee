/* PCMU and PCMA (RFC 3551 4.5.14; ITU-T G.711). */
#include "dissect/media/codec/codec.h"

typedef struct {
    unsigned channels;
} G711;

static void *open_g711(const CodecSetup *setup)
{
    G711 *g711 = g_new(G711, 1);
    g711->channels = setup->channels;
    return g711;
}

static int16_t expand_ulaw(uint8_t code)
{
    unsigned inverse = (unsigned)~code & 0xff;
    int magnitude = (int)((((inverse & 0x0f) << 3) + 0x84) << (inverse >> 4 & 7)) - 0x84;
    return (int16_t)(inverse & 0x80 ? -magnitude : magnitude);
}

static int16_t expand_alaw(uint8_t code)
{
    unsigned even = code ^ 0x55u, segment = even >> 4 & 7;
    int magnitude = (int)((even & 0x0f) << 4) + 8;

    if (segment > 0)
        magnitude = (magnitude + 0x100) << (segment - 1);
    return (int16_t)(even & 0x80 ? magnitude : -magnitude);
}

static size_t whole_frames(const G711 *g711, Slice payload, size_t capacity)
{
    return MIN(payload.len / g711->channels, capacity);
}

static size_t decode_ulaw(void *state, Slice payload, int16_t *out, size_t capacity)
{
    const G711 *g711 = state;
    size_t frames = whole_frames(g711, payload, capacity);

    for (size_t i = 0; i < frames * g711->channels; i++)
        out[i] = expand_ulaw(payload.data[i]);
    return frames;
}

static size_t decode_alaw(void *state, Slice payload, int16_t *out, size_t capacity)
{
    const G711 *g711 = state;
    size_t frames = whole_frames(g711, payload, capacity);

    for (size_t i = 0; i < frames * g711->channels; i++)
        out[i] = expand_alaw(payload.data[i]);
    return frames;
}

const CodecOps codec_pcmu = { .open = open_g711, .close = g_free, .decode = decode_ulaw };
const CodecOps codec_pcma = { .open = open_g711, .close = g_free, .decode = decode_alaw };
