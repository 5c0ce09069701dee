/* ui/tui/stream_columns.h - the table of streams: one row of a table a column. */
#pragma once
#include "dissect/media/stream.h"
#include "ui/tui/cells.h"

unsigned stream_column_count(void);
/* @from: columns scrolled sideways; the number always stays. */
void stream_head_draw(WINDOW *window, unsigned from);
void stream_row_draw(const Stream *stream, WINDOW *window, int y, unsigned from, unsigned on);
