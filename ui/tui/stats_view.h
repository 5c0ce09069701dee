/* ui/tui/stats_view.h - counts over everything that was captured: methods, answers, states, faults.
 */
#pragma once
#include "ui/tui/screen.h"

Screen *stats_view_new(Ui *ui);
