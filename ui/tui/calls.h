/* ui/tui/calls.h - the list of calls: where everything begins. */
#pragma once
#include "ui/tui/screen.h"

Screen *calls_new(Ui *ui);
