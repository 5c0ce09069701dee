/* export/ladder_print.c - the ladder as lines of text. Each line is set cell by cell, so that
 * arrows, labels and columns may overlap as they like. */
#include "export/ladder.h"
#include "export/text_width.h"

#define GAP_MIN      12u /* cells between two columns, when the width is short */
#define GAP_WANTED   24u
#define GAP_MAX      100u /* wanted when the width is free; longer labels are cut */
#define ARROW_ENDS   6u   /* wanted beside a label: two strokes and a space on either side */
#define ARROW_LEAST  4u   /* needed: one stroke */
#define CELL_COVERED 0u   /* the right half of a wide character */

typedef struct {
    gunichar line, request, repeat, stream, left, right, cross, stream_cross;
    const char *self; /* arrow from a column to itself */
} Glyphs;

static const Glyphs glyphs_utf8 = { 0x2502, 0x2500, 0x254c, 0x2550, 0x25c0,
                                    0x25b6, 0x253c, 0x256a, "◀─╯" };
static const Glyphs glyphs_ascii = { '|', '-', '-', '=', '<', '>', '+', '+', "<-'" };

typedef struct {
    const Ladder *ladder;
    const Glyphs *glyphs;
    LadderTime time;
    bool utf8;
    bool deltas;         /* a second time column */
    int digits;          /* of the seconds */
    unsigned time_cells; /* of the first time column */
    unsigned margin;     /* cells of the times */
    unsigned *x;         /* of each column */
    unsigned width;      /* cells of a line */
    gunichar *cells;     /* the line being set */
    GString *out;
} Printer;

static const LadderRow *row_at(const Printer *printer, unsigned index)
{
    return &g_array_index(printer->ladder->rows, LadderRow, index);
}

static const LadderColumn *column_at(const Printer *printer, unsigned index)
{
    return &g_array_index(printer->ladder->columns, LadderColumn, index);
}

static void set_cell(Printer *printer, unsigned x, gunichar c)
{
    if (x < printer->width)
        printer->cells[x] = c;
}

/* At most @room cells of @text from @x on. */
static void set_text(Printer *printer, unsigned x, const char *text, unsigned room)
{
    g_autoptr(GString) clipped = g_string_new(NULL);

    text_clip(clipped, text, room, printer->utf8);
    for (const char *at = clipped->str; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        unsigned width = char_width(c);
        if (width == 0)
            continue;
        set_cell(printer, x, printer->utf8 || c < 0x80 ? c : '?');
        if (width == 2)
            set_cell(printer, x + 1, printer->utf8 ? CELL_COVERED : ' ');
        x += width;
    }
}

static void begin_line(Printer *printer, gunichar column_glyph)
{
    for (unsigned i = 0; i < printer->width; i++)
        printer->cells[i] = ' ';
    for (unsigned i = 0; i < printer->ladder->columns->len; i++)
        set_cell(printer, printer->x[i], column_glyph);
}

static void end_line(Printer *printer)
{
    unsigned length = printer->width;

    while (length && printer->cells[length - 1] == ' ')
        length--;
    for (unsigned i = 0; i < length; i++) {
        if (printer->cells[i] != CELL_COVERED)
            g_string_append_unichar(printer->out, printer->cells[i]);
    }
    g_string_append_c(printer->out, '\n');
}

static gunichar stroke(const Printer *printer, const LadderRow *row, unsigned step)
{
    if (ladder_kind_is_stream(row->kind))
        return printer->glyphs->stream;
    if (!row->retransmission)
        return printer->glyphs->request;
    if (!printer->utf8 && step % 2)
        return ' ';
    return printer->glyphs->repeat;
}

static void draw_crossings(Printer *printer, const LadderRow *row, unsigned low, unsigned high)
{
    gunichar cross =
        ladder_kind_is_stream(row->kind) ? printer->glyphs->stream_cross : printer->glyphs->cross;
    for (unsigned i = low + 1; i < high; i++)
        set_cell(printer, printer->x[i], row->retransmission ? printer->glyphs->line : cross);
}

static void draw_arrow(Printer *printer, const LadderRow *row)
{
    unsigned low = MIN(row->from, row->to), high = MAX(row->from, row->to);
    unsigned left = printer->x[low] + 1, right = printer->x[high] - 1;
    unsigned length = right - left + 1;
    unsigned label = MIN(text_width(row->label), length > ARROW_LEAST ? length - ARROW_LEAST : 0);

    for (unsigned x = left; x <= right; x++)
        set_cell(printer, x, stroke(printer, row, x - left));
    draw_crossings(printer, row, low, high);
    if (row->from < row->to)
        set_cell(printer, right, printer->glyphs->right);
    else
        set_cell(printer, left, printer->glyphs->left);
    if (label == 0)
        return;
    unsigned at = left + (length - label - 2) / 2;
    set_cell(printer, at, ' ');
    set_text(printer, at + 1, row->label, label);
    set_cell(printer, at + 1 + label, ' ');
}

static void draw_self(Printer *printer, const LadderRow *row)
{
    unsigned x = printer->x[row->from] + 1;
    unsigned mark = text_width(printer->glyphs->self);

    set_text(printer, x, printer->glyphs->self, mark);
    if (x + mark + 1 < printer->width)
        set_text(printer, x + mark + 1, row->label, printer->width - x - mark - 1);
}

enum { TIME_CELLS = 15, DELTA_CELLS = 10, DIGITS = 6, DIGITS_NARROW = 3 };

static char *seconds_text(const char *sign, int64_t ns, int digits)
{
    return g_strdup_printf("%s%.*f", sign, digits, (double)ns / (double)NS_PER_S);
}

static char *time_text(const Printer *printer, unsigned index)
{
    const LadderRow *row = row_at(printer, index);
    char text[TIME_TEXT_SIZE];
    int64_t since;

    switch (printer->time) {
    case LADDER_SINCE_START:
        since = time_between(row_at(printer, 0)->time_ns, row->time_ns);
        return seconds_text("", since, printer->digits);
    case LADDER_DELTA:
        since = time_between(row_at(printer, index ? index - 1 : 0)->time_ns, row->time_ns);
        return seconds_text("+", since, printer->digits);
    case LADDER_TIME_OF_DAY:
        break;
    }
    return g_strdup(time_format_of_day(row->time_ns, printer->digits, text, sizeof text));
}

static void draw_times(Printer *printer, unsigned index)
{
    g_autofree char *time = time_text(printer, index);
    unsigned width = text_width(time);

    set_text(printer, width < printer->time_cells ? printer->time_cells - width : 0, time,
             printer->time_cells);
    if (!printer->deltas || index == 0)
        return;
    int64_t since =
        time_between(row_at(printer, index - 1)->time_ns, row_at(printer, index)->time_ns);
    g_autofree char *delta = seconds_text("+", since, DIGITS_NARROW);
    width = text_width(delta);
    if (width <= DELTA_CELLS)
        set_text(printer, printer->time_cells + DELTA_CELLS - width, delta, width);
}

static void print_row(Printer *printer, unsigned index)
{
    const LadderRow *row = row_at(printer, index);

    begin_line(printer, printer->glyphs->line);
    draw_times(printer, index);
    if (row->from == row->to)
        draw_self(printer, row);
    else
        draw_arrow(printer, row);
    end_line(printer);
}

static void print_names(Printer *printer)
{
    unsigned count = printer->ladder->columns->len;

    begin_line(printer, ' ');
    for (unsigned i = 0; i < count; i++) {
        const char *name = column_at(printer, i)->name;
        unsigned before = i ? printer->x[i] - printer->x[i - 1] : UINT16_MAX;
        unsigned after = i + 1 < count ? printer->x[i + 1] - printer->x[i] : UINT16_MAX;
        unsigned room = MIN(before, after) - 2;
        unsigned width = MIN(text_width(name), room);
        unsigned half = MIN(width / 2, printer->x[i]);
        set_text(printer, printer->x[i] - half, name, width);
    }
    end_line(printer);
    begin_line(printer, printer->glyphs->line);
    end_line(printer);
}

/* Widens the last gap of what a row spans until its label fits. */
static void widen_gap(const Printer *printer, unsigned *gaps, const LadderRow *row)
{
    unsigned low = MIN(row->from, row->to), high = MAX(row->from, row->to);
    unsigned needed = text_width(row->label) + ARROW_ENDS + 1, span = 0;

    if (low == high) {
        if (high + 1 >= printer->ladder->columns->len)
            return;
        high++;
    }
    for (unsigned i = low; i < high; i++)
        span += gaps[i];
    if (span < needed)
        gaps[high - 1] = MIN(gaps[high - 1] + needed - span, GAP_MAX);
}

/* Wanted cells between neighbours: names and labels fit. */
static unsigned *wanted_gaps(const Printer *printer)
{
    unsigned count = printer->ladder->columns->len;
    unsigned *gaps = g_new0(unsigned, count);

    for (unsigned i = 0; i + 1 < count; i++) {
        unsigned name = text_width(column_at(printer, i)->name);
        unsigned next = text_width(column_at(printer, i + 1)->name);
        gaps[i] = MAX(GAP_WANTED, MAX(name, next) + 2);
    }
    for (unsigned i = 0; i < printer->ladder->rows->len; i++)
        widen_gap(printer, gaps, row_at(printer, i));
    return gaps;
}

static unsigned sum_capped(const unsigned *gaps, unsigned count, unsigned cap)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < count; i++)
        sum += MIN(gaps[i], cap);
    return sum;
}

/* Cuts the widest gaps first, until all of them take at most @room cells. */
static void fit_gaps(unsigned *gaps, unsigned count, unsigned room)
{
    unsigned low = GAP_MIN, high = GAP_MAX;

    while (low < high) {
        unsigned middle = (low + high + 1) / 2;
        if (sum_capped(gaps, count, middle) <= room)
            low = middle;
        else
            high = middle - 1;
    }
    for (unsigned i = 0; i < count; i++)
        gaps[i] = MIN(gaps[i], low);
}

static unsigned half_name(const Printer *printer, unsigned column)
{
    return (text_width(column_at(printer, column)->name) + 1) / 2;
}

/* Cells that labels of arrows to themselves take behind the last column. */
static unsigned tail_width(const Printer *printer)
{
    unsigned last = printer->ladder->columns->len - 1;
    unsigned tail = half_name(printer, last);

    for (unsigned i = 0; i < printer->ladder->rows->len; i++) {
        const LadderRow *row = row_at(printer, i);
        if (row->from == last && row->to == last)
            tail = MAX(tail, text_width(row->label) + ARROW_ENDS);
    }
    return MIN(tail, GAP_MAX);
}

/* Takes what there is room for beside @wanted cells: a second column, or only milliseconds. */
static void set_times(Printer *printer, unsigned width, unsigned wanted)
{
    bool narrow = TIME_CELLS + wanted > width;

    printer->digits = narrow ? DIGITS_NARROW : DIGITS;
    printer->time_cells = narrow ? TIME_CELLS - (DIGITS - DIGITS_NARROW) : TIME_CELLS;
    printer->deltas = printer->time != LADDER_DELTA && TIME_CELLS + DELTA_CELLS + wanted <= width;
    printer->margin = printer->time_cells + (printer->deltas ? DELTA_CELLS : 0u);
}

static void place_columns(Printer *printer, unsigned width)
{
    unsigned count = printer->ladder->columns->len;
    g_autofree unsigned *gaps = wanted_gaps(printer);
    unsigned tail = tail_width(printer);
    unsigned first = half_name(printer, 0) + 2;
    unsigned wanted = first + sum_capped(gaps, count - 1, GAP_MAX) + tail + 1;

    set_times(printer, width ? width : UINT32_MAX, wanted);
    unsigned fixed = printer->margin + first + half_name(printer, count - 1) + 1;
    if (width && printer->margin + wanted > width)
        fit_gaps(gaps, count - 1, width > fixed ? width - fixed : 0);
    printer->x[0] = printer->margin + first;
    for (unsigned i = 1; i < count; i++)
        printer->x[i] = printer->x[i - 1] + gaps[i - 1];
    printer->width = printer->x[count - 1] + tail + 1;
    if (width)
        printer->width = MIN(printer->width, width);
}

void ladder_print(const Ladder *ladder, LadderTime time, bool utf8, unsigned width, GString *out)
{
    Printer printer = { .ladder = ladder,
                        .glyphs = utf8 ? &glyphs_utf8 : &glyphs_ascii,
                        .time = time,
                        .utf8 = utf8,
                        .out = out };

    if (ladder->columns->len == 0)
        return;
    printer.x = g_new0(unsigned, ladder->columns->len);
    place_columns(&printer, width);
    printer.cells = g_new(gunichar, printer.width);
    print_names(&printer);
    for (unsigned i = 0; i < ladder->rows->len; i++)
        print_row(&printer, i);
    g_free(printer.cells);
    g_free(printer.x);
}
