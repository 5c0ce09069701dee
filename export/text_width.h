/* export/text_width.h - how much room text takes in the cells of a terminal.
 * For text that has been escaped already: valid UTF-8 without control characters. */
#pragma once
#include <glib.h>
#include <stdbool.h>

/* 0 (combining), 1, or 2 (wide). */
unsigned char_width(gunichar c);
unsigned text_width(const char *text);
/* Appends at most @width cells of @text, the last one an ellipsis ("~" without @utf8) when more
 * would follow. Returns the cells that were used. */
unsigned text_clip(GString *out, const char *text, unsigned width, bool utf8);
