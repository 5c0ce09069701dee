#include "ui/tui/sound_wave.h"
#include "ui/tui/braille.h"
#include <math.h>

#define AXIS_EVERY  4  /* dots */
#define LABEL_CELLS 12 /* at least between two times */

int sound_window_column(const SoundWindow *window, double ms, int columns)
{
    double place = (ms - window->from_ms) / window->span_ms * columns;
    return place < -1 ? -1 : place > columns ? columns : (int)floor(place);
}

double sound_window_time(const SoundWindow *window, int column, int columns)
{
    return window->from_ms + window->span_ms * column / MAX(columns, 1);
}

static void join(SoundBin *to, const SoundBin *bin)
{
    bool first = to->frames == 0;

    to->clipped |= bin->clipped;
    to->missing |= bin->missing;
    if (bin->frames == 0)
        return;
    to->min = first ? bin->min : MIN(to->min, bin->min);
    to->max = first ? bin->max : MAX(to->max, bin->max);
    to->frames += bin->frames;
    to->energy += bin->energy;
}

SoundBin sound_wave_between(const SoundWave *wave, double from_ms, double to_ms)
{
    SoundBin all = { 0 };
    double first = MAX(floor(from_ms / wave->bin_ms), 0);
    double last = MAX(ceil(to_ms / wave->bin_ms), first + 1);

    for (double i = first; i < last && i < wave->count; i++)
        join(&all, &wave->bins[(unsigned)i]);
    return all;
}

static void draw_dots(Braille *canvas, int x, const SoundBin *bin, int height, unsigned style)
{
    int rows = braille_height(canvas), middle = rows / 2;
    unsigned as = bin->missing ? STYLE_ERROR : bin->clipped ? STYLE_WARNING : style;

    if (bin->frames == 0) {
        if (bin->missing || x % AXIS_EVERY == 0)
            braille_dot(canvas, x, middle, bin->missing ? STYLE_ERROR : STYLE_DIM);
        return;
    }
    int top = middle - (int)lround((double)bin->max * middle / height);
    int bottom = middle - (int)lround((double)bin->min * middle / height);
    braille_column(canvas, x, CLAMP(top, 0, rows - 1), CLAMP(bottom, 0, rows - 1), as);
}

static void draw_wave(const SoundSide *side, const SoundWindow *window, unsigned style,
                      WINDOW *cells, Rect room)
{
    Braille canvas;

    braille_init(&canvas, room.rows, room.columns);
    canvas.cursor = sound_window_column(window, window->cursor_ms, room.columns);
    for (int x = 0; x < braille_width(&canvas); x++) {
        double from_ms = sound_window_time(window, x, braille_width(&canvas));
        double to_ms = sound_window_time(window, x + 1, braille_width(&canvas));
        SoundBin bin = sound_wave_between(&side->wave, from_ms, to_ms);
        draw_dots(&canvas, x, &bin, MAX(window->height, 1), style);
    }
    braille_draw(&canvas, cells, room.y, room.x);
    braille_clear(&canvas);
}

static void draw_faults(const SoundSide *side, const SoundWindow *window, WINDOW *cells, Rect room)
{
    for (int x = 0; x < room.columns; x++) {
        double from_ms = sound_window_time(window, x, room.columns);
        double to_ms = sound_window_time(window, x + 1, room.columns);
        SoundBin bin = sound_wave_between(&side->wave, from_ms, to_ms);
        Rect at = cells_row(room.y, room.x + x, 1);
        if (bin.missing)
            cells_text(cells, at, STYLE_ERROR, "x");
        else if (bin.clipped)
            cells_text(cells, at, STYLE_WARNING, "!");
    }
}

/* Those that fall into one column stand side by side. */
static void draw_events(const SoundLane *lane, const SoundWindow *window, WINDOW *cells, Rect room)
{
    int next = 0;

    for (unsigned i = 0; i < lane->events->len; i++) {
        const SoundEvent *event = &g_array_index(lane->events, SoundEvent, i);
        int column = sound_window_column(window, event->at_ms, room.columns);
        if (event->from_caller != lane->from_caller || column < 0 || column >= room.columns)
            continue;
        column = MAX(column, next);
        if (column < room.columns)
            next = column + cells_text(cells,
                                       cells_row(room.y, room.x + column, room.columns - column),
                                       STYLE_MATCH, event->name);
    }
}

void sound_wave_draw(const SoundLane *lane, const SoundWindow *window, WINDOW *cells, Rect room)
{
    Rect marks = cells_row(room.y + room.rows - 1, room.x, room.columns);

    room.rows--;
    draw_wave(lane->side, window, lane->style, cells, room);
    draw_faults(lane->side, window, cells, marks);
    draw_events(lane, window, cells, marks);
}

/* 1, 2 or 5 of a power of ten, in ms; minutes are counted in seconds. */
static double step_of(const SoundWindow *window, int columns)
{
    static const double steps_ms[] = { 100,   200,   500,    1000,   2000,   5000,   10000,
                                       20000, 60000, 120000, 300000, 600000, 1800000 };
    double least_ms = window->span_ms * LABEL_CELLS / MAX(columns, 1);

    for (unsigned i = 0; i < G_N_ELEMENTS(steps_ms); i++)
        if (steps_ms[i] >= least_ms)
            return steps_ms[i];
    return 3600000;
}

void sound_axis_draw(const SoundWindow *window, WINDOW *cells, Rect room)
{
    double step_ms = step_of(window, room.columns);
    double at_ms = ceil(window->from_ms / step_ms) * step_ms;

    for (; at_ms < window->from_ms + window->span_ms; at_ms += step_ms) {
        int column = sound_window_column(window, at_ms, room.columns);
        int seconds = (int)(at_ms / 1000), minutes = seconds / 60;
        g_autofree char *text =
            step_ms < 1000
                ? g_strdup_printf("%s%d:%04.1f", term_glyph(GLYPH_TEE), minutes,
                                  at_ms / 1000 - minutes * 60)
                : g_strdup_printf("%s%d:%02d", term_glyph(GLYPH_TEE), minutes, seconds % 60);
        int width = cells_width(text);
        if (column + width <= room.columns)
            cells_text(cells, cells_row(room.y, room.x + column, width), STYLE_DIM, text);
    }
}
