/* ui/tui/diff_view.h - two messages side by side, differences marked. */
#pragma once
#include "ui/tui/message_text.h"

Screen *diff_view_new(Ui *ui, MessageRef left, MessageRef right);
