/* ui/tui/braille.h - a canvas of dots for graphs and wave forms: every cell of the terminal holds
 * two by four of them as a braille pattern (Unicode U+2800), each cell in one style. Terminals
 * without UTF-8 show the nearest ASCII, the Linux console half blocks; who draws need not know. */
#pragma once
#include "ui/tui/cells.h"
#include <stdint.h>

#define BRAILLE_DOTS_X 2 /* in a cell */
#define BRAILLE_DOTS_Y 4

typedef struct {
    int rows, columns; /* cells */
    int cursor;        /* this column of cells is drawn as under the cursor; -1: none */
    uint8_t *dots;     /* a pattern a cell, row by row; owned */
    uint8_t *styles;   /* Style of what was drawn there last; owned */
} Braille;

/* All dots off. Negative sizes are none. */
void braille_init(Braille *canvas, int rows, int columns);
void braille_clear(Braille *canvas);

static inline int braille_width(const Braille *canvas)
{
    return canvas->columns * BRAILLE_DOTS_X;
}

static inline int braille_height(const Braille *canvas)
{
    return canvas->rows * BRAILLE_DOTS_Y;
}

/* (0, 0) is at the top left. What lies outside is not drawn. */
void braille_dot(Braille *canvas, int x, int y, unsigned style);
void braille_line(Braille *canvas, int x0, int y0, int x1, int y1, unsigned style);
/* All dots of column @x between two heights, both included, in either order: a bar, a wave form. */
void braille_column(Braille *canvas, int x, int y0, int y1, unsigned style);
/* The same between two columns of row @y: a threshold, an axis. @every: 1 for a solid line, n for
 * one dot in n. */
void braille_row(Braille *canvas, int y, int x0, int x1, int every, unsigned style);
/* Cells without dots are left as they are. */
void braille_draw(const Braille *canvas, WINDOW *window, int y, int x);
