#include "ui/tui/stats_view.h"
#include "dissect/base/anomaly.h"
#include "ui/tui/text_pane.h"
#include <string.h>

#define CALLS_PER_STEP 2000u
#define REFRESH_US     G_USEC_PER_SEC
#define BAR_CELLS      20
#define NAME_CELLS     32

typedef struct {
    Ui *ui;
    TextPane pane;
    uint64_t states[CALL_STATES]; /* finished count */
    uint64_t counting[CALL_STATES];
    uint32_t next;       /* call to count */
    int64_t counted_us;  /* 0: not yet */
    uint64_t generation; /* of the model when the counting began */
    int64_t shown_us;
} StatsView;

static const KeyRow stats_keys[] = {
    { 0 },
};

static void stats_free(void *self)
{
    StatsView *view = self;
    text_pane_clear(&view->pane);
    g_free(view);
}

static bool stats_step(void *self)
{
    StatsView *view = self;

    if (view->next <= 1 && view->counted_us &&
        g_get_monotonic_time() - view->counted_us < REFRESH_US)
        return false;
    const Model *model = ui_lock(view->ui);
    uint32_t last = model_last_call(model);
    if (view->counted_us && view->generation == model->generation) {
        ui_unlock(view->ui);
        return false;
    }
    if (view->next <= 1)
        view->generation = model->generation;
    view->next = MAX(view->next, model->calls_base + 1);
    for (unsigned i = 0; i < CALLS_PER_STEP && view->next <= last; i++, view->next++) {
        const Call *call = model_call(model, view->next);
        if (call && call->is_call)
            view->counting[call_state(call, model->clock_ns, model->ended)]++;
    }
    bool done = view->next > last;
    ui_unlock(view->ui);
    if (done) {
        memcpy(view->states, view->counting, sizeof view->states);
        memset(view->counting, 0, sizeof view->counting);
        view->next = 1;
        view->counted_us = g_get_monotonic_time();
        view->shown_us = 0;
    }
    return true; /* once more, so that the result is drawn */
}

static void say_count(StatsView *view, const char *name, uint64_t count, uint64_t of)
{
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned cells = of ? (unsigned)((double)count / (double)of * BAR_CELLS + 0.5) : 0;

    g_string_printf(text, "  %-*s %10" G_GUINT64_FORMAT "  ", NAME_CELLS, name, count);
    for (unsigned i = 0; i < MIN(cells, BAR_CELLS); i++)
        g_string_append(text, term_glyph(GLYPH_BAR_FULL));
    if (of)
        g_string_append_printf(text, " %.1f%%", 100.0 * (double)count / (double)of);
    text_pane_add(&view->pane,
                  (TextLine){ g_strdup(text->str), NAME_CELLS + 2, STYLE_NORMAL, STYLE_REQUEST });
}

static void say_heading(StatsView *view, const char *name)
{
    if (view->pane.lines->len)
        text_pane_say(&view->pane, STYLE_NORMAL, " ");
    text_pane_say(&view->pane, STYLE_HEADING, "%s", name);
}

static void say_states(StatsView *view)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < CALL_STATES; i++)
        total += view->states[i];
    say_heading(view, "Calls by state");
    for (unsigned i = 0; i < CALL_STATES; i++)
        if (view->states[i])
            say_count(view, call_state_name((CallState)i), view->states[i], total);
    if (total == 0)
        text_pane_say(&view->pane, STYLE_DIM, "  none");
}

static void say_methods(StatsView *view, const SipCounters *sip)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < SIP_METHODS; i++)
        total += sip->requests[i];
    say_heading(view, "Requests");
    for (unsigned i = 0; i < SIP_METHODS; i++)
        if (sip->requests[i])
            say_count(view, sip_method_name((SipMethod)i), sip->requests[i], total);
}

static void say_responses(StatsView *view, const SipCounters *sip)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(sip->responses); i++)
        total += sip->responses[i];
    say_heading(view, "Responses");
    for (unsigned i = 0; i < G_N_ELEMENTS(sip->responses); i++) {
        const char *phrase = sip_status_phrase(i);
        if (!sip->responses[i])
            continue;
        g_autofree char *name = g_strdup_printf("%u %s", i, phrase ? phrase : "");
        if (g_utf8_strlen(name, -1) > NAME_CELLS)
            name[NAME_CELLS] = '\0';
        say_count(view, name, sip->responses[i], total);
    }
}

static void say_packets(StatsView *view, const CaptureFacts *facts, uint64_t streams)
{
    say_heading(view, "Packets");
    say_count(view, "SIP messages", facts->sip_messages, 0);
    say_count(view, "RTP and RTCP packets", facts->media_packets, facts->packets);
    say_count(view, "RTP streams", streams, 0);
    say_count(view, "UDP", facts->udp, facts->packets);
    say_count(view, "TCP", facts->tcp, facts->packets);
    say_count(view, "not decoded", facts->undecoded, facts->packets);
    say_count(view, "cut by snap length", facts->truncated, facts->packets);
    say_count(view, "all", facts->packets, 0);
}

static void say_anomalies(StatsView *view, const CaptureFacts *facts)
{
    bool any = false;

    say_heading(view, "Faults");
    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (!facts->anomalies[i])
            continue;
        any = true;
        char *text = g_strdup_printf("  %-32s %8" G_GUINT64_FORMAT "  %s", anomaly_name((Anomaly)i),
                                     facts->anomalies[i], anomaly_meaning((Anomaly)i));
        text_pane_add(&view->pane, (TextLine){ text, 34, STYLE_WARNING, STYLE_NORMAL });
    }
    if (!any)
        text_pane_say(&view->pane, STYLE_DIM, "  none");
}

static void say_all(StatsView *view)
{
    unsigned top = view->pane.top;

    text_pane_reset(&view->pane);
    const Model *model = ui_lock(view->ui);
    say_states(view);
    say_methods(view, &model->sip);
    say_responses(view, &model->sip);
    say_packets(view, &model->facts, media_tracker_count(model->media));
    say_anomalies(view, &model->facts);
    ui_unlock(view->ui);
    view->pane.top = top;
}

static void stats_update(void *self, int rows, int columns)
{
    StatsView *view = self;
    int64_t now_us = g_get_monotonic_time();

    if (now_us - view->shown_us >= REFRESH_US || view->shown_us == 0) {
        unsigned top = view->pane.top;
        say_all(view);
        text_pane_fit(&view->pane, rows, columns - 2);
        view->pane.top = top;
        view->shown_us = now_us;
    }
    text_pane_fit(&view->pane, rows, columns - 2);
}

static void stats_draw(const void *self, WINDOW *window)
{
    const StatsView *view = self;
    text_pane_draw(&view->pane, window, (Rect){ 0, 1, getmaxy(window), getmaxx(window) - 2 });
}

static ScreenResult stats_action(void *self, int action)
{
    StatsView *view = self;
    return text_pane_action(&view->pane, action) ? SCREEN_DONE : SCREEN_PASS;
}

static ScreenResult stats_mouse(void *self, const MouseEvent *event)
{
    StatsView *view = self;
    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        text_pane_scroll(&view->pane, event->kind == MOUSE_WHEEL_UP ? -3 : 3);
    return SCREEN_DONE;
}

static const ScreenOps stats_ops = {
    .name = "statistics",
    .title = "Statistics",
    .keys = stats_keys,
    .free = stats_free,
    .update = stats_update,
    .draw = stats_draw,
    .action = stats_action,
    .mouse = stats_mouse,
    .step = stats_step,
};

Screen *stats_view_new(Ui *ui)
{
    StatsView *view = g_new0(StatsView, 1);
    view->ui = ui;
    view->next = 1;
    text_pane_init(&view->pane, false);
    return screen_new(ui, &stats_ops, view);
}
