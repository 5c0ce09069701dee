#include "ui/tui/call_view.h"
#include "export/call_heading.h"
#include "ui/tui/text_pane.h"

#define REFRESH_US G_USEC_PER_SEC

typedef struct {
    Ui *ui;
    GArray *calls; /* uint32_t; owned */
    TextPane pane;
    int64_t made_us;     /* when the text was made; 0: not yet */
    uint64_t generation; /* of the model it shows */
} CallView;

static const KeyRow call_keys[] = {
    { 0 },
};

static void call_view_free(void *self)
{
    CallView *view = self;
    text_pane_clear(&view->pane);
    g_array_unref(view->calls);
    g_free(view);
}

static char *calls_text(CallView *view)
{
    GString *text = g_string_new(NULL);
    const Model *model = ui_lock(view->ui);

    for (unsigned i = 0; i < view->calls->len; i++) {
        const Call *call = model_call(model, g_array_index(view->calls, uint32_t, i));
        if (!call)
            continue;
        if (text->len)
            g_string_append_c(text, '\n');
        call_heading(text, model, call, term_utf8());
    }
    view->generation = model->generation;
    ui_unlock(view->ui);
    return g_string_free(text, FALSE);
}

static void show(CallView *view)
{
    g_autofree char *text = calls_text(view);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    unsigned top = view->pane.top;

    text_pane_reset(&view->pane);
    for (char **line = lines; *line && (line[0][0] || line[1]); line++)
        text_pane_say(&view->pane, line[0][0] && line[0][0] != ' ' ? STYLE_HEADING : STYLE_NORMAL,
                      "%s", line[0][0] ? *line : " ");
    view->pane.top = top;
}

static bool is_stale(const CallView *view, int64_t now_us)
{
    if (view->made_us && now_us < view->made_us + REFRESH_US)
        return false;
    const Model *model = ui_lock(view->ui);
    bool changed = model->generation != view->generation;
    ui_unlock(view->ui);
    return changed || !view->made_us;
}

static void call_update(void *self, int rows, int columns)
{
    CallView *view = self;
    int64_t now_us = g_get_monotonic_time();
    unsigned top = view->pane.top;

    if (is_stale(view, now_us)) {
        show(view);
        view->made_us = now_us;
        text_pane_fit(&view->pane, rows, columns - 2);
        view->pane.top = top;
    }
    text_pane_fit(&view->pane, rows, columns - 2);
}

static void call_draw(const void *self, WINDOW *window)
{
    const CallView *view = self;
    text_pane_draw(&view->pane, window, (Rect){ 0, 1, getmaxy(window), getmaxx(window) - 2 });
}

static ScreenResult call_action(void *self, int action)
{
    CallView *view = self;
    return text_pane_action(&view->pane, action) ? SCREEN_DONE : SCREEN_PASS;
}

static ScreenResult call_mouse(void *self, const MouseEvent *event)
{
    CallView *view = self;
    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        text_pane_scroll(&view->pane, event->kind == MOUSE_WHEEL_UP ? -3 : 3);
    return SCREEN_DONE;
}

static const ScreenOps call_ops = {
    .name = "call",
    .title = "Call",
    .keys = call_keys,
    .free = call_view_free,
    .update = call_update,
    .draw = call_draw,
    .action = call_action,
    .mouse = call_mouse,
};

Screen *call_view_new(Ui *ui, const GArray *calls)
{
    CallView *view = g_new0(CallView, 1);

    view->ui = ui;
    view->calls = g_array_copy((GArray *)calls);
    text_pane_init(&view->pane, true);
    return screen_new(ui, &call_ops, view);
}
