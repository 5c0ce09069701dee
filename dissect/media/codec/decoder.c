#include "dissect/media/codec/decoder.h"
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/wave_repeat.h"

#define RATE_MIN_HZ   4000u
#define RATE_MAX_HZ   192000u
#define OWN_FRAME_MAX 960u /* 20 ms of Opus; the frames of all others are shorter */

struct Decoder {
    const CodecOps *ops;
    void *state;
    uint32_t rate_hz;
    unsigned channels;
    WaveRepeat *repeat;     /* NULL when the codec conceals by itself */
    size_t spare, spare_at; /* frames the codec made beyond what was asked */
    int16_t own[OWN_FRAME_MAX * 2];
};

static DecoderStatus find(const PayloadFormat *format, const CodecRow **out, CodecSetup *setup)
{
    const CodecRow *row = codec_row(format->encoding);

    if (!row)
        return DECODER_UNKNOWN;
    if (!row->ops->open || (row->ops->exists && !row->ops->exists()))
        return DECODER_MISSING;
    *out = row;
    *setup = (CodecSetup){
        .variant = row->variant,
        .rate_hz = row->rate_hz ? row->rate_hz : format->clock_hz,
        .channels = row->channels_max == 1 ? 1 : MAX(format->channels, 1),
        .fmtp = format->fmtp,
    };
    if (setup->channels > row->channels_max || setup->rate_hz < RATE_MIN_HZ ||
        setup->rate_hz > RATE_MAX_HZ)
        return DECODER_UNSUPPORTED;
    return DECODER_OK;
}

/* @fallback while it does not tell one that is possible. */
static uint32_t rate_of(const CodecOps *ops, const void *state, uint32_t fallback)
{
    uint32_t rate_hz = ops->rate_hz ? ops->rate_hz(state) : fallback;
    return rate_hz >= RATE_MIN_HZ && rate_hz <= RATE_MAX_HZ ? rate_hz : fallback;
}

DecoderStatus decoder_find(const PayloadFormat *format, uint32_t *out_rate_hz,
                           unsigned *out_channels)
{
    const CodecRow *row;
    CodecSetup setup;
    DecoderStatus status = find(format, &row, &setup);

    if (status != DECODER_OK)
        return status;
    void *state = row->ops->open(&setup);
    if (!state)
        return DECODER_UNSUPPORTED;
    *out_rate_hz = rate_of(row->ops, state, setup.rate_hz);
    row->ops->close(state);
    *out_channels = setup.channels;
    return DECODER_OK;
}

char *decoder_refusal(const PayloadFormat *format, DecoderStatus status)
{
    const CodecRow *row = codec_row(format->encoding);
    const char *name = format->encoding;

    if (!name)
        return g_strdup_printf("no name for payload type %u", format->payload_type);
    if (status == DECODER_MISSING && row)
        return g_strdup_printf("no decoder for %s: %s %s", name,
                               row->ops->open ? "cannot load" : "built without", row->library);
    if (status == DECODER_UNSUPPORTED)
        return g_strdup_printf("no decoder for %s/%u/%u%s%s", name, format->clock_hz,
                               format->channels, format->fmtp ? " with " : "",
                               format->fmtp ? format->fmtp : "");
    return g_strdup_printf("no decoder for %s", name);
}

Decoder *decoder_new(const PayloadFormat *format)
{
    const CodecRow *row;
    CodecSetup setup;

    if (find(format, &row, &setup) != DECODER_OK)
        return NULL;
    void *state = row->ops->open(&setup);
    if (!state)
        return NULL;
    Decoder *decoder = g_new0(Decoder, 1);
    decoder->ops = row->ops;
    decoder->state = state;
    decoder->rate_hz = rate_of(row->ops, state, setup.rate_hz);
    decoder->channels = setup.channels;
    if (!row->ops->conceal)
        decoder->repeat = wave_repeat_new(decoder->rate_hz, setup.channels);
    return decoder;
}

void decoder_free(Decoder *decoder)
{
    if (!decoder)
        return;
    decoder->ops->close(decoder->state);
    wave_repeat_free(decoder->repeat);
    g_free(decoder);
}

uint32_t decoder_rate_hz(const Decoder *decoder)
{
    return decoder->rate_hz;
}

unsigned decoder_channels(const Decoder *decoder)
{
    return decoder->channels;
}

bool decoder_waits(const Decoder *decoder)
{
    return decoder->ops->waits && decoder->ops->waits(decoder->state);
}

bool decoder_fills_pauses(const Decoder *decoder)
{
    return decoder->ops->fills_pauses;
}

static void take_rate(Decoder *decoder)
{
    uint32_t rate_hz = rate_of(decoder->ops, decoder->state, decoder->rate_hz);

    if (rate_hz == decoder->rate_hz)
        return;
    decoder->rate_hz = rate_hz;
    if (decoder->repeat) {
        wave_repeat_free(decoder->repeat);
        decoder->repeat = wave_repeat_new(rate_hz, decoder->channels);
    }
}

size_t decoder_decode(Decoder *decoder, Slice payload, int16_t *out)
{
    size_t capacity = DECODER_SAMPLES_MAX / decoder->channels;
    size_t frames = payload.len ? decoder->ops->decode(decoder->state, payload, out, capacity) : 0;

    decoder->spare = 0;
    take_rate(decoder);
    if (decoder->repeat && frames > 0)
        wave_repeat_hear(decoder->repeat, out, frames);
    return frames;
}

size_t decoder_more(Decoder *decoder, int16_t *out)
{
    size_t capacity = DECODER_SAMPLES_MAX / decoder->channels;
    size_t frames = decoder->ops->more ? decoder->ops->more(decoder->state, out, capacity) : 0;

    if (decoder->repeat && frames > 0)
        wave_repeat_hear(decoder->repeat, out, frames);
    return frames;
}

/* The codec's frames have a length of their own: what is left of one serves the next call. */
static void conceal_by_codec(Decoder *decoder, int16_t *out, size_t frames)
{
    size_t channels = decoder->channels, done = 0;

    while (done < frames) {
        if (decoder->spare == 0) {
            size_t capacity = G_N_ELEMENTS(decoder->own) / channels;
            decoder->spare = decoder->ops->conceal(decoder->state, decoder->own, capacity);
            decoder->spare_at = 0;
        }
        if (decoder->spare == 0)
            break;
        size_t count = MIN(decoder->spare, frames - done);
        memcpy(out + done * channels, decoder->own + decoder->spare_at * channels,
               count * channels * sizeof *out);
        decoder->spare -= count;
        decoder->spare_at += count;
        done += count;
    }
    memset(out + done * channels, 0, (frames - done) * channels * sizeof *out);
}

void decoder_conceal(Decoder *decoder, Slice next, int16_t *out, size_t frames)
{
    const CodecOps *ops = decoder->ops;

    if (decoder->repeat) {
        wave_repeat_fill(decoder->repeat, out, frames);
        return;
    }
    /* A decoder goes forward only: what stands before the redundancy is made up first. */
    size_t carried = ops->carried && next.len ? MIN(ops->carried(next), frames) : 0;
    conceal_by_codec(decoder, out, frames - carried);
    if (carried == 0)
        return;
    out += (frames - carried) * decoder->channels;
    decoder->spare = 0;
    if (!ops->recover(decoder->state, next, out, carried))
        memset(out, 0, carried * decoder->channels * sizeof *out);
}
