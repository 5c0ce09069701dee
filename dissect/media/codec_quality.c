/* dissect/media/codec_quality.c - see codec_quality.h */
#include "dissect/media/codec_quality.h"
#include "dissect/base/slice.h"
#include <math.h>

#define AMR_HEADER_BITS                                                                            \
    15                      /* RFC 4867: 10 and padding, or 16; the nearest mode is right for both \
                             */
#define RATE_TOLERANCE 0.15 /* share of a row's rate that still counts as its mode */

typedef enum {
    USE_ANY,
    USE_CONCEALED,
    USE_UNCONCEALED,
    USE_SILENCE,    /* silence compression: G.729 annex B */
    USE_NO_SILENCE, /* switched off by fmtp */
} Condition;

typedef enum {
    PUBLISHED, /* Ie and Bpl */
    IE_ONLY,   /* Bpl is borrowed */
    OTHERS,    /* neither is from a Recommendation */
} Standing;

typedef struct {
    const char *encoding;
    uint32_t clock_hz; /* 0: any */
    double rate_kbps;  /* 0: the codec has one */
    Condition condition;
    const char *name;
    QualityScale scale;
    double ie, bpl, lookahead_ms;
    Standing standing;
    const char *source;
} Row;

#define NB QUALITY_SCALE_NARROWBAND
#define WB QUALITY_SCALE_WIDEBAND
#define FB QUALITY_SCALE_FULLBAND

#define APP_I   "G.113 App. I"
#define APP_IV  "G.113 App. IV"
#define APP_V   "G.113 App. V"
#define DELAYS  "derived from published delay bounds (2001)"
#define FITTED  "fitted, not standardised (2021)"
#define FIELD   "sources differ"
#define UNCODED "uncoded: no impairment"

#define G711(encoding)                                                                             \
    { encoding, 0, 0, USE_CONCEALED, "G.711 with concealment", NB, 0, 25.1, 0, PUBLISHED, APP_I }, \
    {                                                                                              \
        encoding, 0, 0, USE_UNCONCEALED, "G.711 without concealment", NB, 0, 4.3, 0, PUBLISHED,    \
            APP_I                                                                                  \
    }
#define G726(encoding, rate, ie)                                                                   \
    {                                                                                              \
        encoding, 0, 0, USE_ANY, "G.726 " #rate, NB, ie, 10, 0, IE_ONLY, APP_I                     \
    }
#define AMR(rate, ie)                                                                              \
    {                                                                                              \
        "AMR", 0, rate, USE_ANY, "AMR " #rate, NB, ie, 10, 5, OTHERS, DELAYS                       \
    }
/* Ie of table IV.1 is for one ear, the Bpl of table IV.4 for two: together they are not standard.
 */
#define AMR_WB(rate, ie, bpl)                                                                      \
    {                                                                                              \
        "AMR-WB", 0, rate, USE_ANY, "AMR-WB " #rate, WB, ie, bpl, 5, IE_ONLY, APP_IV               \
    }
#define EVS(rate, ie, bpl)                                                                         \
    {                                                                                              \
        "EVS", 0, rate, USE_ANY, "EVS-SWB " #rate, FB, ie, bpl, 12, PUBLISHED, APP_V               \
    }
#define OPUS(rate, scale, ie, bpl)                                                                 \
    {                                                                                              \
        "opus", 0, rate, USE_ANY, "Opus " #rate, scale, ie, bpl, 6.5, OTHERS, FITTED               \
    }
#define L16(clock, scale, bpl)                                                                     \
    {                                                                                              \
        "L16", clock, 0, USE_ANY, "linear PCM", scale, 0, bpl, 0, OTHERS, UNCODED                  \
    }

/* Of several rows the one with the nearest rate; when the rate is not known, the first. */
static const Row rows[] = {
    G711("PCMU"),
    G711("PCMA"),
    G726("G726-40", 40, 2),
    G726("G726-32", 32, 7),
    G726("G726-24", 24, 25),
    G726("G726-16", 16, 50),
    G726("AAL2-G726-40", 40, 2),
    G726("AAL2-G726-32", 32, 7),
    G726("AAL2-G726-24", 24, 25),
    G726("AAL2-G726-16", 16, 50),
    { "G728", 0, 0, USE_ANY, "G.728", NB, 7, 10, 0, IE_ONLY, APP_I },
    { "G729", 0, 0, USE_SILENCE, "G.729A with VAD", NB, 11, 19, 5, PUBLISHED, APP_I },
    { "G729", 0, 0, USE_NO_SILENCE, "G.729", NB, 10, 19, 5, IE_ONLY, APP_I },
    { "G723", 0, 6.3, USE_ANY, "G.723.1 6.3", NB, 15, 16.1, 7.5, PUBLISHED, APP_I },
    { "G723", 0, 5.3, USE_ANY, "G.723.1 5.3", NB, 19, 16.1, 7.5, IE_ONLY, APP_I },
    { "GSM", 0, 0, USE_ANY, "GSM full rate", NB, 20, 10, 0, IE_ONLY, APP_I },
    { "GSM-EFR", 0, 0, USE_ANY, "GSM enhanced full rate", NB, 5, 10, 0, PUBLISHED, APP_I },
    { "GSM-HR-08", 0, 0, USE_ANY, "GSM half rate", NB, 23, 10, 4.4, IE_ONLY, APP_I },
    AMR(12.2, 5.0),
    AMR(10.2, 6.0),
    AMR(7.95, 10.1),
    AMR(7.4, 11.6),
    AMR(6.7, 13.7),
    AMR(5.9, 16.5),
    AMR(5.15, 19.5),
    AMR(4.75, 21.3),
    AMR_WB(12.65, 13, 4.3),
    AMR_WB(6.6, 41, 4.3),
    AMR_WB(8.85, 26, 4.3),
    AMR_WB(14.25, 10, 4.3),
    AMR_WB(15.85, 7, 4.3),
    AMR_WB(18.25, 5, 4.6),
    AMR_WB(19.85, 3, 4.6),
    AMR_WB(23.05, 1, 4.6),
    AMR_WB(23.85, 8, 4.9),
    { "G722", 0, 0, USE_ANY, "G.722 64", WB, 13, 7.1, 1.5, OTHERS, FIELD },
    { "G7221", 16000, 32, USE_ANY, "G.722.1 32", WB, 13, 7.1, 20, OTHERS, FIELD },
    { "G7221", 16000, 24, USE_ANY, "G.722.1 24", WB, 19, 7.1, 20, OTHERS, FIELD },
    EVS(24.4, 7.2, 11.4),
    EVS(9.6, 22.7, 13),
    EVS(13.2, 17.1, 11.7),
    EVS(16.4, 10.8, 10.3),
    EVS(32, 8.7, 9.3),
    EVS(48, 10.2, 9.6),
    OPUS(25, FB, 20.2, 11.3),
    OPUS(16, FB, 30.2, 11.8),
    OPUS(31, FB, 16.8, 10.4),
    OPUS(40, FB, 10.7, 9.8),
    OPUS(6, NB, 23.0, 24.6),
    OPUS(7, NB, 21.3, 22.5),
    OPUS(8, NB, 16.0, 20.3),
    OPUS(9, NB, 11.7, 18.9),
    L16(8000, NB, 4.3),
    L16(16000, WB, 4.3),
    L16(32000, FB, 9.6),
    L16(44100, FB, 9.6),
    L16(48000, FB, 9.6),
};

static bool has_parameter(const CodecUse *use, const char *text)
{
    Slice fmtp = slice_from_string(use->fmtp);
    return slice_search(fmtp, slice_from_string(text)) < fmtp.len;
}

static bool condition_holds(const CodecUse *use, Condition condition)
{
    switch (condition) {
    case USE_ANY:
        break;
    case USE_CONCEALED:
        return use->concealment;
    case USE_UNCONCEALED:
        return !use->concealment;
    case USE_SILENCE: /* RFC 3555 4.1.9: annexb is on unless it is switched off */
        return !has_parameter(use, "annexb=no");
    case USE_NO_SILENCE:
        return has_parameter(use, "annexb=no");
    }
    return true;
}

static bool row_applies(const Row *row, Slice encoding, const CodecUse *use)
{
    return slice_equal_nocase(encoding, slice_from_string(row->encoding)) &&
           (row->clock_hz == 0 || row->clock_hz == use->clock_hz) &&
           condition_holds(use, row->condition);
}

/* Of the codec, in kbit/s; NAN: not known. */
static double codec_rate(Slice encoding, const CodecUse *use)
{
    bool amr = slice_starts_with_nocase(encoding, SLICE_LITERAL("AMR"));

    if (use->ptime_ms <= 0)
        return NAN;
    return (8 * use->payload_octets - (amr ? AMR_HEADER_BITS : 0)) / use->ptime_ms;
}

static bool is_nearer(const Row *row, const Row *best, double rate_kbps)
{
    if (!best)
        return true;
    return fabs(row->rate_kbps - rate_kbps) < fabs(best->rate_kbps - rate_kbps);
}

static bool is_its_mode(const Row *row, const CodecUse *use, double rate_kbps)
{
    if (row->standing == PUBLISHED && row->scale == FB && !has_parameter(use, "swb"))
        return false; /* G.113 appendix V is about the super-wideband mode of EVS alone */
    return row->rate_kbps <= 0 ||
           fabs(rate_kbps - row->rate_kbps) <= RATE_TOLERANCE * row->rate_kbps;
}

bool codec_quality_find(const CodecUse *use, CodecQuality *out)
{
    Slice encoding = slice_from_string(use->encoding);
    double rate_kbps = codec_rate(encoding, use);
    const Row *best = NULL;

    if (encoding.len == 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (row_applies(&rows[i], encoding, use) && is_nearer(&rows[i], best, rate_kbps))
            best = &rows[i];
    if (!best)
        return false;
    bool its_mode = is_its_mode(best, use, rate_kbps);
    *out = (CodecQuality){
        .name = best->name,
        .source = best->source,
        .scale = best->scale,
        .ie = best->ie,
        .bpl = best->bpl,
        .lookahead_ms = best->lookahead_ms,
        .ie_standard = best->standing != OTHERS && its_mode,
        .bpl_standard = best->standing == PUBLISHED && its_mode,
    };
    return true;
}
