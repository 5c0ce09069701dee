/* ui/tui/ladder_view.h - who spoke to whom: the ladder of one or several calls. */
#pragma once
#include "ui/tui/screen.h"

/* @calls: uint32_t numbers; copied. */
Screen *ladder_view_new(Ui *ui, const GArray *calls);
