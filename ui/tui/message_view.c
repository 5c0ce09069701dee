#include "ui/tui/message_view.h"
#include "export/escape.h"
#include "export/save.h"
#include "ui/tui/prompt.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define WHEEL_STEP        3
#define MESSAGES_PER_STEP 100u

typedef struct {
    Ui *ui;
    GArray *messages; /* MessageRef; owned */
    unsigned at;      /* the one that is shown */
    bool all;         /* every one, one after the other */
    unsigned added;   /* of them, so far */
    bool plain;       /* bodies as they came, without what they mean */
    TextPane pane;
} MessageView;

enum {
    MESSAGE_NEXT = ACTION_OWN,
    MESSAGE_PREVIOUS,
    MESSAGE_WRAP,
    MESSAGE_FIELDS,
    MESSAGE_SEARCH,
    MESSAGE_SEARCH_NEXT,
    MESSAGE_SEARCH_PREVIOUS,
    MESSAGE_COPY,
};

static const KeyRow message_keys[] = {
    { MESSAGE_NEXT, "next", "] J Space", "Next", "the message after this one" },
    { MESSAGE_PREVIOUS, "previous", "[ K Backspace", "Previous", "the message before this one" },
    { MESSAGE_SEARCH, "search", "/ F3", "Search", "find text while it is typed" },
    { MESSAGE_SEARCH_NEXT, "search-next", "n", NULL, "next place with the text searched for" },
    { MESSAGE_SEARCH_PREVIOUS, "search-previous", "N", NULL, "the one before" },
    { MESSAGE_WRAP, "wrap", "w", "Wrap", "wrap long lines, or scroll them sideways" },
    { MESSAGE_FIELDS, "fields", "b", "Fields", "what bodies mean (ISUP, presence ...), or not" },
    { MESSAGE_COPY, "copy", "y F2 s", "Copy", "write the text to a file" },
    { 0 },
};

static void message_free(void *self)
{
    MessageView *view = self;
    text_pane_clear(&view->pane);
    g_array_unref(view->messages);
    g_free(view);
}

static MessageRef ref_at(const MessageView *view, unsigned index)
{
    return g_array_index(view->messages, MessageRef, index);
}

static unsigned parts_of(const MessageView *view)
{
    return MESSAGE_TEXT_HEADING | (view->plain ? 0 : MESSAGE_TEXT_DECODED);
}

static void show(MessageView *view, unsigned at)
{
    g_autofree char *needle = g_strdup(view->pane.needle);
    view->at = at;
    text_pane_reset(&view->pane);
    message_text_add(view->ui, ref_at(view, at), parts_of(view), &view->pane);
    text_pane_search(&view->pane, needle);
}

static bool message_step(void *self)
{
    MessageView *view = self;
    unsigned end = MIN(view->added + MESSAGES_PER_STEP, view->messages->len);

    if (!view->all || view->added == view->messages->len)
        return false;
    for (; view->added < end; view->added++) {
        if (view->added)
            text_pane_say(&view->pane, STYLE_NORMAL, " ");
        message_text_add(view->ui, ref_at(view, view->added), parts_of(view), &view->pane);
    }
    return true;
}

static void message_update(void *self, int rows, int columns)
{
    MessageView *view = self;
    text_pane_fit(&view->pane, rows, columns - 2);
}

static void message_draw(const void *self, WINDOW *window)
{
    const MessageView *view = self;
    text_pane_draw(&view->pane, window, (Rect){ 0, 1, getmaxy(window), getmaxx(window) - 2 });
}

static void message_describe(const void *self, GString *out)
{
    const MessageView *view = self;
    unsigned rows = view->pane.rows->len;

    if (view->all)
        g_string_append_printf(out, "%u messages", view->messages->len);
    else
        g_string_append_printf(out, "message %u of %u", view->at + 1, view->messages->len);
    if (rows > view->pane.seen)
        g_string_append_printf(out, "  %u%%",
                               100 * MIN(rows, view->pane.top + view->pane.seen) / rows);
}

static void search_changed(void *owner, const char *text)
{
    MessageView *view = owner;
    text_pane_search(&view->pane, text);
}

static bool search_accepted(void *owner, const char *text, GError **error)
{
    MessageView *view = owner;
    (void)error;
    if (!text_pane_search(&view->pane, text)) {
        g_autofree char *shown = escape_line(text, term_utf8());
        ui_error(view->ui, "not found: %s", shown);
    }
    return true;
}

static void search_cancelled(void *owner)
{
    MessageView *view = owner;
    text_pane_search(&view->pane, NULL);
}

static ScreenResult open_search(MessageView *view)
{
    PromptSpec spec = {
        .title = "Search",
        .initial = view->pane.needle ? view->pane.needle : "",
        .owner = view,
        .changed = search_changed,
        .accept = search_accepted,
        .cancelled = search_cancelled,
    };
    return screen_open(prompt_new(view->ui, &spec));
}

static bool write_whole(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

static bool copy_message(const MessageView *view, MessageRef ref, int fd, GError **error)
{
    size_t length;
    g_autofree char *text = message_bytes(view->ui, ref, &length, error);

    if (!text)
        return false;
    if (!write_whole(fd, text, length)) {
        g_set_error(error, TUI_ERROR, 0, "%s", g_strerror(errno));
        return false;
    }
    return true;
}

static bool copy_accepted(void *owner, const char *path, GError **error)
{
    MessageView *view = owner;
    unsigned first = view->all ? 0 : view->at;
    unsigned last = view->all ? view->messages->len - 1 : view->at;
    bool done = true;

    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
        g_set_error(error, TUI_ERROR, 0, "%s: %s", path, g_strerror(errno));
        return false;
    }
    for (unsigned i = first; i <= last && done; i++)
        done = copy_message(view, ref_at(view, i), fd, error);
    if (close(fd) != 0 && done) {
        g_set_error(error, TUI_ERROR, 0, "%s: %s", path, g_strerror(errno));
        done = false;
    }
    g_autofree char *shown = escape_line(path, term_utf8());
    if (done)
        ui_notice(view->ui, "written to %s", shown);
    return done;
}

static ScreenResult open_copy(MessageView *view)
{
    PromptSpec spec = {
        .title = view->all ? "Write these messages to a file" : "Write this message to a file",
        .initial = "message.txt",
        .hint = "The file must not exist yet.",
        .owner = view,
        .accept = copy_accepted,
    };
    return screen_open(prompt_new(view->ui, &spec));
}

static void go_to(MessageView *view, bool next)
{
    if (view->all)
        return;
    if (next && view->at + 1 < view->messages->len)
        show(view, view->at + 1);
    else if (!next && view->at > 0)
        show(view, view->at - 1);
}

static void toggle_fields(MessageView *view)
{
    view->plain = !view->plain;
    if (!view->all) {
        show(view, view->at);
        return;
    }
    text_pane_reset(&view->pane); /* message_step() fills it again */
    view->added = 0;
}

static ScreenResult message_action(void *self, int action)
{
    MessageView *view = self;

    switch (action) {
    case MESSAGE_NEXT:
    case MESSAGE_PREVIOUS:
        go_to(view, action == MESSAGE_NEXT);
        return SCREEN_DONE;
    case MESSAGE_WRAP:
        text_pane_set_wrap(&view->pane, !view->pane.wrap);
        return SCREEN_DONE;
    case MESSAGE_FIELDS:
        toggle_fields(view);
        return SCREEN_DONE;
    case MESSAGE_SEARCH:
        return open_search(view);
    case MESSAGE_SEARCH_NEXT:
    case MESSAGE_SEARCH_PREVIOUS:
        text_pane_search_next(&view->pane, action == MESSAGE_SEARCH_PREVIOUS);
        return SCREEN_DONE;
    case MESSAGE_COPY:
        return open_copy(view);
    default:
        return text_pane_action(&view->pane, action) ? SCREEN_DONE : SCREEN_PASS;
    }
}

static ScreenResult message_mouse(void *self, const MouseEvent *event)
{
    MessageView *view = self;
    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        text_pane_scroll(&view->pane, event->kind == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
    return SCREEN_DONE;
}

static const ScreenOps message_ops = {
    .name = "message",
    .title = "Message",
    .keys = message_keys,
    .free = message_free,
    .update = message_update,
    .draw = message_draw,
    .describe = message_describe,
    .action = message_action,
    .mouse = message_mouse,
    .step = message_step,
};

static MessageView *view_new(Ui *ui)
{
    MessageView *view = g_new0(MessageView, 1);
    view->ui = ui;
    text_pane_init(&view->pane, settings_bool(ui->context->settings, "message.wrap"));
    return view;
}

Screen *message_view_new(Ui *ui, const GArray *messages, unsigned at)
{
    MessageView *view = view_new(ui);
    view->messages = g_array_copy((GArray *)messages);
    show(view, at);
    return screen_new(ui, &message_ops, view);
}

typedef struct {
    int64_t time_ns;
    MessageRef ref;
} TimedRef;

static gint compare_times(gconstpointer a, gconstpointer b)
{
    const TimedRef *one = a, *other = b;
    return (one->time_ns > other->time_ns) - (one->time_ns < other->time_ns);
}

static void add_msrp(const Model *model, const Call *call, GArray *timed)
{
    for (unsigned i = 0; call->extras->msrp && i < call->extras->msrp->len; i++) {
        uint32_t number = g_array_index(call->extras->msrp, uint32_t, i);
        const MsrpSession *session = msrp_tracker_session(model->msrp, number);
        for (unsigned j = 0; session && j < session->events->len; j++) {
            TimedRef item = { msrp_event(session, j)->first_ns, { call->number, j, number } };
            g_array_append_val(timed, item);
        }
    }
}

static GArray *messages_of(const Ui *ui, const GArray *calls)
{
    g_autoptr(GArray) timed = g_array_new(false, false, sizeof(TimedRef));
    GArray *refs = g_array_new(false, false, sizeof(MessageRef));

    const Model *model = ui_lock(ui);
    for (unsigned i = 0; i < calls->len; i++) {
        const Call *call = model_call(model, g_array_index(calls, uint32_t, i));
        for (unsigned j = 0; call && j < call->message_count; j++) {
            TimedRef item = { call->messages[j].time_ns, { call->number, j, 0 } };
            g_array_append_val(timed, item);
        }
        if (call)
            add_msrp(model, call, timed);
    }
    ui_unlock(ui);
    g_array_sort(timed, compare_times);
    for (unsigned i = 0; i < timed->len; i++)
        g_array_append_val(refs, g_array_index(timed, TimedRef, i).ref);
    return refs;
}

Screen *message_view_all_new(Ui *ui, const GArray *calls)
{
    MessageView *view = view_new(ui);
    view->all = true;
    view->messages = messages_of(ui, calls);
    return screen_new(ui, &message_ops, view);
}
