#include "ui/tui/streams_view.h"
#include "ui/tui/ladder_view.h"
#include "ui/tui/stream_columns.h"

#define HEAD_ROWS   1
#define DETAIL_ROWS 11
#define DETAIL_FROM 20 /* rows of the window */
#define WHEEL_STEP  3

typedef struct {
    Ui *ui;
    GArray *calls;   /* owned; NULL: every stream */
    GArray *numbers; /* uint32_t: stream numbers; with @calls */
    List list;
    unsigned from; /* columns scrolled sideways */
    bool details;
    TextPane detail;
    int detail_rows; /* 0: not shown */
} StreamsView;

enum { STREAMS_DETAIL = ACTION_OWN };

static const KeyRow streams_keys[] = {
    { ACTION_ENTER, "ladder", "Enter", "Ladder", "ladder of the call the stream belongs to" },
    { STREAMS_DETAIL, "details", "d t", "Details", "show or hide all figures of the stream" },
    { 0 },
};

static void streams_free(void *self)
{
    StreamsView *view = self;
    if (view->calls)
        g_array_unref(view->calls);
    g_array_unref(view->numbers);
    text_pane_clear(&view->detail);
    g_free(view);
}

static void collect(StreamsView *view, const Model *model)
{
    g_array_set_size(view->numbers, 0);
    for (unsigned i = 0; i < view->calls->len; i++) {
        const Call *call = model_call(model, g_array_index(view->calls, uint32_t, i));
        if (call && call->streams)
            g_array_append_vals(view->numbers, call->streams->data, call->streams->len);
    }
}

static const Stream *stream_at(const StreamsView *view, const Model *model, unsigned row)
{
    if (!view->calls)
        return media_tracker_at(model->media, row);
    return row < view->numbers->len
               ? model_stream(model, g_array_index(view->numbers, uint32_t, row))
               : NULL;
}

static uint32_t number_at(const StreamsView *view, unsigned row)
{
    const Model *model = ui_lock(view->ui);
    const Stream *stream = row < view->list.count ? stream_at(view, model, row) : NULL;
    uint32_t number = stream ? stream->number : 0;
    ui_unlock(view->ui);
    return number;
}

static void streams_update(void *self, int rows, int columns)
{
    StreamsView *view = self;
    const Model *model = ui_lock(view->ui);

    if (view->calls)
        collect(view, model);
    unsigned count = view->calls ? view->numbers->len : media_tracker_count(model->media);
    ui_unlock(view->ui);
    view->detail_rows = view->details && rows >= DETAIL_FROM ? DETAIL_ROWS : 0;
    list_fit(&view->list, count, (unsigned)MAX(rows - HEAD_ROWS - view->detail_rows, 1));
    text_pane_reset(&view->detail);
    uint32_t number = number_at(view, view->list.at);
    if (view->detail_rows && number)
        stream_figures_add(view->ui, number, &view->detail);
    text_pane_fit(&view->detail, view->detail_rows - 1, columns - 2);
}

static void draw_rows(const StreamsView *view, WINDOW *window)
{
    const Model *model = ui_lock(view->ui);
    for (unsigned i = 0; i < view->list.rows && view->list.top + i < view->list.count; i++) {
        unsigned row = view->list.top + i;
        const Stream *stream = stream_at(view, model, row);
        unsigned on = row == view->list.at ? STYLE_ON_CURSOR : 0;
        if (stream)
            stream_row_draw(stream, window, HEAD_ROWS + (int)i, view->from, on);
    }
    ui_unlock(view->ui);
}

static void streams_draw(const void *self, WINDOW *window)
{
    const StreamsView *view = self;
    int columns = getmaxx(window);

    stream_head_draw(window, view->from);
    if (view->list.count == 0)
        cells_centre(window, cells_row(HEAD_ROWS + (int)view->list.rows / 2, 0, columns),
                     STYLE_STRONG, "No RTP stream.");
    draw_rows(view, window);
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
    g_string_append_printf(out, "%u/%u", view->list.count ? view->list.at + 1 : 0,
                           view->list.count);
}

static ScreenResult open_call(StreamsView *view)
{
    g_autoptr(GArray) calls = g_array_new(false, false, sizeof(uint32_t));
    const Model *model = ui_lock(view->ui);
    const Stream *stream = view->list.count ? stream_at(view, model, view->list.at) : NULL;
    uint32_t call = stream ? stream->call : 0;
    ui_unlock(view->ui);

    if (!call) {
        ui_notice(view->ui, "the stream belongs to no call that was seen");
        return SCREEN_DONE;
    }
    g_array_append_val(calls, call);
    return screen_open(ladder_view_new(view->ui, calls));
}

static ScreenResult streams_action(void *self, int action)
{
    StreamsView *view = self;

    switch (action) {
    case ACTION_ENTER:
        return open_call(view);
    case STREAMS_DETAIL:
        view->details = !view->details;
        return SCREEN_DONE;
    case ACTION_LEFT:
        view->from -= view->from > 0;
        return SCREEN_DONE;
    case ACTION_RIGHT:
        view->from += view->from + 1 < stream_column_count();
        return SCREEN_DONE;
    default:
        return list_action(&view->list, action) ? SCREEN_DONE : SCREEN_PASS;
    }
}

static ScreenResult streams_mouse(void *self, const MouseEvent *event)
{
    StreamsView *view = self;
    unsigned row;

    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        list_scroll(&view->list, event->kind == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
    else if (list_hit(&view->list, event->y - HEAD_ROWS, &row)) {
        list_go(&view->list, row);
        if (event->kind == MOUSE_DOUBLE_CLICK)
            return open_call(view);
    }
    return SCREEN_DONE;
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
};

Screen *streams_view_new(Ui *ui, const GArray *calls)
{
    StreamsView *view = g_new0(StreamsView, 1);
    view->ui = ui;
    view->calls = calls ? g_array_copy((GArray *)calls) : NULL;
    view->numbers = g_array_new(false, false, sizeof(uint32_t));
    view->details = true;
    text_pane_init(&view->detail, false);
    return screen_new(ui, &streams_ops, view);
}
