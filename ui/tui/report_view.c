#include "ui/tui/report_view.h"
#include "export/report.h"
#include "ui/tui/text_pane.h"

#define REFRESH_US G_USEC_PER_SEC
/* A long table is made anew so rarely that the lock of the model is mostly free. */
#define IDLE_SHARE 50

typedef struct {
    Ui *ui;
    const Report *report;
    char *head; /* line of headings; owned, NULL: none */
    TextPane pane;
    int width;           /* the table was made for; 0: not yet */
    int64_t next_us;     /* when it may be made anew */
    uint64_t generation; /* of the model it shows */
} ReportView;

static const KeyRow report_keys[] = {
    { 0 },
};

static void report_view_free(void *self)
{
    ReportView *view = self;
    text_pane_clear(&view->pane);
    g_free(view->head);
    g_free(view);
}

/* The report's own text, which is escaped. */
static char *report_text(ReportView *view)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    ReportContext context = {
        .capture = view->ui->context->capture,
        .format = REPORT_TEXT,
        .utf8 = term_utf8(),
        .width = (unsigned)view->width,
        .names = view->ui->context->names,
    };

    if (!file)
        return NULL;
    context.model = ui_lock(view->ui);
    view->generation = context.model->generation;
    view->report->print(&context, file);
    ui_unlock(view->ui);
    fclose(file);
    return text;
}

/* A table has a line of headings that stays; what is one record is text with sections. */
static int head_rows(const ReportView *view)
{
    return view->report->single ? 0 : 1;
}

static unsigned line_style(const ReportView *view, const char *line)
{
    if (view->report->single)
        return line[0] && line[0] != ' ' ? STYLE_HEADING : STYLE_NORMAL;
    return view->head ? STYLE_NORMAL : STYLE_DIM;
}

static void show(ReportView *view)
{
    char *text = report_text(view);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    unsigned top = view->pane.top;
    bool has_rows = head_rows(view) && lines[0] && lines[1] && lines[1][0];

    free(text);
    text_pane_reset(&view->pane);
    g_free(view->head);
    view->head = has_rows ? g_strdup(lines[0]) : NULL;
    for (char **line = lines + has_rows; *line && (line[0][0] || line[1]); line++)
        text_pane_say(&view->pane, line_style(view, *line), "%s", line[0][0] ? *line : " ");
    view->pane.top = top;
}

static bool is_stale(const ReportView *view, int columns, int64_t now_us)
{
    if (view->width != columns)
        return true;
    if (now_us < view->next_us)
        return false;
    const Model *model = ui_lock(view->ui);
    bool changed = model->generation != view->generation;
    ui_unlock(view->ui);
    return changed;
}

static void report_update(void *self, int rows, int columns)
{
    ReportView *view = self;
    int64_t now_us = g_get_monotonic_time();
    unsigned top = view->pane.top;

    if (is_stale(view, columns - 2, now_us)) {
        view->width = columns - 2;
        show(view);
        int64_t took_us = g_get_monotonic_time() - now_us;
        view->next_us = now_us + MAX(REFRESH_US, IDLE_SHARE * took_us);
        text_pane_fit(&view->pane, rows - head_rows(view), columns - 2);
        view->pane.top = top;
    }
    text_pane_fit(&view->pane, rows - head_rows(view), columns - 2);
}

static void report_draw(const void *self, WINDOW *window)
{
    const ReportView *view = self;
    int columns = getmaxx(window) - 2, top = head_rows(view);

    if (view->head)
        cells_text(window, cells_row(0, 1, columns), STYLE_HEADING, view->head);
    text_pane_draw(&view->pane, window, (Rect){ top, 1, getmaxy(window) - top, columns });
}

static void report_describe(const void *self, GString *out)
{
    const ReportView *view = self;
    if (head_rows(view))
        g_string_append_printf(out, "%u", view->head ? view->pane.lines->len : 0);
}

static ScreenResult report_action(void *self, int action)
{
    ReportView *view = self;
    return text_pane_action(&view->pane, action) ? SCREEN_DONE : SCREEN_PASS;
}

static ScreenResult report_mouse(void *self, const MouseEvent *event)
{
    ReportView *view = self;
    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        text_pane_scroll(&view->pane, event->kind == MOUSE_WHEEL_UP ? -3 : 3);
    return SCREEN_DONE;
}

#define REPORT_SCREEN(screen, heading)                                                             \
    static const ScreenOps screen##_ops = {                                                        \
        .name = #screen,                                                                           \
        .title = (heading),                                                                        \
        .keys = report_keys,                                                                       \
        .free = report_view_free,                                                                  \
        .update = report_update,                                                                   \
        .draw = report_draw,                                                                       \
        .describe = report_describe,                                                               \
        .action = report_action,                                                                   \
        .mouse = report_mouse,                                                                     \
    };                                                                                             \
    Screen *screen##_view_new(Ui *ui)                                                              \
    {                                                                                              \
        return report_view_new(ui, &screen##_ops);                                                 \
    }

static Screen *report_view_new(Ui *ui, const ScreenOps *ops)
{
    ReportView *view = g_new0(ReportView, 1);
    view->ui = ui;
    view->report = report_find(ops->name);
    text_pane_init(&view->pane, false);
    return screen_new(ui, ops, view);
}

REPORT_SCREEN(capture, "Capture")
REPORT_SCREEN(endpoints, "Endpoints")
REPORT_SCREEN(registrations, "Registrations")
REPORT_SCREEN(subscriptions, "Subscriptions")
REPORT_SCREEN(security, "Security")
REPORT_SCREEN(tls, "TLS")
REPORT_SCREEN(msrp, "MSRP")
