#include "ui/tui/streams_view.h"
#include "ui/tui/columns_dialog.h"
#include "ui/tui/ladder_view.h"
#include "ui/tui/menu.h"
#include "ui/tui/prompt.h"
#include "ui/tui/row_search.h"
#include "ui/tui/sound_view.h"
#include "ui/tui/stream_columns.h"
#include "ui/tui/stream_figures.h"
#include "ui/tui/stream_order.h"
#include "ui/tui/stream_view.h"
#include "ui/tui/table.h"

#define DETAIL_FROM 20 /* rows of the window */
#define TABLE_SHARE 3  /* the table keeps one of so many rows, if it needs them */
#define WHEEL_STEP  3

typedef struct {
    Ui *ui;
    GArray *calls; /* owned; NULL: every stream */
    StreamOrder *order;
    List list;
    uint32_t stream; /* under the cursor; 0: none */
    Table table;
    RowSearch search;
    RowSearchPrompt search_prompt;
    bool details;
    TextPane detail;
    int detail_rows; /* 0: not shown */
} StreamsView;

enum {
    STREAMS_DETAIL = ACTION_OWN,
    STREAMS_DETAIL_DOWN,
    STREAMS_DETAIL_UP,
    STREAMS_SEARCH,
    STREAMS_NEXT,
    STREAMS_PREVIOUS,
    STREAMS_SORT,
    STREAMS_REVERSE,
    STREAMS_COLUMNS,
    STREAMS_SOUND,
    STREAMS_LADDER,
};

static const KeyRow streams_keys[] = {
    { ACTION_ENTER, "stream", "Enter", "Stream",
      "the stream in detail: score, graphs, RTCP, packets" },
    { STREAMS_LADDER, "ladder", "L", "Ladder", "ladder of the call the stream belongs to" },
    { STREAMS_DETAIL, "details", "d", "Details", "show or hide all figures of the stream" },
    { STREAMS_SEARCH, "search", "/ F3 Tab", "Search",
      "find text while it is typed; an empty one ends it" },
    { STREAMS_SORT, "sort", "< >", "Sort", "choose the column to sort by" },
    { STREAMS_REVERSE, "reverse", "z", "Reverse", "turn the order round" },
    { STREAMS_COLUMNS, "columns", "F10 t", "Columns", "choose, order and size the columns" },
    { STREAMS_SOUND, "sound", "a", NULL, "see and hear the call the stream belongs to" },
    { STREAMS_NEXT, "next", "n", NULL, "next stream with the text searched for" },
    { STREAMS_PREVIOUS, "previous", "N", NULL, "the one before" },
    { STREAMS_DETAIL_DOWN, "details-down", "J", NULL, "scroll the figures down" },
    { STREAMS_DETAIL_UP, "details-up", "K", NULL, "scroll the figures up" },
    { 0 },
};

static void streams_free(void *self)
{
    StreamsView *view = self;
    stream_order_free(view->order);
    if (view->calls)
        g_array_unref(view->calls);
    row_search_clear(&view->search);
    text_pane_clear(&view->detail);
    g_free(view);
}

/* The pane takes what the table can spare. */
static int detail_rows(const StreamsView *view, int rows, unsigned count)
{
    int lines = (int)view->detail.lines->len + 1;
    int table = TABLE_HEAD_ROWS + MIN((int)MIN(count, INT_MAX), rows / TABLE_SHARE);

    if (!view->details || rows < DETAIL_FROM || !count)
        return 0;
    return MIN(lines, rows - table);
}

static void fill_details(StreamsView *view)
{
    unsigned top = view->detail.top;

    text_pane_reset(&view->detail);
    if (view->stream && view->details)
        stream_figures_add(view->ui, view->stream, &view->detail);
    view->detail.top = top;
}

static void streams_update(void *self, int rows, int columns)
{
    StreamsView *view = self;
    unsigned count = stream_order_count(view->order);

    if (view->stream) {
        unsigned row = stream_order_row(view->order, view->stream, view->list.at);
        if (row < count)
            view->list.at = row;
    }
    list_fit(&view->list, count, MAX(view->list.rows, 1));
    view->stream = stream_order_at(view->order, view->list.at);
    fill_details(view);
    view->detail_rows = detail_rows(view, rows, count);
    list_fit(&view->list, count, (unsigned)MAX(rows - TABLE_HEAD_ROWS - view->detail_rows, 1));
    text_pane_fit(&view->detail, view->detail_rows - 1, columns - 2);
    table_place(&view->table, columns);
}

static void draw_stream(const StreamsView *view, const Model *model, WINDOW *window, unsigned row)
{
    unsigned on = row == view->list.at ? STYLE_ON_CURSOR : 0;
    TableRow place = { window, TABLE_HEAD_ROWS + (int)(row - view->list.top), on,
                       view->search.needle };
    const Stream *stream = model_stream(model, stream_order_at(view->order, row));
    g_autoptr(GString) text = g_string_new(NULL);
    StreamFacts facts;

    cells_blank(window, cells_row(place.y, 0, getmaxx(window)), STYLE_NORMAL | on);
    if (!stream) {
        cells_text(window, cells_row(place.y, TABLE_MARGIN, getmaxx(window) - TABLE_MARGIN),
                   STYLE_DIM | on, "no longer kept");
        return;
    }
    stream_facts_init(&facts, model, stream);
    for (unsigned i = 0; i < view->table.placed_count; i++) {
        const StreamColumn *column = stream_column(view->table.placed[i].column);
        g_string_truncate(text, 0);
        column->format(&facts, text);
        table_draw_cell(&view->table, &place, i,
                        column->style ? column->style(&facts) : STYLE_NORMAL, text->str);
    }
}

static void streams_draw(const void *self, WINDOW *window)
{
    const StreamsView *view = self;
    int columns = getmaxx(window);

    table_draw_head(&view->table, window, stream_order_column(view->order),
                    stream_order_reverse(view->order));
    if (view->list.count == 0)
        cells_centre(window, cells_row(TABLE_HEAD_ROWS + (int)view->list.rows / 2, 0, columns),
                     STYLE_STRONG, "No RTP stream.");
    const Model *model = ui_lock(view->ui);
    for (unsigned i = 0; i < view->list.rows && view->list.top + i < view->list.count; i++)
        draw_stream(view, model, window, view->list.top + i);
    ui_unlock(view->ui);
    if (!view->detail_rows)
        return;
    int y = getmaxy(window) - view->detail_rows;
    cells_repeat(window, cells_row(y, 0, columns), STYLE_BORDER, GLYPH_HORIZONTAL);
    text_pane_draw(&view->detail, window, (Rect){ y + 1, 1, view->detail_rows - 1, columns - 2 });
}

static void streams_describe(const void *self, GString *out)
{
    const StreamsView *view = self;

    if (!view->calls)
        g_string_append(out, "all streams  ");
    else if (view->calls->len == 1)
        g_string_append_printf(out, "call %u  ", g_array_index(view->calls, uint32_t, 0));
    else
        g_string_append_printf(out, "%u calls  ", view->calls->len);
    if (view->table.hidden)
        g_string_append_printf(out, "+%u columns  ", view->table.hidden);
    g_string_append_printf(out, "%u/%u", view->list.count ? view->list.at + 1 : 0,
                           view->list.count);
}

static ScreenResult open_call(StreamsView *view, Screen *(*open)(Ui *ui, const GArray *calls))
{
    g_autoptr(GArray) calls = g_array_new(false, false, sizeof(uint32_t));
    const Model *model = ui_lock(view->ui);
    const Stream *stream = model_stream(model, view->stream);
    uint32_t call = stream ? stream->call : 0;
    ui_unlock(view->ui);

    if (!call) {
        ui_notice(view->ui, "the stream belongs to no call that was seen");
        return SCREEN_DONE;
    }
    g_array_append_val(calls, call);
    return screen_open(open(view->ui, calls));
}

static ScreenResult open_stream(StreamsView *view)
{
    return view->stream ? screen_open(stream_view_new(view->ui, view->stream)) : SCREEN_DONE;
}

/* The cursor was moved by hand. */
static void cursor_moved(StreamsView *view)
{
    view->stream = stream_order_at(view->order, view->list.at);
    view->detail.top = 0;
}

static ScreenVerb sort_picked(void *owner, unsigned item)
{
    StreamsView *view = owner;
    bool again = item == stream_order_column(view->order);
    stream_order_set_sort(view->order, item, again && !stream_order_reverse(view->order));
    return SCREEN_CLOSE;
}

static void search_moved(void *owner)
{
    cursor_moved(owner);
}

static ScreenResult open_search(StreamsView *view)
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

/* What a column shows can be found, whether the table has the column or not. */
static void append_stream(const void *owner, const Model *model, unsigned row, GString *out)
{
    const StreamsView *view = owner;
    const Stream *stream = model_stream(model, stream_order_at(view->order, row));
    StreamFacts facts;

    if (!stream)
        return;
    stream_facts_init(&facts, model, stream);
    for (unsigned i = 0; i < stream_column_set.count; i++) {
        stream_column(i)->format(&facts, out);
        g_string_append_c(out, '\n');
    }
}

static void step_search(StreamsView *view)
{
    RowSource source = { view, stream_order_count(view->order), append_stream };
    unsigned row;

    switch (row_search_step(&view->search, view->ui, &source, &row)) {
    case ROW_SEARCH_FOUND:
        list_fit(&view->list, source.count, view->list.rows);
        list_go(&view->list, row);
        cursor_moved(view);
        break;
    case ROW_SEARCH_NOWHERE:
        ui_error(view->ui, "not found: %s", view->search.shown);
        break;
    case ROW_SEARCH_MORE:
    case ROW_SEARCH_IDLE:
        break;
    }
}

static bool streams_step(void *self)
{
    StreamsView *view = self;
    bool more = stream_order_step(view->order), searching = view->search.active;
    step_search(view);
    return more || searching;
}

/* What only changes the table; false for other actions. */
static bool table_setting(StreamsView *view, int action)
{
    switch (action) {
    case STREAMS_DETAIL:
        view->details = !view->details;
        return true;
    case STREAMS_DETAIL_DOWN:
    case STREAMS_DETAIL_UP:
        text_pane_scroll(&view->detail, action == STREAMS_DETAIL_DOWN ? 1 : -1);
        return true;
    case STREAMS_NEXT:
    case STREAMS_PREVIOUS:
        row_search_again(&view->search, view->list.at, view->list.count,
                         action == STREAMS_PREVIOUS);
        return true;
    case STREAMS_REVERSE:
        stream_order_set_sort(view->order, stream_order_column(view->order),
                              !stream_order_reverse(view->order));
        return true;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        table_scroll(&view->table, action == ACTION_RIGHT);
        return true;
    default:
        return false;
    }
}

static ScreenResult streams_action(void *self, int action)
{
    StreamsView *view = self;

    if (list_action(&view->list, action)) {
        cursor_moved(view);
        return SCREEN_DONE;
    }
    if (table_setting(view, action))
        return SCREEN_DONE;
    switch (action) {
    case ACTION_ENTER:
        return open_stream(view);
    case STREAMS_LADDER:
        return open_call(view, ladder_view_new);
    case STREAMS_SEARCH:
        return open_search(view);
    case STREAMS_SORT:
        return screen_open(sort_menu_new(view->ui, &stream_column_set,
                                         stream_order_column(view->order),
                                         &(MenuSpec){ .owner = view, .pick = sort_picked }));
    case STREAMS_COLUMNS:
        return screen_open(columns_dialog_new(view->ui, &view->table.layout));
    case STREAMS_SOUND:
        return open_call(view, sound_view_new);
    default:
        return SCREEN_PASS;
    }
}

static ScreenResult streams_mouse(void *self, const MouseEvent *event)
{
    StreamsView *view = self;
    bool wheel = event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN;
    long by = event->kind == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP;
    int column = event->y == 0 && !wheel ? table_column_at(&view->table, event->x) : -1;
    unsigned row;

    if (column >= 0)
        sort_picked(view, (unsigned)column);
    if (wheel && event->y >= TABLE_HEAD_ROWS + (int)view->list.rows) {
        text_pane_scroll(&view->detail, by);
        return SCREEN_DONE;
    }
    if (wheel) {
        list_scroll(&view->list, by);
    } else if (list_hit(&view->list, event->y - TABLE_HEAD_ROWS, &row)) {
        list_go(&view->list, row);
    } else {
        return SCREEN_DONE;
    }
    cursor_moved(view);
    return event->kind == MOUSE_DOUBLE_CLICK ? open_stream(view) : SCREEN_DONE;
}

static const ScreenOps streams_ops = {
    .name = "streams",
    .title = "Streams",
    .keys = streams_keys,
    .free = streams_free,
    .update = streams_update,
    .draw = streams_draw,
    .describe = streams_describe,
    .action = streams_action,
    .mouse = streams_mouse,
    .step = streams_step,
};

Screen *streams_view_new(Ui *ui, const GArray *calls)
{
    StreamsView *view = g_new0(StreamsView, 1);
    view->ui = ui;
    view->calls = calls ? g_array_copy((GArray *)calls) : NULL;
    view->order = stream_order_new(ui->context->model, view->calls);
    view->details = true;
    column_layout_parse(&view->table.layout, &stream_column_set,
                        settings_string(ui->context->settings, "streams.columns"));
    text_pane_init(&view->detail, false);
    return screen_new(ui, &streams_ops, view);
}
