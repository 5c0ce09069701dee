/* ui/tui/fax_figures.h - what is known of a fax, as lines. */
#pragma once
#include "export/ladder.h"
#include "ui/tui/screen.h"
#include "ui/tui/text_pane.h"

/* Adds the figures of the fax that @row is of. Locks the model. */
void fax_figures_add(const Ui *ui, const LadderRow *row, TextPane *pane);
