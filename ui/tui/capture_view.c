#include "ui/tui/capture_view.h"
#include "export/report.h"
#include "ui/tui/text_pane.h"

#define REFRESH_US G_USEC_PER_SEC

typedef struct {
    Ui *ui;
    TextPane pane;
    int64_t shown_us; /* 0: not yet */
} CaptureView;

static const KeyRow capture_keys[] = {
    { 0 },
};

static void capture_free_view(void *self)
{
    CaptureView *view = self;
    text_pane_clear(&view->pane);
    g_free(view);
}

/* The report's own text: it is escaped and says what -z capture says. */
static char *report_text(const Ui *ui)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    ReportContext context = {
        .capture = ui->context->capture,
        .format = REPORT_TEXT,
        .utf8 = term_utf8(),
        .names = ui->context->names,
    };

    if (!file)
        return NULL;
    context.model = ui_lock(ui);
    report_find("capture")->print(&context, file);
    ui_unlock(ui);
    fclose(file);
    return text;
}

static void show(CaptureView *view)
{
    char *text = report_text(view->ui);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    unsigned top = view->pane.top;

    free(text);
    text_pane_reset(&view->pane);
    for (char **line = lines; *line && (line[0][0] || line[1]); line++) {
        bool heading = line[0][0] && line[0][0] != ' ';
        text_pane_say(&view->pane, heading ? STYLE_HEADING : STYLE_NORMAL, "%s",
                      line[0][0] ? *line : " ");
    }
    view->pane.top = top;
}

static void capture_update(void *self, int rows, int columns)
{
    CaptureView *view = self;
    int64_t now_us = g_get_monotonic_time();

    if (view->shown_us == 0 || now_us - view->shown_us >= REFRESH_US) {
        unsigned top = view->pane.top;
        show(view);
        text_pane_fit(&view->pane, rows, columns - 2);
        view->pane.top = top;
        view->shown_us = now_us;
    }
    text_pane_fit(&view->pane, rows, columns - 2);
}

static void capture_draw(const void *self, WINDOW *window)
{
    const CaptureView *view = self;
    text_pane_draw(&view->pane, window, (Rect){ 0, 1, getmaxy(window), getmaxx(window) - 2 });
}

static ScreenResult capture_action(void *self, int action)
{
    CaptureView *view = self;
    return text_pane_action(&view->pane, action) ? SCREEN_DONE : SCREEN_PASS;
}

static ScreenResult capture_mouse(void *self, const MouseEvent *event)
{
    CaptureView *view = self;
    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        text_pane_scroll(&view->pane, event->kind == MOUSE_WHEEL_UP ? -3 : 3);
    return SCREEN_DONE;
}

static const ScreenOps capture_ops = {
    .name = "capture",
    .title = "Capture",
    .keys = capture_keys,
    .free = capture_free_view,
    .update = capture_update,
    .draw = capture_draw,
    .action = capture_action,
    .mouse = capture_mouse,
};

Screen *capture_view_new(Ui *ui)
{
    CaptureView *view = g_new0(CaptureView, 1);
    view->ui = ui;
    text_pane_init(&view->pane, false);
    return screen_new(ui, &capture_ops, view);
}
