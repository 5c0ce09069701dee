#include "ui/tui/text_pane.h"
#include "ui/tui/keys.h"
#include <string.h>
#include <wchar.h>

#define SIDE_STEP 8 /* cells */

typedef struct {
    unsigned line, from, to; /* bytes [from, to) of it */
} Row;

static void free_line(gpointer line)
{
    g_free(((TextLine *)line)->text);
}

void text_pane_init(TextPane *pane, bool wrap)
{
    *pane = (TextPane){ .wrap = wrap };
    pane->lines = g_array_new(false, false, sizeof(TextLine));
    g_array_set_clear_func(pane->lines, free_line);
    pane->rows = g_array_new(false, false, sizeof(Row));
}

void text_pane_clear(TextPane *pane)
{
    g_array_unref(pane->lines);
    g_array_unref(pane->rows);
    g_free(pane->needle);
    *pane = (TextPane){ 0 };
}

void text_pane_reset(TextPane *pane)
{
    g_array_set_size(pane->lines, 0);
    g_array_set_size(pane->rows, 0);
    pane->width = 0;
    pane->laid = 0;
    pane->top = 0;
    pane->left = 0;
    pane->match = 0;
}

void text_pane_add(TextPane *pane, TextLine line)
{
    g_array_append_val(pane->lines, line);
}

void text_pane_say(TextPane *pane, unsigned style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_pane_add(pane, (TextLine){ g_strdup_vprintf(format, arguments), 0, style, style });
    va_end(arguments);
}

static const TextLine *line_at(const TextPane *pane, unsigned index)
{
    return &g_array_index(pane->lines, TextLine, index);
}

static unsigned char_cells(const char *text)
{
    int width = wcwidth((wchar_t)g_utf8_get_char(text));
    return width > 0 ? (unsigned)width : 0;
}

/* Bytes of @text that fit into @width cells; at least one character. */
static unsigned bytes_that_fit(const char *text, unsigned width)
{
    const char *at = text;
    unsigned used = 0;

    while (*at && (used + char_cells(at) <= width || at == text)) {
        used += char_cells(at);
        at = g_utf8_next_char(at);
    }
    return (unsigned)(at - text);
}

static void add_rows_of(TextPane *pane, unsigned index, unsigned width)
{
    const char *text = line_at(pane, index)->text;
    Row row = { .line = index };

    do {
        row.from = row.to;
        row.to =
            pane->wrap ? row.from + bytes_that_fit(text + row.from, width) : (unsigned)strlen(text);
        g_array_append_val(pane->rows, row);
    } while (text[row.to]);
}

static unsigned last_top(const TextPane *pane)
{
    return pane->rows->len > pane->seen ? pane->rows->len - pane->seen : 0;
}

static unsigned row_of_line(const TextPane *pane, unsigned line)
{
    for (unsigned i = 0; i < pane->rows->len; i++)
        if (g_array_index(pane->rows, Row, i).line >= line)
            return i;
    return 0;
}

static void make_rows(TextPane *pane)
{
    for (; pane->laid < pane->lines->len; pane->laid++)
        add_rows_of(pane, pane->laid, (unsigned)MAX(pane->width, 1));
}

static void make_rows_anew(TextPane *pane, int columns)
{
    unsigned top_line =
        pane->top < pane->rows->len ? g_array_index(pane->rows, Row, pane->top).line : 0;
    g_array_set_size(pane->rows, 0);
    pane->laid = 0;
    pane->width = columns;
    make_rows(pane);
    pane->top = row_of_line(pane, top_line);
}

void text_pane_fit(TextPane *pane, int rows, int columns)
{
    pane->seen = (unsigned)MAX(rows, 1);
    if (pane->width != columns)
        make_rows_anew(pane, columns);
    else
        make_rows(pane);
    pane->top = MIN(pane->top, last_top(pane));
}

/* Draws a piece of a row and returns the cells it took. */
static int draw_piece(WINDOW *window, Rect at, unsigned style, const char *text, size_t len)
{
    g_autofree char *piece = g_strndup(text, len);
    return cells_text(window, at, style, piece);
}

static const char *find_needle(const char *text, const char *needle)
{
    size_t len = strlen(needle);
    for (; *text; text++)
        if (g_ascii_strncasecmp(text, needle, len) == 0)
            return text;
    return NULL;
}

static void draw_matches(const TextPane *pane, WINDOW *window, Rect at, const char *text)
{
    const char *match = pane->needle ? find_needle(text, pane->needle) : NULL;
    size_t len = pane->needle ? strlen(pane->needle) : 0;

    while (match) {
        g_autofree char *before = g_strndup(text, (size_t)(match - text));
        int x = cells_width(before);
        draw_piece(window, cells_row(at.y, at.x + x, at.columns - x), STYLE_MATCH, match, len);
        match = find_needle(match + len, pane->needle);
    }
}

static void draw_row(const TextPane *pane, WINDOW *window, Rect at, const Row *row)
{
    const TextLine *line = line_at(pane, row->line);
    unsigned from = row->from;

    if (!pane->wrap && pane->left > 0)
        from += bytes_that_fit(line->text, (unsigned)pane->left);
    from = MIN(from, row->to);
    unsigned lead = CLAMP(line->lead, from, row->to);
    int used = 0;
    if (lead > from)
        used = draw_piece(window, at, line->lead_style, line->text + from, lead - from);
    draw_piece(window, cells_row(at.y, at.x + used, at.columns - used), line->style,
               line->text + lead, row->to - lead);

    g_autofree char *shown = g_strndup(line->text + from, row->to - from);
    draw_matches(pane, window, at, shown);
}

void text_pane_draw(const TextPane *pane, WINDOW *window, Rect at)
{
    for (int y = 0; y < at.rows && pane->top + (unsigned)y < pane->rows->len; y++)
        draw_row(pane, window, cells_row(at.y + y, at.x, at.columns),
                 &g_array_index(pane->rows, Row, pane->top + (unsigned)y));
}

void text_pane_scroll(TextPane *pane, long by)
{
    pane->top = (unsigned)CLAMP((long)pane->top + by, 0, (long)last_top(pane));
}

void text_pane_set_wrap(TextPane *pane, bool wrap)
{
    pane->wrap = wrap;
    pane->left = 0;
    pane->width = 0;
}

bool text_pane_action(TextPane *pane, int action)
{
    List rows = { pane->rows->len, pane->seen, pane->top, pane->top };

    if (action == ACTION_LEFT || action == ACTION_RIGHT) {
        pane->left = MAX(0, pane->left + (action == ACTION_LEFT ? -SIDE_STEP : SIDE_STEP));
        return true;
    }
    if (!list_action(&rows, action))
        return false;
    pane->top = MIN(rows.at, last_top(pane));
    return true;
}

static bool go_to_match(TextPane *pane, unsigned line)
{
    if (!find_needle(line_at(pane, line)->text, pane->needle))
        return false;
    pane->match = line;
    unsigned row = row_of_line(pane, line);
    if (row < pane->top || row >= pane->top + pane->seen)
        pane->top = MIN(row > pane->seen / 2 ? row - pane->seen / 2 : 0, last_top(pane));
    return true;
}

bool text_pane_search(TextPane *pane, const char *needle)
{
    unsigned count = pane->lines->len;

    g_free(pane->needle);
    pane->needle = needle && *needle ? g_ascii_strdown(needle, -1) : NULL;
    if (!pane->needle)
        return true;
    for (unsigned i = 0; i < count; i++)
        if (go_to_match(pane, (pane->match + i) % count))
            return true;
    return false;
}

bool text_pane_search_next(TextPane *pane, bool backwards)
{
    unsigned count = pane->lines->len;

    for (unsigned i = 1; pane->needle && i <= count; i++)
        if (go_to_match(pane, (pane->match + (backwards ? count - i : i)) % count))
            return true;
    return false;
}
