/* dissect/session/hep_quality.h - what a capture agent found about the media of a call, as JSON
 * (HEP types 34 and 35, and whatever else has the same names): the figures of one direction.
 * Numbers may come as text. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"
#include <glib.h>

/* Owned texts; NULL and NAN: not told. Delays as the agents give them, in ms. */
typedef struct {
    bool has_ssrc, final; /* the call is over */
    uint32_t ssrc;
    char *codec, *call_id;
    double packets, expected, lost, reordered;
    double jitter_ms, jitter_mean_ms, jitter_max_ms, delta_max_ms;
    double mos, mos_min, mos_mean, r_factor;
} HepQuality;

/* DISSECT_NOT_MINE: no JSON object, or none of these figures in it. DISSECT_MALFORMED: it breaks
 * off; what stands before that is there. Always to be cleared. */
DissectStatus hep_quality_parse(Slice json, HepQuality *out);
void hep_quality_clear(HepQuality *quality);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HepQuality, hep_quality_clear)

/* "final PCMA: MOS 4.38, R 93, lost 3 of 1501, jitter 1.2 ms"; the caller frees it. */
char *hep_quality_text(const HepQuality *quality);
