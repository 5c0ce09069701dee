#include "ui/tui/ladder_view.h"
#include "dissect/call/relation.h"
#include "export/escape.h"
#include "ui/tui/call_view.h"
#include "ui/tui/diff_view.h"
#include "ui/tui/fax_figures.h"
#include "ui/tui/icmp_figures.h"
#include "ui/tui/ladder_layout.h"
#include "ui/tui/ladder_private.h"
#include "ui/tui/message_view.h"
#include "ui/tui/report_figures.h"
#include "ui/tui/save_dialog.h"
#include "ui/tui/sound_view.h"
#include "ui/tui/stream_figures.h"
#include "ui/tui/stream_view.h"
#include "ui/tui/streams_view.h"
#include <string.h>

#define REBUILD_US    (G_USEC_PER_SEC / 5)
#define REBUILD_COST  10  /* times what building took, so that most of the time is left */
#define PREVIEW_FROM  100 /* cells of the window, for PREVIEW_AUTO */
#define PREVIEW_CELLS 40  /* at least */
#define WHEEL_STEP    3

enum {
    LADDER_MARK = ACTION_OWN,
    LADDER_SDP,
    LADDER_MEDIA,
    LADDER_SCOPE,
    LADDER_FOLD,
    LADDER_COLOUR,
    LADDER_TIMES,
    LADDER_PREVIEW,
    LADDER_RAW,
    LADDER_STREAMS,
    LADDER_SAVE,
    LADDER_SAVE_SOUND,
    LADDER_SOUND,
    LADDER_FAX_PAGES,
    LADDER_INFO,
    LADDER_CHAT,
};

static const KeyRow ladder_keys[] = {
    { ACTION_ENTER, "message", "Enter", "Message",
      "the message, the stream in detail, or the figures of the fax" },
    { LADDER_MARK, "compare", "Space", "Compare", "mark a message; a second one compares them" },
    { LADDER_SAVE, "save", "F2 S", "Save", "save these calls with their media, or as text" },
    { LADDER_MEDIA, "media", "F3 m", "Media", "show or hide the RTP streams" },
    { LADDER_SOUND, "sound", "a", "Sound", "see and hear these calls" },
    { LADDER_SCOPE, "scope", "F4 x", "Legs",
      "these calls, with related ones, only this Call-ID, or all marked calls" },
    { LADDER_RAW, "raw", "F6 R r", "Raw", "all messages as text" },
    { LADDER_INFO, "info", "i", "Info",
      "how these calls went and are built: forks, holds, transfers" },
    { LADDER_TIMES, "times", "w", "Times", "time of day, since the start, or between rows" },
    { LADDER_COLOUR, "colour", "c", "Colour", "colours by kind of message, Call-ID or CSeq" },
    { LADDER_SDP, "sdp", "d", "SDP", "show or hide the codecs" },
    { LADDER_FOLD, "fold", "s", "Fold", "one column a host, whatever its port" },
    { LADDER_PREVIEW, "preview", "t", "Preview", "show or hide the message at the side" },
    { LADDER_SAVE_SOUND, "save-sound", "e", NULL, "save the sound of these calls" },
    { LADDER_FAX_PAGES, "fax-pages", "F", NULL,
      "save fax pages, from T.38 or G.711, into a folder; faxes inside G.711 are shown "
      "afterwards" },
    { LADDER_CHAT, "chat", "C", NULL, "save MSRP chat and files into a folder" },
    { LADDER_STREAMS, "streams", "M", NULL, "figures of all RTP streams of these calls" },
    { 0 },
};

static void ladder_view_free(void *self)
{
    LadderView *view = self;
    ladder_free(view->ladder);
    g_array_unref(view->chosen);
    g_array_unref(view->shown);
    text_pane_clear(&view->preview);
    g_free(view->gaps);
    g_free(view->x);
    g_free(view);
}

/* The calls that @chosen belong to are put into @set as well. */
static void add_related(const LadderView *view, CallSet *set)
{
    g_autoptr(GArray) story = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    const Model *model = ui_lock(view->ui);

    for (unsigned i = 0; i < view->chosen->len; i++)
        call_story(model, g_array_index(view->chosen, uint32_t, i), story);
    ui_unlock(view->ui);
    for (unsigned i = 0; i < story->len; i++)
        call_set_put(set, g_array_index(story, uint32_t, i), true);
}

/* The calls in scope, in order, each once. */
static GArray *scope_calls(LadderView *view)
{
    CallSet set = { 0 };

    view->left_out = 0;
    if (view->scope != LADDER_MARKED && view->scope != LADDER_RELATED)
        return g_array_copy(view->chosen);
    for (unsigned i = 0; i < view->chosen->len; i++)
        call_set_put(&set, g_array_index(view->chosen, uint32_t, i), true);
    if (view->scope == LADDER_RELATED)
        add_related(view, &set);
    g_autoptr(GArray) marked = call_set_list(&view->ui->marks);
    for (unsigned i = 0; view->scope == LADDER_MARKED && i < marked->len; i++)
        call_set_put(&set, g_array_index(marked, uint32_t, i), true);
    GArray *calls = call_set_list(&set);
    call_set_clear(&set);
    if (calls->len > UI_CALLS_MAX) {
        view->left_out = calls->len - UI_CALLS_MAX;
        g_array_set_size(calls, UI_CALLS_MAX);
    }
    return calls;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Differs when what the ladder shows has changed. */
static uint64_t signature_of(const Model *model, const GArray *calls, bool streams)
{
    uint64_t hash = calls->len;

    for (unsigned i = 0; i < calls->len; i++) {
        const Call *call = model_call(model, g_array_index(calls, uint32_t, i));
        hash = mix(hash, call ? call->generation : 0);
        for (unsigned j = 0; streams && call && call->streams && j < call->streams->len; j++) {
            const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, j));
            StreamReport report;
            if (!stream)
                continue;
            stream_report(stream, &report);
            hash = mix(hash, report.packets);
        }
    }
    return hash;
}

static unsigned label_without_codecs(const LadderRow *row, const CallMessage *message)
{
    unsigned len = (unsigned)strlen(row->label);
    if (!message->codecs)
        return len;
    g_autofree char *codecs = escape_line(message->codecs, true);
    g_autofree char *suffix = g_strdup_printf(" (%s)", codecs);
    return g_str_has_suffix(row->label, suffix) ? len - (unsigned)strlen(suffix) : len;
}

static bool shown_of(const LadderView *view, const Model *model, unsigned index, ShownRow *out)
{
    const LadderRow *row = &g_array_index(view->ladder->rows, LadderRow, index);

    *out = (ShownRow){ .row = index, .label_bytes = (unsigned)strlen(row->label) };
    if (row->kind != LADDER_MESSAGE)
        return view->scope != LADDER_LEG || row->call == view->scope_call;
    const CallMessage *message = &model_call(model, row->call)->messages[row->index];
    out->leg = message->leg;
    if (!view->sdp)
        out->label_bytes = label_without_codecs(row, message);
    return view->scope != LADDER_LEG ||
           (row->call == view->scope_call && message->leg == view->scope_leg);
}

static void choose_rows(LadderView *view, const Model *model)
{
    g_array_set_size(view->shown, 0);
    for (unsigned i = 0; i < view->ladder->rows->len; i++) {
        ShownRow shown;
        if (shown_of(view, model, i, &shown))
            g_array_append_val(view->shown, shown);
    }
}

static bool same_row(const LadderRow *a, const LadderRow *b)
{
    return a->kind == b->kind && a->call == b->call && a->index == b->index && a->item == b->item;
}

/* Rows come in between while a call goes on: the cursor stays with its own. */
static void follow_row(LadderView *view, const LadderRow *before)
{
    for (unsigned i = 0; i < view->shown->len; i++)
        if (same_row(ladder_shown_row(view, i, NULL), before))
            view->list.at = i;
}

static void build(LadderView *view, const Model *model, const GArray *calls)
{
    LadderRow before = { .call = 0 };

    if (view->list.at < view->shown->len)
        before = *ladder_shown_row(view, view->list.at, NULL);
    ladder_free(view->ladder);
    view->ladder =
        ladder_new(model, (const uint32_t *)(const void *)calls->data, calls->len, &view->options);
    choose_rows(view, model);
    follow_row(view, &before);
}

/* Builds the ladder anew when it would be another one, some times a second at most. */
static void refresh_ladder(LadderView *view)
{
    int64_t now_us = g_get_monotonic_time();
    int64_t pause_us = MAX(REBUILD_US, REBUILD_COST * view->cost_us);
    bool due = view->stale || !view->ladder || now_us - view->built_us >= pause_us;
    bool built = false;

    if (!due)
        return;
    g_autoptr(GArray) calls = scope_calls(view);
    const Model *model = ui_lock(view->ui);
    if (view->stale || model->generation != view->model_generation) {
        uint64_t signature = signature_of(model, calls, view->options.streams);
        built = view->stale || signature != view->signature;
        if (built)
            build(view, model, calls);
        view->signature = signature;
        view->model_generation = model->generation;
    }
    ui_unlock(view->ui);
    view->built_us = g_get_monotonic_time();
    view->cost_us = view->built_us - now_us;
    view->stale = false;
    if (built) {
        g_free(view->gaps);
        view->gaps = ladder_wanted_gaps(view->ladder);
    }
}

/* Cells the preview gets of @columns; 0: none. By itself it only takes what the ladder can spare.
 */
static int preview_cells(const LadderView *view, int columns)
{
    int room = columns - view->margin;
    int least = MIN(PREVIEW_CELLS, columns / 2);
    int natural = ladder_place(view->ladder, view->gaps, G_MAXINT / 2, view->x);
    int narrow = ladder_place(view->ladder, view->gaps, 0, view->x);
    bool fits = columns >= PREVIEW_FROM && room - narrow > least;

    if (view->preview_mode == PREVIEW_OFF || (view->preview_mode == PREVIEW_AUTO && !fits))
        return 0;
    return CLAMP(room - natural - 1, least, MAX(least, columns / 2));
}

/* The farthest the ladder can be scrolled: its last column is in sight then. */
static unsigned last_left(const LadderView *view)
{
    unsigned left = 0, count = view->ladder->columns->len;
    while (left + 1 < count && view->ladder_width - (view->x[left] - view->x[0]) > view->width)
        left++;
    return left;
}

static void place(LadderView *view, int columns)
{
    unsigned count = view->ladder->columns->len;

    g_free(view->x);
    view->x = g_new0(int, MAX(count, 1));
    view->margin = ladder_margin(view->time, columns);
    view->preview_width = preview_cells(view, columns);
    view->preview_x = columns - view->preview_width;
    view->width = columns - view->margin - (view->preview_width ? view->preview_width + 1 : 0);
    view->ladder_width = ladder_place(view->ladder, view->gaps, view->width, view->x);
    view->left = MIN(view->left, last_left(view));
}

static bool row_message(const LadderView *view, unsigned index, MessageRef *out)
{
    if (index >= view->shown->len)
        return false;
    const LadderRow *row = ladder_shown_row(view, index, NULL);
    bool msrp = row->kind == LADDER_MSRP;
    *out = (MessageRef){ row->call, msrp ? row->item : row->index, msrp ? row->index : 0 };
    return msrp || row->kind == LADDER_MESSAGE;
}

static void add_figures(LadderView *view)
{
    if (view->list.at >= view->shown->len)
        return;
    const LadderRow *row = ladder_shown_row(view, view->list.at, NULL);
    if (row->kind == LADDER_STREAM)
        stream_figures_add(view->ui, row->index, &view->preview);
    else if (row->kind == LADDER_REPORT)
        report_figures_add(view->ui, row, &view->preview);
    else if (row->kind == LADDER_ICMP)
        icmp_figures_add(view->ui, row, &view->preview);
    else
        fax_figures_add(view->ui, row, &view->preview);
}

static void fill_preview(LadderView *view, int rows)
{
    MessageRef ref = { 0 };

    if (!view->preview_width)
        return;
    if (!row_message(view, view->list.at, &ref)) {
        text_pane_reset(&view->preview);
        view->previewed = (MessageRef){ 0 };
        add_figures(view);
    } else if (!message_ref_equal(ref, view->previewed)) {
        text_pane_reset(&view->preview);
        message_text_add(view->ui, ref, MESSAGE_TEXT_DECODED, &view->preview);
        view->previewed = ref;
    }
    text_pane_fit(&view->preview, rows, view->preview_width - 1);
}

static void ladder_update(void *self, int rows, int columns)
{
    LadderView *view = self;
    refresh_ladder(view);
    list_fit(&view->list, view->shown->len, (unsigned)MAX(rows - LADDER_HEAD_ROWS, 1));
    place(view, columns);
    fill_preview(view, rows);
}

static void ladder_describe(const void *self, GString *out)
{
    static const char *const colours[] = { "", "colour: Call-ID  ", "colour: CSeq  " };
    static const char *const scopes[] = { "", "with related  ", "one Call-ID  ", "with marked  " };
    const LadderView *view = self;

    g_string_append(out, scopes[view->scope]);
    g_string_append(out, colours[view->colour]);
    if (view->has_mark)
        g_string_append(out, "1 to compare  ");
    if (view->ladder_width > view->width)
        g_string_append(out, "h l scroll  ");
    if (view->left_out)
        g_string_append_printf(out, "%u calls, %u left out  ", UI_CALLS_MAX, view->left_out);
    else if (view->chosen->len == 1)
        g_string_append_printf(out, "call %u  ", g_array_index(view->chosen, uint32_t, 0));
    else
        g_string_append_printf(out, "%u calls  ", view->chosen->len);
    g_string_append_printf(out, "%u/%u", view->list.count ? view->list.at + 1 : 0,
                           view->list.count);
}

static ScreenResult compare(LadderView *view)
{
    MessageRef ref;

    if (!row_message(view, view->list.at, &ref))
        return SCREEN_DONE;
    if (!view->has_mark) {
        view->has_mark = true;
        view->mark = ref;
        return SCREEN_DONE;
    }
    view->has_mark = false;
    if (message_ref_equal(ref, view->mark))
        return SCREEN_DONE;
    return screen_open(diff_view_new(view->ui, view->mark, ref));
}

static ScreenResult open_row(LadderView *view)
{
    g_autoptr(GArray) refs = g_array_new(false, false, sizeof(MessageRef));
    MessageRef ref;
    unsigned at = 0;

    if (view->list.at >= view->shown->len)
        return SCREEN_DONE;
    if (!row_message(view, view->list.at, &ref)) {
        const LadderRow *row = ladder_shown_row(view, view->list.at, NULL);
        if (row->kind == LADDER_STREAM)
            return screen_open(stream_view_new(view->ui, row->index));
        g_autoptr(GArray) calls = scope_calls(view);
        return screen_open(streams_view_new(view->ui, calls));
    }
    for (unsigned i = 0; i < view->shown->len; i++) {
        if (i == view->list.at)
            at = refs->len;
        if (row_message(view, i, &ref))
            g_array_append_val(refs, ref);
    }
    return screen_open(message_view_new(view->ui, refs, at));
}

static bool has_several_legs(const LadderView *view)
{
    const Model *model = ui_lock(view->ui);
    bool several = view->chosen->len > 1;
    for (unsigned i = 0; i < view->chosen->len && !several; i++) {
        const Call *call = model_call(model, g_array_index(view->chosen, uint32_t, i));
        several = call && call->legs->next;
    }
    ui_unlock(view->ui);
    return several;
}

static bool has_related(const LadderView *view)
{
    const Model *model = ui_lock(view->ui);
    bool related = false;
    for (unsigned i = 0; i < view->chosen->len && !related; i++) {
        const Call *call = model_call(model, g_array_index(view->chosen, uint32_t, i));
        related = call && call_relation_count(call) > 0;
    }
    ui_unlock(view->ui);
    return related;
}

static bool can_show(LadderView *view, LadderScope scope)
{
    const ShownRow *shown;
    MessageRef ref;

    if (scope == LADDER_MARKED)
        return view->ui->marks.count > 0;
    if (scope == LADDER_CHOSEN)
        return true;
    if (scope == LADDER_RELATED)
        return has_related(view);
    if (!row_message(view, view->list.at, &ref) || !has_several_legs(view))
        return false;
    ladder_shown_row(view, view->list.at, &shown);
    view->scope_call = ref.call;
    view->scope_leg = shown->leg;
    return true;
}

static void next_scope(LadderView *view)
{
    LadderScope before = view->scope;
    do
        view->scope = (view->scope + 1) % LADDER_SCOPES;
    while (!can_show(view, view->scope));
    if (view->scope == before)
        ui_notice(view->ui, "the call has one Call-ID; mark calls to see them together");
}

static void toggle_preview(LadderView *view)
{
    view->preview_mode = view->preview_width ? PREVIEW_OFF : PREVIEW_ON;
    view->previewed = (MessageRef){ 0 };
}

/* What only changes how it looks; false for other actions. */
static bool look_action(LadderView *view, int action)
{
    switch (action) {
    case LADDER_SDP:
        view->sdp = !view->sdp;
        break;
    case LADDER_MEDIA:
        view->options.streams = !view->options.streams;
        break;
    case LADDER_SCOPE:
        next_scope(view);
        break;
    case LADDER_FOLD:
        view->options.fold_ports = !view->options.fold_ports;
        break;
    case LADDER_COLOUR:
        view->colour = (view->colour + 1) % LADDER_COLOURS;
        break;
    case LADDER_TIMES:
        view->time = view->time == LADDER_DELTA ? LADDER_TIME_OF_DAY : view->time + 1;
        break;
    case LADDER_PREVIEW:
        toggle_preview(view);
        break;
    case ACTION_LEFT:
        view->left -= view->left > 0;
        break;
    case ACTION_RIGHT:
        view->left += view->ladder_width > view->width;
        break;
    default:
        return false;
    }
    view->stale = true;
    return true;
}

/* What is known of a fax, an ICMP error, or what an agent reported, stands at the side. */
static bool is_told_beside(const LadderView *view)
{
    if (view->list.at >= view->shown->len)
        return false;
    LadderRowKind kind = ladder_shown_row(view, view->list.at, NULL)->kind;
    return kind == LADDER_FAX || kind == LADDER_T38 || kind == LADDER_REPORT || kind == LADDER_ICMP;
}

/* Keys that were typed ahead of the screen mean the rows that the key before them made. */
static void catch_up(LadderView *view)
{
    if (!view->stale)
        return;
    refresh_ladder(view);
    list_fit(&view->list, view->shown->len, view->list.rows);
}

static ScreenResult ladder_action(void *self, int action)
{
    LadderView *view = self;

    catch_up(view);
    if (list_action(&view->list, action) || look_action(view, action))
        return SCREEN_DONE;
    g_autoptr(GArray) calls = scope_calls(view);
    switch (action) {
    case ACTION_ENTER:
        if (!is_told_beside(view))
            return open_row(view);
        look_action(view, LADDER_PREVIEW);
        return SCREEN_DONE;
    case LADDER_MARK:
        return compare(view);
    case LADDER_RAW:
        return screen_open(message_view_all_new(view->ui, calls));
    case LADDER_INFO:
        return screen_open(call_view_new(view->ui, calls));
    case LADDER_STREAMS:
        return screen_open(streams_view_new(view->ui, calls));
    case LADDER_SOUND:
        return screen_open(sound_view_new(view->ui, calls));
    case LADDER_SAVE_SOUND:
        return screen_open(save_dialog_sound_new(view->ui, calls));
    case LADDER_SAVE:
        return screen_open(save_dialog_new(view->ui, calls));
    case LADDER_FAX_PAGES:
        return screen_open(save_dialog_fax_new(view->ui, calls));
    case LADDER_CHAT:
        return screen_open(save_dialog_msrp_new(view->ui, calls));
    default:
        return SCREEN_PASS;
    }
}

static ScreenResult ladder_mouse(void *self, const MouseEvent *event)
{
    LadderView *view = self;
    bool wheel = event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN;
    long by = event->kind == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP;
    unsigned row;

    catch_up(view);
    if (wheel && view->preview_width && event->x >= view->preview_x) {
        text_pane_scroll(&view->preview, by);
        return SCREEN_DONE;
    }
    if (wheel) {
        list_scroll(&view->list, by);
        return SCREEN_DONE;
    }
    if (!list_hit(&view->list, event->y - LADDER_HEAD_ROWS, &row))
        return SCREEN_DONE;
    list_go(&view->list, row);
    return event->kind == MOUSE_DOUBLE_CLICK ? open_row(view) : SCREEN_DONE;
}

static const ScreenOps ladder_ops = {
    .name = "ladder",
    .title = "Ladder",
    .keys = ladder_keys,
    .free = ladder_view_free,
    .update = ladder_update,
    .draw = ladder_draw,
    .describe = ladder_describe,
    .action = ladder_action,
    .mouse = ladder_mouse,
};

/* Index of a setting's value in its list of choices. */
static int choice(const Settings *settings, const char *key, const char *const *choices)
{
    const char *value = settings_string(settings, key);
    for (int i = 0; choices[i]; i++)
        if (strcmp(choices[i], value) == 0)
            return i;
    return 0;
}

static void take_settings(LadderView *view, const Settings *settings)
{
    static const char *const times[] = { "time", "start", "delta", NULL };
    static const char *const colours[] = { "request", "call-id", "cseq", NULL };
    static const char *const previews[] = { "auto", "on", "off", NULL };

    view->options.streams = settings_bool(settings, "ladder.streams");
    view->options.fold_ports = settings_bool(settings, "ladder.fold");
    view->sdp = settings_bool(settings, "ladder.sdp");
    view->time = (LadderTime)choice(settings, "ladder.time", times);
    view->colour = (LadderColour)choice(settings, "ladder.color", colours);
    view->preview_mode = (LadderPreview)choice(settings, "ladder.preview", previews);
}

Screen *ladder_view_new(Ui *ui, const GArray *calls)
{
    LadderView *view = g_new0(LadderView, 1);

    view->ui = ui;
    view->chosen = g_array_copy((GArray *)calls);
    view->shown = g_array_new(false, false, sizeof(ShownRow));
    view->options.names = ui->context->names;
    view->stale = true;
    take_settings(view, ui->context->settings);
    text_pane_init(&view->preview, true);
    return screen_new(ui, &ladder_ops, view);
}
