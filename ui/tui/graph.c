#include "ui/tui/graph.h"
#include "dissect/base/clock.h"
#include <math.h>

#define LABEL_CELLS  12 /* between two times */
#define LARGEST      1e15
#define EIGHTHS      8
#define S            NS_PER_S
#define EIGHTH_FIRST 0x258f /* Unicode: left one eighth block; more is before it */

double graph_round_up(double highest, double least)
{
    static const double steps[] = { 1, 1.5, 2, 3, 4, 5, 6, 8, 10 };

    if (!isfinite(highest) || highest <= least)
        return least;
    highest = fmin(highest, LARGEST);
    double power = pow(10, floor(log10(highest)));
    for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++)
        if (steps[i] * power >= highest * (1 - 1e-12))
            return steps[i] * power;
    return 10 * power;
}

int64_t graph_time_step(int64_t span_ns, int most)
{
    static const int64_t steps_ns[] = {
        NS_PER_MS,      2 * NS_PER_MS,   5 * NS_PER_MS,   10 * NS_PER_MS, 20 * NS_PER_MS,
        50 * NS_PER_MS, 100 * NS_PER_MS, 200 * NS_PER_MS, S / 2,          S,
        2 * S,          5 * S,           10 * S,          15 * S,         30 * S,
        60 * S,         120 * S,         300 * S,         600 * S,        900 * S,
        1800 * S,       3600 * S,        7200 * S,        4 * 3600 * S,   6 * 3600 * S,
        12 * 3600 * S,  24 * 3600 * S,
    };
    int64_t step_ns = steps_ns[0];

    most = MAX(most, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(steps_ns); i++) {
        step_ns = steps_ns[i];
        if (span_ns / step_ns <= most)
            return step_ns;
    }
    while (span_ns / step_ns > most && step_ns < INT64_MAX / 2)
        step_ns *= 2;
    return step_ns;
}

char *graph_number(double value)
{
    if (!isfinite(value))
        return g_strdup("-");
    if (fabs(value - round(value)) < 1e-9 || fabs(value) >= 100)
        return g_strdup_printf("%.0f", value);
    return g_strdup_printf(fabs(value) < 10 ? "%.2f" : "%.1f", value);
}

int graph_dots(double value, double low, double high, int height)
{
    if (isnan(value))
        return -1;
    if (value <= low || !(high > low) || height <= 0)
        return 0;
    double share = fmin((value - low) / (high - low), 1);
    return CLAMP((int)lround(share * height), 1, height);
}

static void draw_column(Braille *canvas, const Graph *graph, unsigned x, int before)
{
    int height = braille_height(canvas);
    int dots = graph_dots(graph->values[x], graph->low, graph->high, height);
    int top = height - MAX(dots, 1);

    if (dots < 0)
        return;
    if (!graph->line) {
        if (dots > 0)
            braille_column(canvas, (int)x, top, height - 1, graph->styles[x]);
        return;
    }
    braille_column(canvas, (int)x, top, before >= 0 ? before : top, graph->styles[x]);
}

void graph_draw(const Graph *graph, WINDOW *window, Rect at)
{
    Braille canvas;
    int before = -1;

    braille_init(&canvas, at.rows, at.columns);
    canvas.cursor = graph->cursor;
    for (unsigned x = 0; x < graph->count && (int)x < braille_width(&canvas); x++) {
        draw_column(&canvas, graph, x, before);
        int dots = graph_dots(graph->values[x], graph->low, graph->high, braille_height(&canvas));
        before = dots < 0 ? -1 : braille_height(&canvas) - MAX(dots, 1);
    }
    braille_draw(&canvas, window, at.y, at.x);
    braille_clear(&canvas);
}

static char *time_label(int64_t time_ns, int64_t step_ns)
{
    int64_t seconds = time_ns / S;
    int64_t ms = time_ns % S / NS_PER_MS;
    bool fine = step_ns % S != 0;

    if (seconds >= 3600)
        return g_strdup_printf("%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                               (int)(seconds % 60));
    if (fine)
        return g_strdup_printf("%d:%02d.%03d", (int)(seconds / 60), (int)(seconds % 60), (int)ms);
    return g_strdup_printf("%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
}

void graph_draw_times(WINDOW *window, Rect at, int64_t from_ns, int64_t span_ns)
{
    if (at.columns < LABEL_CELLS || span_ns <= 0)
        return;
    int64_t step_ns = graph_time_step(span_ns, at.columns / LABEL_CELLS);
    int64_t first_ns = (from_ns + step_ns - 1) / step_ns * step_ns;

    for (int64_t time_ns = first_ns; time_ns - from_ns <= span_ns; time_ns += step_ns) {
        double share = (double)(time_ns - from_ns) / (double)span_ns;
        int x = (int)(share * at.columns);
        g_autofree char *label = time_label(time_ns, step_ns);
        if (x + cells_width(label) + 1 > at.columns)
            return;
        cells_repeat(window, cells_row(at.y, at.x + x, 1), STYLE_BORDER, GLYPH_TICK);
        cells_text(window, cells_row(at.y, at.x + x + 1, at.columns - x - 1), STYLE_DIM, label);
    }
}

static void draw_eighths(WINDOW *window, Rect at, unsigned style, int eighths)
{
    wchar_t part[2] = { (wchar_t)(EIGHTH_FIRST - eighths % EIGHTHS + 1), L'\0' };

    cells_repeat(window, cells_row(at.y, at.x, eighths / EIGHTHS), style, GLYPH_BAR_FULL);
    if (eighths % EIGHTHS == 0)
        return;
    wattrset(window, (int)term_attributes(style));
    mvwaddnwstr(window, at.y, at.x + eighths / EIGHTHS, part, 1);
}

void graph_draw_bar(WINDOW *window, Rect at, unsigned style, double value, double most)
{
    int eighths = graph_dots(value, 0, most, MIN(at.columns, getmaxx(window) - at.x) * EIGHTHS);

    if (eighths <= 0)
        return;
    if (term_braille())
        draw_eighths(window, at, style, eighths);
    else
        cells_repeat(window, cells_row(at.y, at.x, (eighths + EIGHTHS - 1) / EIGHTHS), style,
                     GLYPH_BAR_FULL);
}
