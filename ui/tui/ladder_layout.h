/* ui/tui/ladder_layout.h - where the columns of a ladder stand on the screen. */
#pragma once
#include "export/ladder.h"

/* Cells wanted between each column and the next, so that names and labels fit; owned by the caller,
 * columns->len - 1 of them (NULL when there are none). */
int *ladder_wanted_gaps(const Ladder *ladder);

/* Sets @x (columns->len of them) to each life line's cell when @room cells are there, and returns
 * the width of the whole: more than @room when it has to be scrolled. */
int ladder_place(const Ladder *ladder, const int *gaps, int room, int *x);
