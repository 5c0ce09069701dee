/* ui/tui/capture_view.h - how the packets were captured and what that does to the figures: sources,
 * drops, copies of a mirror port, directions that are missing (-z capture). */
#pragma once
#include "ui/tui/screen.h"

Screen *capture_view_new(Ui *ui);
