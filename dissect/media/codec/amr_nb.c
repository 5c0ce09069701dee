/* AMR narrowband (3GPP TS 26.071, RFC 4867), by opencore-amr. */
#include "dissect/media/codec/amr.h"

#ifdef RUNG_HAVE_AMR_NB
#include <opencore-amrnb/interf_dec.h>

static void decode_frame(void *decoder, const uint8_t *bytes, int16_t *out, bool bad)
{
    Decoder_Interface_Decode(decoder, bytes, out, bad);
}

static void *open_amr(const CodecSetup *setup)
{
    Amr *amr = g_new0(Amr, 1);

    if (!amr_format(setup, false, &amr->format)) {
        g_free(amr);
        return NULL;
    }
    amr->decoder = Decoder_Interface_init();
    amr->decode_frame = decode_frame;
    amr->frame_samples = 160;
    return amr;
}

static void close_amr(void *state)
{
    Amr *amr = state;
    Decoder_Interface_exit(amr->decoder);
    g_free(amr);
}

const CodecOps codec_amr_nb = { .open = open_amr,
                                .close = close_amr,
                                .decode = amr_decode,
                                .conceal = amr_conceal,
                                .fills_pauses = true };
#else
const CodecOps codec_amr_nb = { 0 };
#endif
