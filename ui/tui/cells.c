#include "ui/tui/cells.h"
#include <string.h>
#include <wchar.h>

#define CELLS_MAX 1024 /* of one text */
#define CHARS_MAX (2 * CELLS_MAX)

typedef struct {
    wchar_t chars[CHARS_MAX + 1];
    size_t len;
    int width;
    bool cut;
} WideText;

static wchar_t next_char(const char **text, mbstate_t *state)
{
    wchar_t c;
    size_t used = mbrtowc(&c, *text, strlen(*text), state);
    if (used == 0 || used >= (size_t)-2) {
        memset(state, 0, sizeof *state);
        *text += 1;
        return L'?';
    }
    *text += used;
    return wcwidth(c) < 0 ? L'?' : c;
}

static void widen(const char *text, int width, WideText *out)
{
    mbstate_t state = { 0 };

    out->len = 0;
    out->width = 0;
    out->cut = false;
    width = MIN(width, CELLS_MAX);
    while (*text) {
        wchar_t c = next_char(&text, &state);
        int cells = wcwidth(c);
        if (out->width + cells > width || out->len == CHARS_MAX) {
            out->cut = true;
            break;
        }
        out->chars[out->len++] = c;
        out->width += cells;
    }
    out->chars[out->len] = L'\0';
}

/* Makes room for the ellipsis by taking characters back. */
static void end_with_ellipsis(WideText *text, int width)
{
    const char *more = term_glyph(GLYPH_MORE);
    mbstate_t state = { 0 };

    while (text->len > 0 && (text->width >= width || text->len == CHARS_MAX))
        text->width -= wcwidth(text->chars[--text->len]);
    text->chars[text->len++] = next_char(&more, &state);
    text->chars[text->len] = L'\0';
    text->width++;
}

int cells_width(const char *text)
{
    mbstate_t state = { 0 };
    int width = 0;
    while (*text)
        width += wcwidth(next_char(&text, &state));
    return width;
}

static Rect clipped(WINDOW *window, Rect at)
{
    at.columns = MIN(at.columns, getmaxx(window) - at.x);
    if (at.y < 0 || at.y >= getmaxy(window) || at.x < 0)
        at.columns = 0;
    return at;
}

int cells_text(WINDOW *window, Rect at, unsigned style, const char *text)
{
    WideText wide;

    at = clipped(window, at);
    if (at.columns <= 0)
        return 0;
    widen(text, at.columns, &wide);
    if (wide.cut)
        end_with_ellipsis(&wide, MIN(at.columns, CELLS_MAX));
    wattrset(window, (int)term_attributes(style));
    mvwaddnwstr(window, at.y, at.x, wide.chars, (int)wide.len);
    return wide.width;
}

void cells_blank(WINDOW *window, Rect at, unsigned style)
{
    wattrset(window, (int)term_attributes(style));
    for (int row = 0; row < at.rows; row++) {
        Rect line = clipped(window, cells_row(at.y + row, at.x, at.columns));
        if (line.columns > 0)
            mvwhline(window, line.y, line.x, ' ' | term_attributes(style), line.columns);
    }
}

void cells_field(WINDOW *window, Rect at, unsigned style, const char *text)
{
    int used = cells_text(window, at, style, text);
    cells_blank(window, cells_row(at.y, at.x + used, at.columns - used), style);
}

void cells_right(WINDOW *window, Rect at, unsigned style, const char *text)
{
    int pad = MAX(0, at.columns - cells_width(text));
    cells_blank(window, cells_row(at.y, at.x, pad), style);
    cells_text(window, cells_row(at.y, at.x + pad, at.columns - pad), style, text);
}

void cells_centre(WINDOW *window, Rect at, unsigned style, const char *text)
{
    int pad = MAX(0, at.columns - cells_width(text)) / 2;
    cells_text(window, cells_row(at.y, at.x + pad, at.columns - pad), style, text);
}

void cells_highlight(WINDOW *window, Rect at, const char *text, const char *needle)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    attr_t look = term_attributes(STYLE_MATCH);
    int width = cells_width(needle);

    at = clipped(window, at);
    if (width <= 0)
        return;
    for (char *hit = strstr(lower, needle); hit; hit = strstr(hit + strlen(needle), needle)) {
        g_autofree char *before = g_strndup(lower, (gsize)(hit - lower));
        int x = cells_width(before);
        if (x >= at.columns)
            return;
        mvwchgat(window, at.y, at.x + x, MIN(width, at.columns - x), look & ~A_COLOR,
                 (short)PAIR_NUMBER((int)look), NULL);
    }
}

void cells_repeat(WINDOW *window, Rect at, unsigned style, Glyph glyph)
{
    at = clipped(window, at);
    wattrset(window, (int)term_attributes(style));
    for (int i = 0; i < at.columns; i++)
        mvwaddstr(window, at.y, at.x + i, term_glyph(glyph));
}

static void draw_edge(WINDOW *window, Rect row, Glyph left, Glyph right)
{
    cells_repeat(window, cells_row(row.y, row.x + 1, row.columns - 2), STYLE_BORDER,
                 GLYPH_HORIZONTAL);
    cells_repeat(window, cells_row(row.y, row.x, 1), STYLE_BORDER, left);
    cells_repeat(window, cells_row(row.y, row.x + row.columns - 1, 1), STYLE_BORDER, right);
}

void cells_box(WINDOW *window, Rect box, const char *title)
{
    cells_blank(window, box, STYLE_NORMAL);
    draw_edge(window, cells_row(box.y, box.x, box.columns), GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT);
    draw_edge(window, cells_row(box.y + box.rows - 1, box.x, box.columns), GLYPH_BOTTOM_LEFT,
              GLYPH_BOTTOM_RIGHT);
    for (int row = 1; row < box.rows - 1; row++) {
        cells_repeat(window, cells_row(box.y + row, box.x, 1), STYLE_BORDER, GLYPH_VERTICAL);
        cells_repeat(window, cells_row(box.y + row, box.x + box.columns - 1, 1), STYLE_BORDER,
                     GLYPH_VERTICAL);
    }
    if (title) {
        g_autofree char *padded = g_strdup_printf(" %s ", title);
        cells_text(window, cells_row(box.y, box.x + 2, box.columns - 4), STYLE_STRONG, padded);
    }
}

void cells_list_ends(WINDOW *window, Rect box, bool above, bool below)
{
    int x = box.x + box.columns - 5;
    if (above)
        cells_repeat(window, cells_row(box.y, x, 1), STYLE_STRONG, GLYPH_ASCENDING);
    if (below)
        cells_repeat(window, cells_row(box.y + box.rows - 1, x, 1), STYLE_STRONG, GLYPH_DESCENDING);
}
