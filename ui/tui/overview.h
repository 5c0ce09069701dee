/* ui/tui/overview.h - the menu of screens that are about the capture as a whole. */
#pragma once
#include "ui/tui/screen.h"

Screen *overview_menu_new(Ui *ui);
