/* ui/tui/streams_view.h - the RTP streams of some calls, or all there are, with their figures. */
#pragma once
#include "ui/tui/screen.h"

/* @calls: uint32_t numbers, copied; NULL: every stream. */
Screen *streams_view_new(Ui *ui, const GArray *calls);
