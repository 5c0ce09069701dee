#include "ui/tui/braille.h"
#include <stdlib.h>

#define PATTERN_FIRST  0x2800 /* Unicode: braille pattern blank */
#define UPPER_HALF     0x1b   /* dots of the two upper rows */
#define LOWER_HALF     0xe4
#define FULL_FROM      6      /* dots that look like a full cell */
#define LINE_STEPS_MAX 100000 /* a line from far outside is cut off, not followed */

static const uint8_t dot_bits[BRAILLE_DOTS_Y][BRAILLE_DOTS_X] = {
    { 0x01, 0x08 },
    { 0x02, 0x10 },
    { 0x04, 0x20 },
    { 0x40, 0x80 },
};

void braille_init(Braille *canvas, int rows, int columns)
{
    rows = MAX(rows, 0);
    columns = MAX(columns, 0);
    *canvas = (Braille){
        .rows = rows,
        .columns = columns,
        .cursor = -1,
        .dots = g_new0(uint8_t, (size_t)rows * (size_t)columns),
        .styles = g_new0(uint8_t, (size_t)rows * (size_t)columns),
    };
}

void braille_clear(Braille *canvas)
{
    g_free(canvas->dots);
    g_free(canvas->styles);
    *canvas = (Braille){ 0 };
}

void braille_dot(Braille *canvas, int x, int y, unsigned style)
{
    if (x < 0 || y < 0 || x >= braille_width(canvas) || y >= braille_height(canvas))
        return;
    int cell = y / BRAILLE_DOTS_Y * canvas->columns + x / BRAILLE_DOTS_X;
    canvas->dots[cell] |= dot_bits[y % BRAILLE_DOTS_Y][x % BRAILLE_DOTS_X];
    canvas->styles[cell] = (uint8_t)style;
}

/* Bresenham. */
void braille_line(Braille *canvas, int x0, int y0, int x1, int y1, unsigned style)
{
    int across = abs(x1 - x0), down = -abs(y1 - y0);
    int step_x = x0 < x1 ? 1 : -1, step_y = y0 < y1 ? 1 : -1;
    int error = across + down;

    for (int steps = 0; steps < LINE_STEPS_MAX; steps++) {
        braille_dot(canvas, x0, y0, style);
        if (x0 == x1 && y0 == y1)
            return;
        int twice = 2 * error;
        if (twice >= down) {
            error += down;
            x0 += step_x;
        }
        if (twice <= across) {
            error += across;
            y0 += step_y;
        }
    }
}

void braille_column(Braille *canvas, int x, int y0, int y1, unsigned style)
{
    int top = MAX(MIN(y0, y1), 0), bottom = MIN(MAX(y0, y1), braille_height(canvas) - 1);

    for (int y = top; y <= bottom; y++)
        braille_dot(canvas, x, y, style);
}

void braille_row(Braille *canvas, int y, int x0, int x1, int every, unsigned style)
{
    int left = MAX(MIN(x0, x1), 0), right = MIN(MAX(x0, x1), braille_width(canvas) - 1);

    for (int x = left; x <= right; x++)
        if (x % MAX(every, 1) == 0)
            braille_dot(canvas, x, y, style);
}

static wchar_t half_block(uint8_t dots)
{
    bool upper = dots & UPPER_HALF, lower = dots & LOWER_HALF;
    return upper && lower ? L'█' : upper ? L'▀' : L'▄';
}

static wchar_t ascii(uint8_t dots)
{
    bool upper = dots & UPPER_HALF, lower = dots & LOWER_HALF;

    if (__builtin_popcount(dots) >= FULL_FROM)
        return L'#';
    return upper && lower ? L':' : upper ? L'\'' : L'.';
}

static wchar_t cell_char(uint8_t dots)
{
    if (!dots)
        return L' ';
    if (!term_utf8())
        return ascii(dots);
    return term_braille() ? (wchar_t)(PATTERN_FIRST + dots) : half_block(dots);
}

static void draw_cell(const Braille *canvas, WINDOW *window, int y, int x, int cell, bool on)
{
    wchar_t text[2] = { cell_char(canvas->dots[cell]), L'\0' };

    if (!canvas->dots[cell] && !on)
        return;
    wattrset(window,
             (int)term_attributes(canvas->styles[cell] | (on ? STYLE_ON_CURSOR : STYLE_NORMAL)));
    mvwaddnwstr(window, y, x, text, 1);
}

void braille_draw(const Braille *canvas, WINDOW *window, int y, int x)
{
    for (int row = 0; row < canvas->rows; row++) {
        for (int column = 0; column < canvas->columns; column++) {
            if (y + row < 0 || y + row >= getmaxy(window) || x + column < 0 ||
                x + column >= getmaxx(window))
                continue;
            draw_cell(canvas, window, y + row, x + column, row * canvas->columns + column,
                      column == canvas->cursor);
        }
    }
}
