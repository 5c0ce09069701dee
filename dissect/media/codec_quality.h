/* dissect/media/codec_quality.h - what the E-model has to know of a codec: equipment impairment Ie,
 * robustness against loss Bpl, its scale, and whether a Recommendation says so (ITU-T G.113
 * appendices I, IV and V) or somebody else does.
 *
 * A codec for which nobody published values has none here: a score would be a guess. */
#pragma once
#include "dissect/media/emodel.h"
#include <stdint.h>

/* How a stream uses its codec. */
typedef struct {
    const char *encoding;  /* rtpmap name; NULL: not known */
    const char *fmtp;      /* its parameters; NULL: none */
    uint32_t clock_hz;     /* of the rtpmap */
    double payload_octets; /* mean of the packets with speech in them; NAN: not known */
    double ptime_ms;       /* 0: not known */
    bool concealment;      /* the receiver conceals lost G.711 packets (G.711 appendix I) */
} CodecUse;

typedef struct {
    const char *name;   /* of the row: "AMR-WB 12.65", static */
    const char *source; /* of the values: "G.113 App. IV", static */
    QualityScale scale;
    double ie, bpl;
    double lookahead_ms;
    bool ie_standard;  /* from a Recommendation, and for what the stream does */
    bool bpl_standard; /* the same; else borrowed from the nearest relative */
} CodecQuality;

/* False, and @out is left alone, when there are no values for the codec. */
bool codec_quality_find(const CodecUse *use, CodecQuality *out);
