/* ui/tui/icmp_figures.h - an ICMP error that a call met, as lines. */
#pragma once
#include "export/ladder.h"
#include "ui/tui/screen.h"
#include "ui/tui/text_pane.h"

/* Adds what is known of the error that @row is of. Locks the model. */
void icmp_figures_add(const Ui *ui, const LadderRow *row, TextPane *pane);
