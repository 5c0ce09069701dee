/* ui/tui/quality_text.h - how a stream sounded, in cells and in lines. */
#pragma once
#include "dissect/media/quality.h"
#include "ui/tui/text_pane.h"

/* "4.41 nb"; nothing when @mos is NAN. A MOS says nothing without its scale. */
void quality_append_mos(GString *out, double mos, QualityScale scale);
/* @share of what its scale allows, 0..1: in the bands that G.109 divides R into. */
unsigned quality_style(double share);
double quality_share(const StreamQuality *quality); /* NAN: no score */

/* Adds the score, what it rests on and what takes most of it. */
void quality_figures_add(const Stream *stream, const StreamReport *report, TextPane *pane);
/* One line "name  figures". */
void figures_say(TextPane *pane, const char *name, unsigned style, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
