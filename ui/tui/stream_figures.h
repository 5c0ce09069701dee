/* ui/tui/stream_figures.h - all figures of one stream, as lines. */
#pragma once
#include "ui/tui/screen.h"
#include "ui/tui/text_pane.h"

/* What was counted: codec, packets, jitter, delta, skew, what is marked. */
void stream_figures_add_counts(TextPane *pane, const StreamReport *report);
/* Adds the figures of stream @number. Locks the model. */
void stream_figures_add(const Ui *ui, uint32_t number, TextPane *pane);
