/* AMR wideband (3GPP TS 26.171, ITU-T G.722.2, RFC 4867), by opencore-amr. */
#include "dissect/media/codec/amr.h"

#ifdef RUNG_HAVE_AMR_WB
#include <opencore-amrwb/dec_if.h>

static void decode_frame(void *decoder, const uint8_t *bytes, int16_t *out, bool bad)
{
    D_IF_decode(decoder, bytes, out, bad);
}

static void *open_amr(const CodecSetup *setup)
{
    Amr *amr = g_new0(Amr, 1);

    if (!amr_format(setup, true, &amr->format)) {
        g_free(amr);
        return NULL;
    }
    amr->decoder = D_IF_init();
    amr->decode_frame = decode_frame;
    amr->frame_samples = 320;
    return amr;
}

static void close_amr(void *state)
{
    Amr *amr = state;
    D_IF_exit(amr->decoder);
    g_free(amr);
}

const CodecOps codec_amr_wb = { .open = open_amr,
                                .close = close_amr,
                                .decode = amr_decode,
                                .conceal = amr_conceal,
                                .fills_pauses = true };
#else
const CodecOps codec_amr_wb = { 0 };
#endif
