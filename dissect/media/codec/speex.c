/* Speex narrowband, wideband and ultra-wideband, several frames a packet (RFC 5574), by libspeex.
 */
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_SPEEX
#include <speex/speex.h>

#define HEADER_BITS 5 /* no frame is shorter */

typedef struct {
    void *decoder;
    SpeexBits bits;
    size_t frame_size; /* samples */
} Speex;

static const SpeexMode *mode_of(uint32_t rate_hz)
{
    switch (rate_hz) {
    case 8000:
        return speex_lib_get_mode(SPEEX_MODEID_NB);
    case 16000:
        return speex_lib_get_mode(SPEEX_MODEID_WB);
    case 32000:
        return speex_lib_get_mode(SPEEX_MODEID_UWB);
    default:
        return NULL;
    }
}

static void *open_speex(const CodecSetup *setup)
{
    const SpeexMode *mode = mode_of(setup->rate_hz);
    void *decoder = mode ? speex_decoder_init(mode) : NULL;
    int enhance = 1, frame_size = 0;

    if (!decoder)
        return NULL;
    speex_decoder_ctl(decoder, SPEEX_SET_ENH, &enhance);
    speex_decoder_ctl(decoder, SPEEX_GET_FRAME_SIZE, &frame_size);
    Speex *speex = g_new0(Speex, 1);
    speex->decoder = decoder;
    speex->frame_size = (size_t)frame_size;
    speex_bits_init(&speex->bits);
    return speex;
}

static void close_speex(void *state)
{
    Speex *speex = state;
    speex_bits_destroy(&speex->bits);
    speex_decoder_destroy(speex->decoder);
    g_free(speex);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    Speex *speex = state;
    size_t done = 0;

    speex_bits_read_from(&speex->bits, (const char *)payload.data, (int)payload.len);
    while (capacity - done >= speex->frame_size &&
           speex_bits_remaining(&speex->bits) >= HEADER_BITS) {
        if (speex_decode_int(speex->decoder, &speex->bits, out + done) != 0)
            break;
        done += speex->frame_size;
    }
    return done;
}

static size_t conceal(void *state, int16_t *out, size_t capacity)
{
    Speex *speex = state;

    if (capacity < speex->frame_size)
        return 0;
    speex_decode_int(speex->decoder, NULL, out);
    return speex->frame_size;
}

const CodecOps codec_speex = {
    .open = open_speex, .close = close_speex, .decode = decode, .conceal = conceal
};
#else
const CodecOps codec_speex = { 0 };
#endif
