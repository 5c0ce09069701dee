/* ui/tui/filter_prompt.h - asks for the display filter of the call list. */
#pragma once
#include "ui/tui/screen.h"

Screen *filter_prompt_new(Ui *ui);
