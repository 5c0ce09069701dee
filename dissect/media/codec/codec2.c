/* Codec 2, by libcodec2. No RFC says how it is carried: phones send whole frames one after the
 * other, at 2400 bit/s unless they say otherwise. */
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/fmtp.h"

#ifdef RUNG_HAVE_CODEC2
#include <codec2/codec2.h>

typedef struct {
    struct CODEC2 *decoder;
    size_t frame_bytes, frame_samples;
} Codec2;

/* -1: none. */
static int mode_of(uint32_t bit_rate)
{
    static const struct {
        uint32_t bit_rate;
        int mode;
    } modes[] = {
        { 3200, CODEC2_MODE_3200 }, { 2400, CODEC2_MODE_2400 }, { 1600, CODEC2_MODE_1600 },
        { 1400, CODEC2_MODE_1400 }, { 1300, CODEC2_MODE_1300 }, { 1200, CODEC2_MODE_1200 },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++)
        if (modes[i].bit_rate == bit_rate)
            return modes[i].mode;
    return -1;
}

static void *open_codec2(const CodecSetup *setup)
{
    int mode = mode_of(fmtp_number(setup->fmtp, "mode", 2400));
    struct CODEC2 *decoder = mode < 0 ? NULL : codec2_create(mode);

    if (!decoder)
        return NULL;
    Codec2 *codec2 = g_new(Codec2, 1);
    *codec2 = (Codec2){ decoder, (size_t)codec2_bytes_per_frame(decoder),
                        (size_t)codec2_samples_per_frame(decoder) };
    return codec2;
}

static void close_codec2(void *state)
{
    Codec2 *codec2 = state;
    codec2_destroy(codec2->decoder);
    g_free(codec2);
}

/* Of another mode are frames of another size: what does not come out even is noise. */
static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    Codec2 *codec2 = state;
    size_t done = 0;

    if (payload.len % codec2->frame_bytes != 0)
        return 0;
    while (payload.len > 0 && capacity - done >= codec2->frame_samples) {
        codec2_decode(codec2->decoder, out + done, payload.data);
        done += codec2->frame_samples;
        payload = slice_from(payload, codec2->frame_bytes);
    }
    return done;
}

const CodecOps codec_codec2 = { .open = open_codec2, .close = close_codec2, .decode = decode };
#else
const CodecOps codec_codec2 = { 0 };
#endif
