/* ui/tui/help_view.h - the keys of a screen, made from its key table; and the filter's fields. */
#pragma once
#include "ui/tui/screen.h"

Screen *help_view_new(Ui *ui, const Screen *about);
