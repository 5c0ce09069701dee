#include "ui/tui/tui.h"
#include "export/escape.h"
#include "ui/tui/call_columns.h"
#include "ui/tui/calls.h"
#include "ui/tui/help_view.h"
#include "ui/tui/screen.h"
#include "ui/tui/status_line.h"
#include <string.h>

#define REDRAW_PAUSE_US (G_USEC_PER_SEC / 10) /* between redraws that no key asked for */
#define IDLE_MS         1000                  /* the rates of the status line, while live */
#define LINES_AROUND    3                     /* title, status, hints */
#define ROWS_MIN        8
#define COLUMNS_MIN     40

typedef struct {
    Ui ui;
    GPtrArray *stack; /* owns Screen; the last one is on top */
    StatusLine status;
    WINDOW *content; /* of stdscr; NULL while the terminal is too small */
    int64_t drawn_us;
    bool dirty; /* something changed since it was drawn */
    bool leave;
} Tui;

static Screen *top_screen(const Tui *tui)
{
    return g_ptr_array_index(tui->stack, tui->stack->len - 1);
}

static void make_content_window(Tui *tui)
{
    if (tui->content)
        delwin(tui->content);
    tui->content = NULL;
    if (LINES >= ROWS_MIN && COLS >= COLUMNS_MIN)
        tui->content = derwin(stdscr, LINES - LINES_AROUND, COLS, 1, 0);
}

static unsigned lowest_visible(const Tui *tui)
{
    unsigned lowest = tui->stack->len - 1;
    while (lowest > 0 && ((const Screen *)g_ptr_array_index(tui->stack, lowest))->ops->is_dialog)
        lowest--;
    return lowest;
}

/* The end of a path says more than its beginning. */
static char *clip_front(const char *text, int width)
{
    const char *at = text;
    if (cells_width(text) <= width)
        return g_strdup(text);
    while (*at && cells_width(at) > MAX(width - 1, 0))
        at = g_utf8_next_char(at);
    return g_strconcat(term_glyph(GLYPH_MORE), at, NULL);
}

static void draw_title(const Tui *tui, const Screen *screen)
{
    g_autoptr(GString) about = g_string_new(NULL);
    g_autofree char *sources = escape_line(tui->ui.context->title, term_utf8());
    const char *rule = term_glyph(GLYPH_VERTICAL);

    if (screen->ops->describe)
        screen->ops->describe(screen->state, about);
    g_string_append_c(about, ' ');
    int room = COLS - cells_width(about->str) - 1;
    g_autofree char *name = g_strdup_printf(" rung %s %s %s ", rule, screen->ops->title, rule);
    g_autofree char *clipped = clip_front(sources, room - cells_width(name));
    cells_blank(stdscr, cells_row(0, 0, COLS), STYLE_TITLE);
    int x = cells_text(stdscr, cells_row(0, 0, room), STYLE_TITLE, name);
    x += cells_text(stdscr, cells_row(0, x, room - x), STYLE_TITLE, clipped);
    cells_right(stdscr, cells_row(0, x, COLS - x), STYLE_TITLE, about->str);
}

static void draw_hint(int *x, const Keymap *map, const KeyRow *row)
{
    const char *keys = keymap_keys(map, row->action);
    if (!row->hint || !keys)
        return;
    g_autofree char *key = g_strndup(keys, strcspn(keys, " "));
    int needed = cells_width(key) + cells_width(row->hint) + 1;
    if (*x + needed > COLS)
        return;
    *x += cells_text(stdscr, cells_row(LINES - 1, *x, COLS - *x), STYLE_KEY, key) + 1;
    *x += cells_text(stdscr, cells_row(LINES - 1, *x, COLS - *x), STYLE_HINT, row->hint) + 2;
}

static void draw_common_hint(int *x, const Screen *screen, int action)
{
    if (!key_row_find(screen->ops->keys, action))
        draw_hint(x, screen->map, key_row_find(common_keys, action));
}

static void draw_hints(const Screen *screen)
{
    int x = 1;
    draw_common_hint(&x, screen, ACTION_HELP);
    for (const KeyRow *row = screen->ops->keys; row->action; row++)
        draw_hint(&x, screen->map, row);
    draw_common_hint(&x, screen, ACTION_BACK);
}

static void draw_screens(Tui *tui)
{
    for (unsigned i = lowest_visible(tui); i < tui->stack->len; i++) {
        Screen *screen = g_ptr_array_index(tui->stack, i);
        screen->ops->update(screen->state, getmaxy(tui->content), getmaxx(tui->content));
        screen->ops->draw(screen->state, tui->content);
    }
}

static void draw(Tui *tui)
{
    status_line_sample(&tui->status, &tui->ui);
    attrset(0);
    erase();
    if (tui->content) {
        draw_screens(tui);
        draw_title(tui, g_ptr_array_index(tui->stack, lowest_visible(tui)));
        status_line_draw(&tui->status, &tui->ui, stdscr, LINES - 2);
        draw_hints(top_screen(tui));
    } else {
        cells_text(stdscr, cells_row(0, 0, COLS), STYLE_NORMAL, "rung: the window is too small");
    }
    touchwin(stdscr);
    wnoutrefresh(stdscr);
    doupdate(); /* may wait for a slow terminal: no lock is held here */
    tui->drawn_us = g_get_monotonic_time();
    tui->dirty = false;
}

static void close_top(Tui *tui)
{
    g_ptr_array_set_size(tui->stack, (int)tui->stack->len - 1);
    if (tui->stack->len == 0)
        tui->leave = true;
}

static void apply(Tui *tui, ScreenResult result)
{
    switch (result.verb) {
    case SCREEN_IGNORED:
    case SCREEN_HANDLED:
        break;
    case SCREEN_CLOSE:
        close_top(tui);
        break;
    case SCREEN_QUIT:
        tui->leave = true;
        break;
    case SCREEN_REPLACE:
        close_top(tui);
        tui->leave = false;
        g_ptr_array_add(tui->stack, result.screen);
        break;
    case SCREEN_OPEN:
        g_ptr_array_add(tui->stack, result.screen);
        break;
    }
}

static ScreenResult common_action(Tui *tui, int action)
{
    const Screen *screen = top_screen(tui);

    switch (action) {
    case ACTION_BACK:
        return (ScreenResult){ SCREEN_CLOSE, NULL };
    case ACTION_QUIT:
        return (ScreenResult){ SCREEN_QUIT, NULL };
    case ACTION_HELP:
        return screen_open(help_view_new(&tui->ui, screen));
    case ACTION_REDRAW:
        clearok(stdscr, TRUE);
        return SCREEN_DONE;
    default:
        return SCREEN_PASS;
    }
}

static ScreenResult handle_mouse(Tui *tui)
{
    const Screen *screen = top_screen(tui);
    MouseEvent event;

    if (!term_read_mouse(&event) || !screen->ops->mouse)
        return SCREEN_PASS;
    event.y--; /* below the title */
    return screen->ops->mouse(screen->state, &event);
}

static ScreenResult handle_key(Tui *tui, int key)
{
    const Screen *screen = top_screen(tui);
    ScreenResult result = SCREEN_PASS;

    if (key == TERM_CODE(KEY_MOUSE))
        return handle_mouse(tui);
    if (screen->ops->key)
        result = screen->ops->key(screen->state, key);
    int action = keymap_action(screen->map, key);
    if (result.verb == SCREEN_IGNORED && action != ACTION_NONE)
        result = screen->ops->action(screen->state, action);
    if (result.verb == SCREEN_IGNORED)
        result = common_action(tui, action);
    return result;
}

/* All screens keep the fruits of their last update in step with the model before a key acts. */
static void handle_keys(Tui *tui)
{
    int key;
    while (!tui->leave && term_read_key(&key)) {
        if (key == TERM_CODE(KEY_RESIZE))
            continue;
        g_clear_pointer(&tui->ui.notice, g_free);
        apply(tui, handle_key(tui, key));
        tui->dirty = true;
        tui->drawn_us = 0;
    }
}

/* True: there is more to do. */
static bool step_screens(Tui *tui)
{
    bool more = false;
    for (unsigned i = 0; i < tui->stack->len; i++) {
        Screen *screen = g_ptr_array_index(tui->stack, i);
        if (screen->ops->step && screen->ops->step(screen->state))
            more = true;
    }
    return more;
}

static void close_finished(Tui *tui)
{
    const Screen *screen = tui->leave ? NULL : top_screen(tui);
    if (screen && screen->ops->is_finished && screen->ops->is_finished(screen->state)) {
        close_top(tui);
        tui->dirty = true;
    }
}

static int timeout_ms(const Tui *tui, bool more)
{
    int64_t due_us = tui->drawn_us + REDRAW_PAUSE_US - g_get_monotonic_time();

    if (more)
        return 0;
    if (tui->dirty)
        return due_us > 0 ? (int)(due_us / 1000) + 1 : 0;
    bool rests = tui->status.ended && !tui->ui.notice && !call_index_is_stale(tui->ui.calls);
    return rests ? -1 : IDLE_MS;
}

static void run_loop(Tui *tui)
{
    bool more = true;

    tui->dirty = true;
    while (!tui->leave && !atomic_load(tui->ui.context->quit)) {
        if (tui->dirty && g_get_monotonic_time() - tui->drawn_us >= REDRAW_PAUSE_US)
            draw(tui);
        TermEvent event = term_wait(timeout_ms(tui, more));
        if (event == TERM_GONE)
            break;
        if (term_resize()) {
            make_content_window(tui);
            clearok(stdscr, TRUE);
            tui->drawn_us = 0;
        }
        handle_keys(tui);
        tui->dirty |= more; /* what the last step did */
        if (!tui->leave)
            more = step_screens(tui);
        close_finished(tui);
        tui->dirty |= event == TERM_WOKEN || (event == TERM_TIMEOUT && !more);
    }
}

static Filter *initial_filter(const char *text)
{
    return text && *text ? filter_compile(text, NULL) : NULL;
}

static void sort_as_set(Ui *ui)
{
    const char *sort = settings_string(ui->context->settings, "calls.sort");
    bool reverse = sort[0] == '-';
    int column = column_find(&call_column_set, sort + reverse);
    if (column >= 0)
        call_index_set_sort(ui->calls, (unsigned)column, reverse);
}

static void tui_init(Tui *tui, const TuiContext *context)
{
    *tui = (Tui){ .ui.context = context };
    tui->ui.filter_text = g_strdup(context->filter ? context->filter : "");
    tui->ui.calls = call_index_new(context->model, context->names);
    sort_as_set(&tui->ui);
    Filter *filter = initial_filter(context->filter);
    if (filter)
        call_index_set_filter(tui->ui.calls, filter);
    tui->stack = g_ptr_array_new_with_free_func((GDestroyNotify)screen_free);
    g_ptr_array_add(tui->stack, calls_new(&tui->ui));
    make_content_window(tui);
}

static void tui_clear(Tui *tui)
{
    /* from the top: a dialog refers to the screen below it */
    while (tui->stack->len)
        g_ptr_array_set_size(tui->stack, (int)tui->stack->len - 1);
    g_ptr_array_unref(tui->stack);
    call_index_free(tui->ui.calls);
    call_set_clear(&tui->ui.marks);
    status_line_clear(&tui->status);
    g_free(tui->ui.filter_text);
    g_free(tui->ui.notice);
    if (tui->content)
        delwin(tui->content);
}

bool tui_run(const TuiContext *context, GError **error)
{
    Tui tui;

    if (!term_open(context->settings, error))
        return false;
    tui_init(&tui, context);
    run_loop(&tui);
    tui_clear(&tui);
    term_close();
    return true;
}
