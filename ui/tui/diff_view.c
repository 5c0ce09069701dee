#include "ui/tui/diff_view.h"
#include "ui/tui/line_diff.h"
#include <string.h>

#define SIDES       2
#define SIDE_STEP   8  /* cells */
#define SIGHT_CELLS 12 /* of a difference that ought to be seen */

typedef struct {
    Ui *ui;
    TextPane sides[SIDES]; /* hold the lines; drawn here, row by row */
    char *ways[SIDES];
    int64_t times_ns[SIDES];
    GArray *rows;       /* LineDiffRow; owned */
    unsigned different; /* rows */
    List list;
    int left; /* cells scrolled sideways */
    int half; /* cells of each side */
} DiffView;

enum { DIFF_NEXT = ACTION_OWN, DIFF_PREVIOUS };

static const KeyRow diff_keys[] = {
    { DIFF_NEXT, "next", "n ]", "Next", "next difference" },
    { DIFF_PREVIOUS, "previous", "N [", "Previous", "the difference before" },
    { 0 },
};

static void diff_free(void *self)
{
    DiffView *view = self;
    for (unsigned side = 0; side < SIDES; side++) {
        text_pane_clear(&view->sides[side]);
        g_free(view->ways[side]);
    }
    g_array_unref(view->rows);
    g_free(view);
}

static void diff_update(void *self, int rows, int columns)
{
    DiffView *view = self;
    view->half = (columns - 3) / 2;
    list_fit(&view->list, view->rows->len, (unsigned)MAX(rows - 2, 1));
}

static const TextLine *line_of(const DiffView *view, unsigned side, const LineDiffRow *row)
{
    unsigned line = side ? row->right : row->left;
    return line == LINE_DIFF_NONE ? NULL : &g_array_index(view->sides[side].lines, TextLine, line);
}

static size_t common_head(const char *a, const char *b)
{
    size_t len = 0;
    while (a[len] && a[len] == b[len])
        len++;
    while (len > 0 && (a[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static size_t common_tail(const char *a, const char *b, size_t head)
{
    size_t a_len = strlen(a), b_len = strlen(b), len = 0;
    while (len < a_len - head && len < b_len - head && a[a_len - 1 - len] == b[b_len - 1 - len])
        len++;
    while (len > 0 && (a[a_len - len] & 0xc0) == 0x80)
        len--;
    return len;
}

static int draw_part(WINDOW *window, Rect at, int used, unsigned style, const char *from,
                     const char *to)
{
    g_autofree char *part = g_strndup(from, (size_t)(to - from));
    return used + cells_text(window, cells_row(at.y, at.x + used, at.columns - used), style, part);
}

/* What differs from the other side's line is marked, the rest is not. */
static void draw_different(WINDOW *window, Rect at, unsigned on, const char *text,
                           const char *other)
{
    size_t head = other ? common_head(text, other) : 0;
    size_t tail = other ? common_tail(text, other, head) : 0;
    const char *end = text + strlen(text);

    int used = draw_part(window, at, 0, STYLE_WARNING | on, text, text + head);
    used = draw_part(window, at, used, STYLE_MATCH, text + head, end - tail);
    draw_part(window, at, used, STYLE_WARNING | on, end - tail, end);
}

static const char *scrolled(const char *text, int cells)
{
    while (*text && cells-- > 0)
        text = g_utf8_next_char(text);
    return text;
}

static void draw_side(const DiffView *view, WINDOW *window, Rect at, unsigned side, unsigned index)
{
    const LineDiffRow *row = &g_array_index(view->rows, LineDiffRow, index);
    const TextLine *line = line_of(view, side, row);
    const TextLine *other = line_of(view, 1 - side, row);
    unsigned on = index == view->list.at ? STYLE_ON_CURSOR : 0;

    cells_blank(window, at, STYLE_NORMAL | on);
    if (!line)
        return;
    const char *text = scrolled(line->text, view->left);
    if (row->same)
        cells_text(window, at, STYLE_NORMAL | on, text);
    else
        draw_different(window, at, on, text, other ? scrolled(other->text, view->left) : NULL);
}

static void draw_head(const DiffView *view, WINDOW *window, Rect at, unsigned side)
{
    char time[TIME_TEXT_SIZE];
    time_format_of_day(view->times_ns[side], 6, time, sizeof time);
    g_autofree char *text = g_strdup_printf("%s  %s", time, view->ways[side]);
    cells_text(window, at, STYLE_DIM, text);
    cells_repeat(window, cells_row(at.y + 1, at.x, at.columns), STYLE_BORDER, GLYPH_HORIZONTAL);
}

static void diff_draw(const void *self, WINDOW *window)
{
    const DiffView *view = self;
    int half = view->half;

    for (unsigned side = 0; side < SIDES; side++) {
        int x = side ? half + 3 : 0;
        draw_head(view, window, cells_row(0, x, half), side);
        for (unsigned i = 0; i < view->list.rows && view->list.top + i < view->list.count; i++)
            draw_side(view, window, cells_row(2 + (int)i, x, half), side, view->list.top + i);
    }
    for (int y = 0; y < getmaxy(window); y++)
        cells_repeat(window, cells_row(y, half + 1, 1), STYLE_BORDER, GLYPH_VERTICAL);
}

static void diff_describe(const void *self, GString *out)
{
    const DiffView *view = self;
    g_string_append_printf(out, "%u lines differ", view->different);
}

/* Scrolls sideways so far that the first difference of the row is in sight. */
static void show_difference(DiffView *view, const LineDiffRow *row)
{
    const TextLine *left = line_of(view, 0, row), *right = line_of(view, 1, row);

    view->left = 0;
    if (!left || !right)
        return;
    g_autofree char *head = g_strndup(left->text, common_head(left->text, right->text));
    int at = cells_width(head);
    if (at > view->half - SIGHT_CELLS)
        view->left = at - view->half / 2;
}

static void go_to_difference(DiffView *view, bool backwards)
{
    unsigned count = view->rows->len;
    for (unsigned i = 1; i <= count; i++) {
        unsigned at = (view->list.at + (backwards ? count - i : i)) % count;
        const LineDiffRow *row = &g_array_index(view->rows, LineDiffRow, at);
        if (!row->same) {
            list_go(&view->list, at);
            show_difference(view, row);
            return;
        }
    }
}

static ScreenResult diff_action(void *self, int action)
{
    DiffView *view = self;

    switch (action) {
    case ACTION_LEFT:
    case ACTION_RIGHT:
        view->left = MAX(0, view->left + (action == ACTION_LEFT ? -SIDE_STEP : SIDE_STEP));
        return SCREEN_DONE;
    case DIFF_NEXT:
    case DIFF_PREVIOUS:
        go_to_difference(view, action == DIFF_PREVIOUS);
        return SCREEN_DONE;
    default:
        return list_action(&view->list, action) ? SCREEN_DONE : SCREEN_PASS;
    }
}

static ScreenResult diff_mouse(void *self, const MouseEvent *event)
{
    DiffView *view = self;
    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        list_scroll(&view->list, event->kind == MOUSE_WHEEL_UP ? -3 : 3);
    return SCREEN_DONE;
}

static const ScreenOps diff_ops = {
    .name = "diff",
    .title = "Compare",
    .keys = diff_keys,
    .free = diff_free,
    .update = diff_update,
    .draw = diff_draw,
    .describe = diff_describe,
    .action = diff_action,
    .mouse = diff_mouse,
};

static GPtrArray *texts_of(const TextPane *pane)
{
    GPtrArray *texts = g_ptr_array_new();
    for (unsigned i = 0; i < pane->lines->len; i++)
        g_ptr_array_add(texts, g_array_index(pane->lines, TextLine, i).text);
    return texts;
}

static void load_side(DiffView *view, unsigned side, MessageRef ref)
{
    text_pane_init(&view->sides[side], false);
    message_text_add(view->ui, ref, 0, &view->sides[side]);
    if (!message_place(view->ui, ref, &view->times_ns[side], &view->ways[side])) {
        view->times_ns[side] = TIME_UNKNOWN;
        view->ways[side] = g_strdup("");
    }
}

Screen *diff_view_new(Ui *ui, MessageRef left, MessageRef right)
{
    DiffView *view = g_new0(DiffView, 1);
    view->ui = ui;
    load_side(view, 0, left);
    load_side(view, 1, right);
    g_autoptr(GPtrArray) left_texts = texts_of(&view->sides[0]);
    g_autoptr(GPtrArray) right_texts = texts_of(&view->sides[1]);
    view->rows = line_diff(left_texts, right_texts);
    for (unsigned i = 0; i < view->rows->len; i++)
        view->different += !g_array_index(view->rows, LineDiffRow, i).same;
    return screen_new(ui, &diff_ops, view);
}
