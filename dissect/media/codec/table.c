#include "dissect/media/codec/codec.h"

#define SPANDSP    "spandsp"
#define LIBAVCODEC "libavcodec"

static const CodecRow rows[] = {
    { "PCMU", &codec_pcmu, 0, 0, CODEC_CHANNELS_MAX, NULL },
    { "PCMA", &codec_pcma, 0, 0, CODEC_CHANNELS_MAX, NULL },
    { "L8", &codec_linear, 1, 0, CODEC_CHANNELS_MAX, NULL }, /* bytes a sample */
    { "L16", &codec_linear, 2, 0, CODEC_CHANNELS_MAX, NULL },
    { "L24", &codec_linear, 3, 0, CODEC_CHANNELS_MAX, NULL },
    { "DVI4", &codec_dvi4, 0, 0, 1, NULL },
    { "VDVI", &codec_vdvi, 0, 0, 1, NULL },
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
    { "G7221", &codec_g7221, G7221_PLAIN, 0, 1, NULL }, /* RFC 5577 */
    { "SIREN", &codec_g7221, G7221_PERHAPS_FRAMED, 16000, 1, NULL },
    { "GSM", &codec_gsm, 0, 8000, 1, SPANDSP },
    { "GSM-EFR", &codec_gsm_efr, 0, 8000, 1, "opencore-amrnb" },
    { "G729", &codec_g729, 0, 8000, 1, "bcg729" },
    { "opus", &codec_opus, 0, 48000, 2, "opus" },
    { "speex", &codec_speex, 0, 0, 1, "speex" },
    { "AMR", &codec_amr_nb, 0, 8000, 1, "opencore-amrnb" },
    { "AMR-WB", &codec_amr_wb, 0, 16000, 1, "opencore-amrwb" },
    { "LPC", &codec_lpc10, 0, 8000, 1, SPANDSP },
    { "CODEC2", &codec_codec2, 0, 8000, 1, "codec2" },
    { "G723", &codec_g723, 0, 8000, 1, LIBAVCODEC },
    { "iLBC", &codec_ilbc, 0, 8000, 1, LIBAVCODEC },
    { "MPA", &codec_mpa, 0, 48000, 2, LIBAVCODEC }, /* or what its frames say */
    { "MPA-ROBUST", &codec_mpa_robust, 0, 48000, 2, LIBAVCODEC },
    { "mpeg4-generic", &codec_aac, AAC_GENERIC, 0, 2, LIBAVCODEC },
    { "MP4A-LATM", &codec_aac, AAC_LATM, 0, 2, LIBAVCODEC },
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
