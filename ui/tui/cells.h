/* ui/tui/cells.h - drawing text into windows, measured in cells: wide characters count two,
 * combining ones none, and nothing is ever drawn outside the room that was given. Text has to be
 * free of control characters (export/escape.h). */
#pragma once
#include "ui/tui/term.h"

typedef struct {
    int y, x, rows, columns;
} Rect;

int cells_width(const char *text);
/* Draws at most @width cells of @text at (@y, @x); text that does not fit ends in an ellipsis.
 * Returns the cells used. */
int cells_text(WINDOW *window, Rect at, unsigned style, const char *text);
/* The same, and blanks up to the width. */
void cells_field(WINDOW *window, Rect at, unsigned style, const char *text);
void cells_right(WINDOW *window, Rect at, unsigned style, const char *text);
void cells_centre(WINDOW *window, Rect at, unsigned style, const char *text);
/* Shows where @needle (lower case) is in @text, which was drawn at @at. */
void cells_highlight(WINDOW *window, Rect at, const char *text, const char *needle);
/* @count times the same glyph. */
void cells_repeat(WINDOW *window, Rect at, unsigned style, Glyph glyph);
void cells_blank(WINDOW *window, Rect at, unsigned style);
/* A frame with a title, blank inside. */
void cells_box(WINDOW *window, Rect box, const char *title);

/* Says on a frame's edges that the list inside goes on above or below. */
void cells_list_ends(WINDOW *window, Rect box, bool above, bool below);

/* One row of @columns cells. */
static inline Rect cells_row(int y, int x, int columns)
{
    return (Rect){ y, x, 1, columns };
}
