/* ui/tui/report_figures.h - what a capture agent reported, as lines. */
#pragma once
#include "export/ladder.h"
#include "ui/tui/screen.h"
#include "ui/tui/text_pane.h"

/* Adds the whole of the report that @row is of. Locks the model, but not while it reads. */
void report_figures_add(const Ui *ui, const LadderRow *row, TextPane *pane);
