#include "dissect/media/codec/codec.h"

#define SPANDSP "spandsp"

static const CodecRow rows[] = {
    { "PCMU", &codec_pcmu, 0, 0, CODEC_CHANNELS_MAX, NULL },
    { "PCMA", &codec_pcma, 0, 0, CODEC_CHANNELS_MAX, NULL },
    { "L16", &codec_l16, 0, 0, CODEC_CHANNELS_MAX, NULL },
    { "CN", &codec_comfort_noise, 0, 0, 1, NULL },
    { "G722", &codec_g722, 0, 16000, 1, SPANDSP }, /* RFC 3551 4.5.2: the clock is 8000 */
    /* RFC 3551 4.5.4, and the packing of ITU-T I.366.2 Annex E */
    { "G726-16", &codec_g726, G726_VARIANT(2, false), 8000, 1, SPANDSP },
    { "G726-24", &codec_g726, G726_VARIANT(3, false), 8000, 1, SPANDSP },
    { "G726-32", &codec_g726, G726_VARIANT(4, false), 8000, 1, SPANDSP },
    { "G726-40", &codec_g726, G726_VARIANT(5, false), 8000, 1, SPANDSP },
    { "AAL2-G726-16", &codec_g726, G726_VARIANT(2, true), 8000, 1, SPANDSP },
    { "AAL2-G726-24", &codec_g726, G726_VARIANT(3, true), 8000, 1, SPANDSP },
    { "AAL2-G726-32", &codec_g726, G726_VARIANT(4, true), 8000, 1, SPANDSP },
    { "AAL2-G726-40", &codec_g726, G726_VARIANT(5, true), 8000, 1, SPANDSP },
    { "GSM", &codec_gsm, 0, 8000, 1, SPANDSP },
    { "G729", &codec_g729, 0, 8000, 1, "bcg729" },
    { "opus", &codec_opus, 0, 48000, 2, "opus" },
    { "speex", &codec_speex, 0, 0, 1, "speex" },
    { "AMR", &codec_amr_nb, 0, 8000, 1, "opencore-amrnb" },
    { "AMR-WB", &codec_amr_wb, 0, 16000, 1, "opencore-amrwb" },
};

const CodecRow *codec_row(const char *encoding)
{
    for (unsigned i = 0; encoding && i < G_N_ELEMENTS(rows); i++)
        if (g_ascii_strcasecmp(rows[i].encoding, encoding) == 0)
            return &rows[i];
    return NULL;
}

const CodecRow *codec_table(unsigned *count)
{
    *count = G_N_ELEMENTS(rows);
    return rows;
}
