/* ui/tui/stream_view.h - one stream in detail: why it has its score, graphs over time, how delays
 * and losses are spread, RTCP beside it, and its packets one by one. */
#pragma once
#include "ui/tui/screen.h"

Screen *stream_view_new(Ui *ui, uint32_t stream);
