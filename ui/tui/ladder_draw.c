#include "ui/tui/ladder_private.h"

#define MARK_CELLS       2
#define TIME_CELLS_SHORT 12 /* 03:58:00.123 */
#define TIME_CELLS_LONG  15 /* 03:58:00.123456 */
#define DELTA_CELLS      9
#define WIDE_COLUMNS     140 /* both times fit beside the ladder */
#define LABEL_BLANK      1   /* cells on either side of a label */
#define LABEL_STROKES    2   /* of the arrow that are wanted beside it */
#define HEADING_CELLS    8   /* what the times' heading takes of the first row */
#define NAME_GAP         8   /* half a name of the next column has to fit as well */
#define LABEL_MIN        6   /* less of a longer label says nothing */

typedef struct {
    const LadderView *view;
    WINDOW *window;
    int y;
    unsigned on;    /* STYLE_ON_CURSOR in the row of the cursor */
    unsigned style; /* of the arrow */
    int from, to;   /* cells of the window the ladder may use: [from, to) */
} Pen;

int ladder_margin(LadderTime time, int columns)
{
    bool wide = columns >= WIDE_COLUMNS;
    int cells =
        time == LADDER_TIME_OF_DAY ? (wide ? TIME_CELLS_LONG : TIME_CELLS_SHORT) : TIME_CELLS_SHORT;
    return MARK_CELLS + cells + (wide && time != LADDER_DELTA ? DELTA_CELLS : 0) + 1;
}

/* Window cell of a column's life line; may lie outside of what is seen. */
static int cell_of(const LadderView *view, unsigned column)
{
    int scrolled = view->left ? view->x[view->left] - view->x[0] : 0;
    return view->margin + view->x[column] - scrolled;
}

static void repeat(const Pen *pen, int from, int to, unsigned style, Glyph glyph)
{
    from = MAX(from, pen->from);
    to = MIN(to, pen->to);
    if (from < to)
        cells_repeat(pen->window, cells_row(pen->y, from, to - from), style | pen->on, glyph);
}

static void life_lines(const Pen *pen, Glyph glyph)
{
    for (unsigned i = 0; i < pen->view->ladder->columns->len; i++) {
        int x = cell_of(pen->view, i);
        repeat(pen, x, x + 1, STYLE_BORDER, glyph);
    }
}

/* Between blanks where there is room for them. */
static void put_label(const Pen *pen, int from, int to, const char *label)
{
    from = MAX(from, pen->from);
    to = MIN(to, pen->to);
    int room = to - from, width = cells_width(label);
    int blanks = width + 2 * LABEL_BLANK + LABEL_STROKES <= room ? LABEL_BLANK : 0;

    width = MIN(width, room);
    if (width < LABEL_MIN && width < cells_width(label))
        return;
    int x = from + (room - width) / 2;
    cells_blank(pen->window, cells_row(pen->y, x - blanks, width + 2 * blanks),
                STYLE_NORMAL | pen->on);
    cells_text(pen->window, cells_row(pen->y, x, width), pen->style | pen->on, label);
}

static void draw_crossings(const Pen *pen, const LadderRow *row)
{
    Glyph cross = ladder_kind_is_stream(row->kind) ? GLYPH_DOUBLE_CROSS
                  : row->retransmission            ? GLYPH_VERTICAL
                                                   : GLYPH_CROSS;
    for (unsigned i = MIN(row->from, row->to) + 1; i < MAX(row->from, row->to); i++) {
        int x = cell_of(pen->view, i);
        repeat(pen, x, x + 1, pen->style, cross);
    }
}

static void draw_arrow(const Pen *pen, const LadderRow *row, const char *label)
{
    int a = cell_of(pen->view, row->from), b = cell_of(pen->view, row->to);
    int from = MIN(a, b) + 1, to = MAX(a, b);
    Glyph stroke = ladder_kind_is_stream(row->kind) ? GLYPH_DOUBLE
                   : row->retransmission            ? GLYPH_DASHED
                                                    : GLYPH_HORIZONTAL;

    repeat(pen, from, to, pen->style, stroke);
    draw_crossings(pen, row);
    if (a < b)
        repeat(pen, to - 1, to, pen->style, GLYPH_RIGHT);
    else
        repeat(pen, from, from + 1, pen->style, GLYPH_LEFT);
    put_label(pen, a < b ? from : from + 1, a < b ? to - 1 : to, label);
}

static void draw_self(const Pen *pen, const LadderRow *row, const char *label)
{
    int x = cell_of(pen->view, row->from) + 1;

    repeat(pen, x, x + 1, pen->style, GLYPH_TURN);
    if (x + 2 >= pen->from && x + 2 < pen->to)
        cells_text(pen->window, cells_row(pen->y, x + 2, pen->to - x - 2), pen->style | pen->on,
                   label);
}

static unsigned row_style(const LadderView *view, const LadderRow *row, const ShownRow *shown)
{
    if (row->kind == LADDER_MSRP && row->status >= 300)
        return message_style(row->status);
    if (row->kind != LADDER_MESSAGE)
        return STYLE_MEDIA;
    switch (view->colour) {
    case LADDER_BY_CALL_ID:
        return style_palette(row->call + shown->leg);
    case LADDER_BY_CSEQ:
        return style_palette(row->cseq);
    case LADDER_BY_KIND:
    case LADDER_COLOURS:
        break;
    }
    return message_style(row->status);
}

static char *seconds_between(int64_t from_ns, int64_t to_ns, const char *sign)
{
    int64_t since = time_between(from_ns, to_ns);
    if (since == TIME_UNKNOWN)
        return g_strdup("-");
    return g_strdup_printf("%s%.3f", sign, (double)since / (double)NS_PER_S);
}

static char *time_text(const LadderView *view, unsigned index, LadderTime kind, bool wide)
{
    const LadderRow *row = ladder_shown_row(view, index, NULL);
    char text[TIME_TEXT_SIZE];

    switch (kind) {
    case LADDER_SINCE_START:
        return seconds_between(ladder_shown_row(view, 0, NULL)->time_ns, row->time_ns, "");
    case LADDER_DELTA:
        return index ? seconds_between(ladder_shown_row(view, index - 1, NULL)->time_ns,
                                       row->time_ns, "+")
                     : g_strdup("");
    case LADDER_TIME_OF_DAY:
        break;
    }
    return g_strdup(time_format_of_day(row->time_ns, wide ? 6 : 3, text, sizeof text));
}

static void draw_times(const Pen *pen, unsigned index)
{
    const LadderView *view = pen->view;
    bool wide = getmaxx(pen->window) >= WIDE_COLUMNS;
    bool both = wide && view->time != LADDER_DELTA;
    int cells = view->margin - MARK_CELLS - 1 - (both ? DELTA_CELLS : 0);
    g_autofree char *time = time_text(view, index, view->time, wide);

    cells_right(pen->window, cells_row(pen->y, MARK_CELLS, cells), STYLE_DIM | pen->on, time);
    if (!both)
        return;
    g_autofree char *delta = time_text(view, index, LADDER_DELTA, wide);
    cells_right(pen->window, cells_row(pen->y, MARK_CELLS + cells, DELTA_CELLS),
                STYLE_DIM | pen->on, delta);
}

static bool is_marked(const LadderView *view, const LadderRow *row)
{
    return view->has_mark && row->kind == LADDER_MESSAGE && row->call == view->mark.call &&
           row->index == view->mark.index;
}

static void draw_row(Pen *pen, unsigned index)
{
    const ShownRow *shown;
    const LadderRow *row = ladder_shown_row(pen->view, index, &shown);
    g_autofree char *label = g_strndup(row->label, shown->label_bytes);

    pen->on = index == pen->view->list.at ? STYLE_ON_CURSOR : 0;
    pen->style = row_style(pen->view, row, shown);
    cells_blank(pen->window, cells_row(pen->y, 0, pen->to), STYLE_NORMAL | pen->on);
    if (is_marked(pen->view, row))
        cells_text(pen->window, cells_row(pen->y, 0, 1), STYLE_MARK | pen->on,
                   term_glyph(GLYPH_MARK));
    else if (row->anomaly)
        cells_text(pen->window, cells_row(pen->y, 0, 1), STYLE_WARNING | pen->on, "!");
    draw_times(pen, index);
    life_lines(pen, GLYPH_VERTICAL);
    if (row->from == row->to)
        draw_self(pen, row, label);
    else
        draw_arrow(pen, row, label);
}

/* Names stand over their life lines; the outermost ones are moved to where there is room. */
static void draw_names(const Pen *pen)
{
    const GArray *columns = pen->view->ladder->columns;
    int free_from = HEADING_CELLS;

    for (unsigned i = pen->view->left; i < columns->len; i++) {
        const char *name = g_array_index(columns, LadderColumn, i).name;
        int at = cell_of(pen->view, i), width = cells_width(name);
        int next = i + 1 < columns->len ? cell_of(pen->view, i + 1) : pen->to;
        int room = next - at + MIN(width / 2, at - free_from);
        if (at >= pen->to)
            return;
        width = MIN(width, i + 1 < columns->len ? room - NAME_GAP : pen->to - free_from);
        int x = MAX(MIN(at - width / 2, pen->to - width), free_from);
        if (width > 0)
            cells_text(pen->window, cells_row(pen->y, x, MIN(width, pen->to - x)), STYLE_STRONG,
                       name);
        free_from = x + width + 1;
    }
}

static void draw_head(Pen *pen)
{
    static const char *const titles[] = { "Time", "Since", "Delta" };
    int cells = pen->view->margin - MARK_CELLS - 1;

    cells_text(pen->window, cells_row(0, MARK_CELLS, cells), STYLE_DIM, titles[pen->view->time]);
    pen->y = 0;
    draw_names(pen);
    pen->y = 1;
    repeat(pen, 0, pen->to, STYLE_BORDER, GLYPH_HORIZONTAL);
    cells_repeat(pen->window, cells_row(1, 0, pen->from), STYLE_BORDER, GLYPH_HORIZONTAL);
    life_lines(pen, GLYPH_TEE);
}

static void draw_preview(const LadderView *view, WINDOW *window)
{
    int rows = getmaxy(window);
    for (int y = 0; y < rows; y++)
        cells_repeat(window, cells_row(y, view->preview_x - 1, 1), STYLE_BORDER, GLYPH_VERTICAL);
    text_pane_draw(&view->preview, window,
                   (Rect){ 0, view->preview_x + 1, rows, view->preview_width - 1 });
}

void ladder_draw(const void *self, WINDOW *window)
{
    const LadderView *view = self;
    Pen pen = { view, window, 0, 0, STYLE_NORMAL, view->margin, view->margin + view->width };

    if (view->shown->len == 0) {
        cells_centre(window, cells_row(getmaxy(window) / 2, 0, getmaxx(window)), STYLE_STRONG,
                     "Nothing to show: the call is no longer kept.");
        return;
    }
    draw_head(&pen);
    for (unsigned i = 0; i < view->list.rows && view->list.top + i < view->list.count; i++) {
        pen.y = LADDER_HEAD_ROWS + (int)i;
        draw_row(&pen, view->list.top + i);
    }
    pen.on = 0;
    for (pen.y++; pen.y < getmaxy(window); pen.y++)
        life_lines(&pen, GLYPH_VERTICAL);
    if (view->preview_width)
        draw_preview(view, window);
}
