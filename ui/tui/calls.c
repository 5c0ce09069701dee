#include "ui/tui/calls.h"
#include "ui/tui/call_columns.h"
#include "ui/tui/columns_dialog.h"
#include "ui/tui/filter_prompt.h"
#include "ui/tui/ladder_view.h"
#include "ui/tui/menu.h"
#include "ui/tui/message_view.h"
#include "ui/tui/overview.h"
#include "ui/tui/prompt.h"
#include "ui/tui/report_view.h"
#include "ui/tui/row_search.h"
#include "ui/tui/save_dialog.h"
#include "ui/tui/sound_view.h"
#include "ui/tui/stats_view.h"
#include "ui/tui/streams_view.h"
#include "ui/tui/table.h"

#define WHEEL_STEP 3

typedef struct {
    Ui *ui;
    List list;
    uint32_t call; /* under the cursor; 0: none */
    bool follow;   /* the cursor stays with the newest call */
    Table table;
    RowSearch search;
    RowSearchPrompt search_prompt;
} CallsView;

enum {
    CALLS_MARK = ACTION_OWN,
    CALLS_MARK_ALL,
    CALLS_UNMARK,
    CALLS_FILTER,
    CALLS_SEARCH,
    CALLS_NEXT,
    CALLS_PREVIOUS,
    CALLS_SAVE,
    CALLS_SAVE_SOUND,
    CALLS_SOUND,
    CALLS_FAX_PAGES,
    CALLS_CHAT,
    CALLS_SORT,
    CALLS_REVERSE,
    CALLS_COLUMNS,
    CALLS_STREAMS,
    CALLS_ALL_STREAMS,
    CALLS_RAW,
    CALLS_STATS,
    CALLS_CAPTURE,
    CALLS_OVERVIEW,
    CALLS_ONLY,
    CALLS_FOLLOW,
    CALLS_PAUSE,
    CALLS_CLEAR,
    CALLS_CLEAR_HIDDEN,
};

static const KeyRow calls_keys[] = {
    { ACTION_ENTER, "ladder", "Enter F4 x", "Ladder",
      "ladder of this call, or of the marked ones" },
    { CALLS_MARK, "mark", "Space", "Mark", "mark or unmark this call" },
    { CALLS_FILTER, "filter", "F7 f", "Filter", "show only calls that match a display filter" },
    { CALLS_SEARCH, "search", "/ F3 Tab", "Search",
      "find text while it is typed; an empty one ends it" },
    { CALLS_SAVE, "save", "F2 s", "Save", "save calls with their media, or as text" },
    { CALLS_STREAMS, "streams", "m", "Media", "RTP streams of this call, or of the marked ones" },
    { CALLS_SOUND, "sound", "a", "Sound", "see and hear this call, or the marked ones" },
    { CALLS_SORT, "sort", "< >", "Sort", "choose the column to sort by" },
    { CALLS_COLUMNS, "columns", "F10 t", "Columns", "choose, order and size the columns" },
    { CALLS_NEXT, "next", "n", NULL, "next call with the text searched for" },
    { CALLS_PREVIOUS, "previous", "N", NULL, "the one before" },
    { CALLS_REVERSE, "reverse", "z", NULL, "turn the order round" },
    { CALLS_ALL_STREAMS, "all-streams", "M", NULL, "all RTP streams, also those of no call" },
    { CALLS_SAVE_SOUND, "save-sound", "e", NULL, "save the sound of this call, or of marked ones" },
    { CALLS_RAW, "raw", "F6 r", NULL, "all messages of this call as text" },
    { CALLS_FAX_PAGES, "fax-pages", "F", NULL, "save fax pages, from T.38 or G.711" },
    { CALLS_CHAT, "chat", "C", NULL, "save MSRP chat and files into a folder" },
    { CALLS_STATS, "statistics", "i", NULL, "methods, answers, states, faults" },
    { CALLS_CAPTURE, "capture", "I", NULL, "drops, copies, missing directions: can it be trusted" },
    { CALLS_OVERVIEW, "overview", "o", NULL,
      "a menu of all overviews: who is who, and what is up" },
    { CALLS_MARK_ALL, "mark-all", "*", NULL, "mark every call in the list" },
    { CALLS_UNMARK, "unmark", "u", NULL, "unmark all" },
    { CALLS_ONLY, "only-calls", "c", NULL, "only what an INVITE began, or everything" },
    { CALLS_FOLLOW, "follow", "A", NULL, "the cursor stays with the newest call" },
    { CALLS_PAUSE, "pause", "p", "Pause", "throw live packets away until pressed again" },
    { CALLS_CLEAR, "clear", "F5", NULL, "empty the list; new calls will appear in it" },
    { CALLS_CLEAR_HIDDEN, "clear-hidden", "F9", NULL, "forget the calls the filter hides" },
    { ACTION_BACK, "back", "Esc q", NULL, "leave rung" },
    { 0 },
};

static void calls_free(void *self)
{
    CallsView *view = self;
    row_search_clear(&view->search);
    g_free(view);
}

static bool is_live(const CallsView *view)
{
    Capture *capture = view->ui->context->capture;
    for (unsigned i = 0; capture && i < capture_source_count(capture); i++) {
        CaptureSourceInfo source;
        capture_source_info(capture, i, &source);
        if (source.live)
            return true;
    }
    return false;
}

/* Evicted calls that are in sight have the list made anew. */
static void check_visible(CallsView *view)
{
    bool gone = false;
    const Model *model = ui_lock(view->ui);
    for (unsigned i = 0; i < view->list.rows && view->list.top + i < view->list.count; i++)
        gone |= !model_call(model, call_index_at(view->ui->calls, view->list.top + i));
    ui_unlock(view->ui);
    if (gone)
        call_index_note_gone(view->ui->calls);
}

static void calls_update(void *self, int rows, int columns)
{
    CallsView *view = self;
    unsigned count = call_index_count(view->ui->calls);

    if (view->call) {
        unsigned row = call_index_row(view->ui->calls, view->call, view->list.at);
        if (row < count)
            view->list.at = row;
    }
    if (view->follow && count)
        view->list.at = count - 1;
    list_fit(&view->list, count, (unsigned)MAX(rows - TABLE_HEAD_ROWS, 1));
    view->call = call_index_at(view->ui->calls, view->list.at);
    table_place(&view->table, columns);
    check_visible(view);
}

static void draw_call(const CallsView *view, const Model *model, WINDOW *window, unsigned row)
{
    uint32_t number = call_index_at(view->ui->calls, row);
    const Call *call = model_call(model, number);
    unsigned on = row == view->list.at ? STYLE_ON_CURSOR : 0;
    int y = TABLE_HEAD_ROWS + (int)(row - view->list.top);
    g_autoptr(GString) text = g_string_new(NULL);
    TableRow place = { window, y, on, view->search.needle };
    CallFacts facts;

    cells_blank(window, cells_row(y, 0, getmaxx(window)), STYLE_NORMAL | on);
    if (call_set_has(&view->ui->marks, number))
        cells_text(window, cells_row(y, 0, 1), STYLE_MARK | on, term_glyph(GLYPH_MARK));
    if (!call) {
        cells_text(window, cells_row(y, TABLE_MARGIN, getmaxx(window) - TABLE_MARGIN),
                   STYLE_DIM | on, "no longer kept");
        return;
    }
    call_facts_init(&facts, model, call, view->ui->context->names);
    for (unsigned i = 0; i < view->table.placed_count; i++) {
        const CallColumn *column = call_column(view->table.placed[i].column);
        g_string_truncate(text, 0);
        column->format(&facts, text);
        table_draw_cell(&view->table, &place, i,
                        column->style ? column->style(&facts) : STYLE_NORMAL, text->str);
    }
}

static void draw_emptiness(const CallsView *view, WINDOW *window)
{
    CallIndexState state;
    int y = getmaxy(window) / 2 - 1;

    call_index_state(view->ui->calls, &state);
    const Model *model = ui_lock(view->ui);
    bool ended = model->ended;
    ui_unlock(view->ui);
    const char *what = state.filtered || state.calls_only ? "No call matches."
                       : ended                            ? "There is no SIP in this capture."
                                                          : "No SIP seen yet ...";
    const char *advice = state.filtered     ? "f changes the filter, an empty one shows everything"
                         : state.calls_only ? "c shows what is no call as well"
                         : ended            ? "M shows RTP streams without signalling"
                                            : "calls appear here as their first message arrives";
    cells_centre(window, cells_row(y, 0, getmaxx(window)), STYLE_STRONG, what);
    cells_centre(window, cells_row(y + 1, 0, getmaxx(window)), STYLE_DIM, advice);
}

static void calls_draw(const void *self, WINDOW *window)
{
    const CallsView *view = self;
    CallIndexState state;

    call_index_state(view->ui->calls, &state);
    table_draw_head(&view->table, window, state.sort_column, state.reverse);
    if (view->list.count == 0) {
        draw_emptiness(view, window);
        return;
    }
    const Model *model = ui_lock(view->ui);
    for (unsigned i = 0; i < view->list.rows && view->list.top + i < view->list.count; i++)
        draw_call(view, model, window, view->list.top + i);
    ui_unlock(view->ui);
}

static void calls_describe(const void *self, GString *out)
{
    const CallsView *view = self;
    CallIndexState state;

    call_index_state(view->ui->calls, &state);
    if (state.progress >= 0)
        g_string_append_printf(out, "sorting %.0f%%  ", state.progress * 100);
    else if (state.unsorted)
        g_string_append_printf(out, "+%u unsorted  ", state.unsorted);
    if (state.calls_only)
        g_string_append(out, "calls only  ");
    if (view->follow)
        g_string_append(out, "following  ");
    if (view->ui->marks.count)
        g_string_append_printf(out, "%u marked  ", view->ui->marks.count);
    if (view->table.hidden)
        g_string_append_printf(out, "+%u columns  ", view->table.hidden);
    g_string_append_printf(out, "%u/%u", view->list.count ? view->list.at + 1 : 0,
                           view->list.count);
}

/* The cursor was moved by hand. */
static void cursor_moved(CallsView *view)
{
    view->call = call_index_at(view->ui->calls, view->list.at);
    view->follow = view->follow && view->list.at + 1 >= view->list.count;
}

static void mark_all(CallsView *view)
{
    for (unsigned i = 0; i < call_index_count(view->ui->calls); i++)
        call_set_put(&view->ui->marks, call_index_at(view->ui->calls, i), true);
}

static void toggle_mark(CallsView *view)
{
    if (!view->call)
        return;
    call_set_put(&view->ui->marks, view->call, !call_set_has(&view->ui->marks, view->call));
    list_move(&view->list, 1);
    cursor_moved(view);
}

/* The marked calls, as many as a screen can use, or the one under the cursor. */
static GArray *chosen_calls(const CallsView *view)
{
    GArray *calls = call_set_list(&view->ui->marks);
    if (calls->len == 0 && view->call)
        g_array_append_val(calls, view->call);
    if (calls->len > UI_CALLS_MAX) {
        ui_notice(view->ui, "the first %u of %u marked calls", UI_CALLS_MAX, calls->len);
        g_array_set_size(calls, UI_CALLS_MAX);
    }
    return calls;
}

static ScreenResult open_chosen(CallsView *view, Screen *(*open)(Ui *ui, const GArray *calls))
{
    g_autoptr(GArray) calls = chosen_calls(view);
    return calls->len ? screen_open(open(view->ui, calls)) : SCREEN_DONE;
}

static ScreenResult open_save(CallsView *view, Screen *(*open)(Ui *ui, const GArray *these))
{
    g_autoptr(GArray) these = g_array_new(false, false, sizeof(uint32_t));
    if (view->call)
        g_array_append_val(these, view->call);
    return screen_open(open(view->ui, these));
}

static ScreenVerb sort_picked(void *owner, unsigned item)
{
    CallsView *view = owner;
    CallIndexState state;

    call_index_state(view->ui->calls, &state);
    bool again = item == state.sort_column;
    call_index_set_sort(view->ui->calls, item, again ? !state.reverse : false);
    return SCREEN_CLOSE;
}

static ScreenResult open_sort_menu(CallsView *view)
{
    CallIndexState state;

    call_index_state(view->ui->calls, &state);
    return screen_open(sort_menu_new(view->ui, &call_column_set, state.sort_column,
                                     &(MenuSpec){ .owner = view, .pick = sort_picked }));
}

static void search_moved(void *owner)
{
    cursor_moved(owner);
}

static ScreenResult open_search(CallsView *view)
{
    view->search_prompt = (RowSearchPrompt){
        .search = &view->search,
        .list = &view->list,
        .origin = view->list.at,
        .moved = search_moved,
        .owner = view,
    };
    return row_search_open(&view->search_prompt, view->ui);
}

/* What a column shows can be found, whether the list has the column or not. */
static void append_call(const void *owner, const Model *model, unsigned row, GString *out)
{
    const CallsView *view = owner;
    const Call *call = model_call(model, call_index_at(view->ui->calls, row));
    CallFacts facts;

    if (!call)
        return;
    call_facts_init(&facts, model, call, view->ui->context->names);
    for (unsigned i = 0; i < call_column_set.count; i++) {
        call_column(i)->format(&facts, out);
        g_string_append_c(out, '\n');
    }
    for (const Leg *leg = call->legs; leg; leg = leg->next)
        g_string_append_printf(out, "%s\n", leg->call_id);
}

static bool step_search(CallsView *view)
{
    unsigned row, count = call_index_count(view->ui->calls);
    RowSource source = { view, count, append_call };

    switch (row_search_step(&view->search, view->ui, &source, &row)) {
    case ROW_SEARCH_MORE:
        return true;
    case ROW_SEARCH_FOUND:
        list_fit(&view->list, count, view->list.rows);
        list_go(&view->list, row);
        cursor_moved(view);
        return false;
    case ROW_SEARCH_NOWHERE:
        ui_error(view->ui, "not found: %s", view->search.shown);
        return false;
    case ROW_SEARCH_IDLE:
        break;
    }
    return false;
}

static bool calls_step(void *self)
{
    CallsView *view = self;
    bool more = call_index_step(view->ui->calls);
    bool searching = view->search.active;
    return step_search(view) || more || searching;
}

static void toggle_pause(CallsView *view)
{
    if (!is_live(view)) {
        ui_notice(view->ui, "only a live capture can be paused");
        return;
    }
    view->ui->paused = !view->ui->paused;
    capture_set_paused(view->ui->context->capture, view->ui->paused);
}

static ScreenVerb leave_picked(void *owner, unsigned item)
{
    (void)owner;
    return item == 0 ? SCREEN_QUIT : SCREEN_CLOSE;
}

static ScreenResult ask_to_leave(CallsView *view)
{
    static const char *const items[] = { "Leave rung", "Stay", NULL };
    MenuSpec spec = { .title = is_live(view) ? "The capture is running" : "Leave?",
                      .items = items,
                      .owner = view,
                      .pick = leave_picked };
    return screen_open(menu_new(view->ui, &spec));
}

static void toggle_calls_only(CallsView *view)
{
    CallIndexState state;
    call_index_state(view->ui->calls, &state);
    call_index_set_calls_only(view->ui->calls, !state.calls_only);
}

static void reverse_order(CallsView *view)
{
    CallIndexState state;
    call_index_state(view->ui->calls, &state);
    call_index_set_sort(view->ui->calls, state.sort_column, !state.reverse);
}

/* What only changes the list; false for other actions. */
static bool list_setting(CallsView *view, int action)
{
    switch (action) {
    case CALLS_MARK:
        toggle_mark(view);
        return true;
    case CALLS_MARK_ALL:
        mark_all(view);
        return true;
    case CALLS_UNMARK:
        call_set_clear(&view->ui->marks);
        return true;
    case CALLS_REVERSE:
        reverse_order(view);
        return true;
    case CALLS_ONLY:
        toggle_calls_only(view);
        return true;
    case CALLS_FOLLOW:
        view->follow = !view->follow;
        return true;
    case CALLS_CLEAR:
        call_index_clear(view->ui->calls);
        call_set_clear(&view->ui->marks);
        return true;
    case CALLS_CLEAR_HIDDEN:
        call_index_clear_hidden(view->ui->calls);
        return true;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        table_scroll(&view->table, action == ACTION_RIGHT);
        return true;
    default:
        return false;
    }
}

static ScreenResult calls_action(void *self, int action)
{
    CallsView *view = self;

    if (list_action(&view->list, action)) {
        cursor_moved(view);
        return SCREEN_DONE;
    }
    if (list_setting(view, action))
        return SCREEN_DONE;
    switch (action) {
    case ACTION_ENTER:
        return open_chosen(view, ladder_view_new);
    case CALLS_STREAMS:
        return open_chosen(view, streams_view_new);
    case CALLS_ALL_STREAMS:
        return screen_open(streams_view_new(view->ui, NULL));
    case CALLS_RAW:
        return open_chosen(view, message_view_all_new);
    case CALLS_STATS:
        return screen_open(stats_view_new(view->ui));
    case CALLS_CAPTURE:
        return screen_open(capture_view_new(view->ui));
    case CALLS_OVERVIEW:
        return screen_open(overview_menu_new(view->ui));
    case CALLS_FILTER:
        return screen_open(filter_prompt_new(view->ui));
    case CALLS_SEARCH:
        return open_search(view);
    case CALLS_NEXT:
    case CALLS_PREVIOUS:
        row_search_again(&view->search, view->list.at, view->list.count, action == CALLS_PREVIOUS);
        return SCREEN_DONE;
    case CALLS_SAVE:
        return open_save(view, save_dialog_new);
    case CALLS_SAVE_SOUND:
        return open_save(view, save_dialog_sound_new);
    case CALLS_SOUND:
        return open_chosen(view, sound_view_new);
    case CALLS_FAX_PAGES:
        return open_save(view, save_dialog_fax_new);
    case CALLS_CHAT:
        return open_save(view, save_dialog_msrp_new);
    case CALLS_SORT:
        return open_sort_menu(view);
    case CALLS_COLUMNS:
        return screen_open(columns_dialog_new(view->ui, &view->table.layout));
    case CALLS_PAUSE:
        toggle_pause(view);
        return SCREEN_DONE;
    case ACTION_BACK:
        return ask_to_leave(view);
    default:
        return SCREEN_PASS;
    }
}

static ScreenResult calls_mouse(void *self, const MouseEvent *event)
{
    CallsView *view = self;
    unsigned row;

    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN) {
        list_scroll(&view->list, event->kind == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
        cursor_moved(view);
        return SCREEN_DONE;
    }
    int column = event->y == 0 ? table_column_at(&view->table, event->x) : -1;
    if (column >= 0)
        sort_picked(view, (unsigned)column);
    if (!list_hit(&view->list, event->y - TABLE_HEAD_ROWS, &row))
        return SCREEN_DONE;
    list_go(&view->list, row);
    cursor_moved(view);
    return event->kind == MOUSE_DOUBLE_CLICK ? open_chosen(view, ladder_view_new) : SCREEN_DONE;
}

static const ScreenOps calls_ops = {
    .name = "calls",
    .title = "Calls",
    .keys = calls_keys,
    .free = calls_free,
    .update = calls_update,
    .draw = calls_draw,
    .describe = calls_describe,
    .action = calls_action,
    .mouse = calls_mouse,
    .step = calls_step,
};

Screen *calls_new(Ui *ui)
{
    CallsView *view = g_new0(CallsView, 1);
    view->ui = ui;
    view->follow = is_live(view) && settings_bool(ui->context->settings, "calls.follow");
    column_layout_parse(&view->table.layout, &call_column_set,
                        settings_string(ui->context->settings, "calls.columns"));
    return screen_new(ui, &calls_ops, view);
}
