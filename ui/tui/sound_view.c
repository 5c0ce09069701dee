#include "ui/tui/sound_view.h"
#include "export/escape.h"
#include "ui/tui/save_dialog.h"
#include "ui/tui/sound_job.h"
#include "ui/tui/sound_player.h"
#include "ui/tui/sound_wave.h"
#include <math.h>

#define SPAN_MIN_MS   500.0
#define SEEK_MS       5000.0
#define HEIGHT_MIN    2000 /* so that noise is not blown up */
#define REMARKS_MAX   4
#define VOLUME_STEP   10u
#define VOLUME_MAX    200u
#define ROWS_BESIDE   6 /* heading, two lines of figures, axis, cursor, player */
#define WAVE_ROWS_MIN 2 /* and a row of marks */
#define MARGIN        1

typedef struct {
    Ui *ui;
    GArray *calls; /* uint32_t; owned */
    unsigned at;   /* of them */
    char *title;   /* owned: who called whom */
    SoundJob *job; /* while it is read */
    SoundTrack *track;
    SoundPlayer *player; /* NULL: nothing to be played */
    char *failure;       /* owned */
    SoundWindow window;
    int columns, wave_rows, remark_rows;
    PlayerSide side;
    unsigned volume;
    bool playing;
} SoundView;

enum {
    SOUND_PLAY = ACTION_OWN,
    SOUND_SIDE,
    SOUND_LOUDER,
    SOUND_QUIETER,
    SOUND_BACK,
    SOUND_FORWARD,
    SOUND_ZOOM_IN,
    SOUND_ZOOM_OUT,
    SOUND_NEXT_MARK,
    SOUND_PREVIOUS_MARK,
    SOUND_NEXT_CALL,
    SOUND_PREVIOUS_CALL,
    SOUND_SAVE,
};

static const KeyRow sound_keys[] = {
    { SOUND_PLAY, "play", "Space", "Play", "play from the cursor on, or pause" },
    { SOUND_SIDE, "side", "b", "Side", "hear both, the caller, or the callee" },
    { SOUND_SAVE, "save", "F2 s", "Save", "save the sound to a file" },
    { SOUND_ZOOM_IN, "zoom-in", "+ =", "Zoom", "half as much time" },
    { SOUND_ZOOM_OUT, "zoom-out", "-", NULL, "twice as much time" },
    { SOUND_NEXT_MARK, "next-mark", "n", "Next mark",
      "next digit, clipped sound or sound that is missing" },
    { SOUND_PREVIOUS_MARK, "previous-mark", "N", NULL, "the one before" },
    { SOUND_LOUDER, "louder", "Up k", NULL, "louder" },
    { SOUND_QUIETER, "quieter", "Down j", NULL, "quieter" },
    { SOUND_BACK, "back-5-s", "[", NULL, "5 s back" },
    { SOUND_FORWARD, "forward-5-s", "]", NULL, "5 s on" },
    { SOUND_NEXT_CALL, "next-call", "J", NULL, "the next of the chosen calls" },
    { SOUND_PREVIOUS_CALL, "previous-call", "K", NULL, "the one before" },
    { ACTION_LEFT, "left", "Left h", NULL, "cursor to the left" },
    { ACTION_RIGHT, "right", "Right l", NULL, "cursor to the right" },
    { 0 },
};

/* --- loading --- */

static void unload(SoundView *view)
{
    g_autofree char *failure = NULL;

    sound_player_free(g_steal_pointer(&view->player));
    if (view->job)
        sound_track_free(sound_job_finish(g_steal_pointer(&view->job), &failure));
    sound_track_free(g_steal_pointer(&view->track));
    g_clear_pointer(&view->failure, g_free);
    g_clear_pointer(&view->title, g_free);
    view->playing = false;
}

static void sound_view_free(void *self)
{
    SoundView *view = self;

    unload(view);
    g_array_unref(view->calls);
    g_free(view);
}

static uint32_t call_of(const SoundView *view)
{
    return g_array_index(view->calls, uint32_t, view->at);
}

static const char *party_of(const CallAddress *address)
{
    const char *name = address->user ? address->user : address->host;
    return name ? name : "?";
}

static char *title_of(const SoundView *view)
{
    Model *model = ui_lock(view->ui);
    const Call *call = model_call(model, call_of(view));
    g_autofree char *from = escape_line(call ? party_of(&call->from) : "?", term_utf8());
    g_autofree char *to = escape_line(call ? party_of(&call->to) : "?", term_utf8());

    ui_unlock(view->ui);
    return g_strdup_printf("Call %u  %s %s %s", call_of(view), from, term_glyph(GLYPH_RIGHT), to);
}

static void load(SoundView *view)
{
    const TuiContext *context = view->ui->context;

    unload(view);
    view->title = title_of(view);
    if (context->capture)
        view->job = sound_job_start(context->model, capture_store(context->capture), call_of(view),
                                    &context->audio);
    else
        view->failure = g_strdup("nothing is captured");
}

static int loudest(const SoundTrack *track)
{
    int most = HEIGHT_MIN;

    for (unsigned i = 0; i < PARTIES; i++) {
        const SoundWave *wave = &sound_track_side(track, (Party)i)->wave;
        for (unsigned j = 0; j < wave->count; j++)
            most = MAX(most, MAX(wave->bins[j].max, -wave->bins[j].min));
    }
    return most;
}

static bool sound_step(void *self)
{
    SoundView *view = self;

    if (!view->job || !sound_job_is_done(view->job))
        return false;
    view->track = sound_job_finish(g_steal_pointer(&view->job), &view->failure);
    if (!view->track)
        return true;
    double duration_ms = sound_track_duration_ms(view->track);
    view->window =
        (SoundWindow){ .span_ms = MAX(duration_ms, SPAN_MIN_MS), .height = loudest(view->track) };
    if (sound_track_is_playable(view->track)) {
        view->player = sound_player_new(view->track);
        sound_player_mix(view->player, view->side, view->volume);
    }
    return true;
}

/* --- moving --- */

static void show_cursor(SoundView *view)
{
    SoundWindow *window = &view->window;
    double duration_ms = view->track ? sound_track_duration_ms(view->track) : 0;

    window->cursor_ms = CLAMP(window->cursor_ms, 0, MAX(duration_ms, 0));
    if (window->cursor_ms < window->from_ms ||
        window->cursor_ms >= window->from_ms + window->span_ms)
        window->from_ms = window->cursor_ms - window->span_ms / 4;
    double last_ms = MAX(MAX(duration_ms, SPAN_MIN_MS) - window->span_ms, 0);
    window->from_ms = CLAMP(window->from_ms, 0, last_ms);
}

static void go_to(SoundView *view, double ms)
{
    view->window.cursor_ms = ms;
    show_cursor(view);
    if (view->player)
        sound_player_seek(view->player, view->window.cursor_ms);
}

static void zoom(SoundView *view, double factor)
{
    SoundWindow *window = &view->window;
    double whole_ms = MAX(sound_track_duration_ms(view->track), SPAN_MIN_MS);
    double share = (window->cursor_ms - window->from_ms) / window->span_ms;

    window->span_ms = CLAMP(window->span_ms * factor, SPAN_MIN_MS, whole_ms);
    window->from_ms = window->cursor_ms - share * window->span_ms;
    show_cursor(view);
}

/* The nearest of some times beyond the cursor; @found NAN: none so far. */
static double nearer(double found, double ms, double cursor_ms, bool back)
{
    if (back ? ms >= cursor_ms - 1 : ms <= cursor_ms + 1)
        return found;
    return isnan(found) ? ms : back ? MAX(found, ms) : MIN(found, ms);
}

static double fault_of_side(const SoundSide *side, double cursor_ms, bool back)
{
    double found = NAN;

    for (unsigned i = 0; i < side->wave.count; i++) {
        const SoundBin *bin = &side->wave.bins[i], *before = i ? bin - 1 : NULL;
        if ((bin->missing && !(before && before->missing)) ||
            (bin->clipped && !(before && before->clipped)))
            found = nearer(found, i * side->wave.bin_ms, cursor_ms, back);
    }
    return found;
}

static void go_to_mark(SoundView *view, bool back)
{
    const GArray *events = sound_track_events(view->track);
    double found = NAN, cursor_ms = view->window.cursor_ms;

    for (unsigned i = 0; i < events->len; i++)
        found = nearer(found, g_array_index(events, SoundEvent, i).at_ms, cursor_ms, back);
    for (unsigned i = 0; i < PARTIES; i++) {
        double ms = fault_of_side(sound_track_side(view->track, (Party)i), cursor_ms, back);
        if (!isnan(ms))
            found = nearer(found, ms, cursor_ms, back);
    }
    if (isnan(found))
        ui_notice(view->ui, back ? "no mark before" : "no further mark");
    else
        go_to(view, found);
}

static void change_call(SoundView *view, int by)
{
    int at = (int)view->at + by;

    if (at < 0 || at >= (int)view->calls->len)
        return;
    view->at = (unsigned)at;
    load(view);
}

/* --- drawing --- */

static void sound_update(void *self, int rows, int columns)
{
    SoundView *view = self;

    view->columns = MAX(columns - 2 * MARGIN, 1);
    view->remark_rows =
        view->track ? (int)MIN(sound_track_remarks(view->track)->len, REMARKS_MAX) : 0;
    view->wave_rows = MAX((rows - ROWS_BESIDE - view->remark_rows) / 2, WAVE_ROWS_MIN + 1);
    if (!view->player)
        return;
    view->playing = sound_player_state(view->player) == PLAYER_PLAYING;
    if (view->playing) {
        view->window.cursor_ms = sound_player_position_ms(view->player);
        show_cursor(view);
    }
}

static Rect line(const SoundView *view, int row)
{
    return cells_row(row, MARGIN, view->columns);
}

static void append_db(GString *out, const char *what, double dbov)
{
    if (isnan(dbov))
        g_string_append_printf(out, "  %s -", what);
    else
        g_string_append_printf(out, "  %s %.1f", what, dbov);
}

static void append_digits(GString *out, const GArray *events, bool from_caller)
{
    bool any = false;

    for (unsigned i = 0; i < events->len; i++) {
        const SoundEvent *event = &g_array_index(events, SoundEvent, i);
        if (event->from_caller != from_caller)
            continue;
        g_string_append(out, any ? "" : "  DTMF ");
        g_string_append_printf(out, event->name[1] ? "[%s]" : "%s", event->name);
        any = true;
    }
}

static char *figures_of(const SoundView *view, Party party)
{
    static const char *const names[PARTIES] = { "Caller", "Callee" };
    const SoundSide *side = sound_track_side(view->track, party);
    const SoundFigures *figures = &side->figures;
    GString *out = g_string_new(names[party]);

    if (!side->heard) {
        g_string_append(out, "  no sound");
        return g_string_free(out, FALSE);
    }
    g_autofree char *codecs = escape_line(side->codecs, term_utf8());
    g_string_append_printf(out, "  %s", codecs);
    append_db(out, "level", figures->level_dbov);
    append_db(out, "speech", figures->active_level_dbov);
    g_string_append_printf(out, " dBov %.0f%%  silent %.0f%% (longest %.1fs)",
                           figures->activity_percent, figures->silence_percent,
                           figures->longest_silence_ms / 1000);
    if (figures->clipped)
        g_string_append_printf(out, "  clipped %" G_GUINT64_FORMAT, figures->clipped);
    if (figures->missing_ms > 0)
        g_string_append_printf(out, "  missing %.2fs", figures->missing_ms / 1000);
    append_digits(out, sound_track_events(view->track), party == PARTY_CALLER);
    return g_string_free(out, FALSE);
}

static void append_level(GString *out, const SoundView *view, Party party, const char *who)
{
    double column_ms = view->window.span_ms / view->columns;
    SoundBin bin = sound_wave_between(&sound_track_side(view->track, party)->wave,
                                      view->window.cursor_ms, view->window.cursor_ms + column_ms);

    g_string_append_printf(out, "  %s ", who);
    if (bin.missing)
        g_string_append(out, "missing");
    else if (bin.frames == 0 || bin.energy <= 0)
        g_string_append(out, "nothing");
    else
        g_string_append_printf(out, "%.1f dBov%s", 10 * log10(bin.energy / bin.frames),
                               bin.clipped ? ", clipped" : "");
}

static void draw_cursor(const SoundView *view, WINDOW *cells, int row)
{
    g_autoptr(GString) text = g_string_new(NULL);
    double seconds = view->window.cursor_ms / 1000;

    g_string_printf(text, "%d:%06.3f", (int)seconds / 60, fmod(seconds, 60));
    append_level(text, view, PARTY_CALLER, "caller");
    append_level(text, view, PARTY_CALLEE, "callee");
    cells_text(cells, line(view, row), STYLE_STRONG, text->str);
}

static char *player_text(const SoundView *view)
{
    static const char *const sides[PLAYER_SIDES] = { "both", "caller", "callee" };
    PlayerState state = sound_player_state(view->player);

    switch (state) {
    case PLAYER_PROBING:
        return g_strdup("looking for a sound device");
    case PLAYER_NONE:
        return g_strdup_printf("%s: Save writes it to a file", sound_player_trouble(view->player));
    case PLAYER_PAUSED:
    case PLAYER_PLAYING:
        break;
    }
    return g_strdup_printf("%s  %s  volume %u%%", state == PLAYER_PLAYING ? "playing" : "paused",
                           sides[view->side], view->volume);
}

static void draw_player(const SoundView *view, WINDOW *cells, int row)
{
    if (!view->player) {
        cells_text(cells, line(view, row), STYLE_DIM,
                   "too long to be played here, or built without libsndfile: Save writes it");
        return;
    }
    g_autofree char *text = player_text(view);
    cells_text(cells, line(view, row), view->playing ? STYLE_OK : STYLE_DIM, text);
}

static void draw_remarks(const SoundView *view, WINDOW *cells, int row, int count, unsigned style)
{
    const GPtrArray *remarks = sound_track_remarks(view->track);

    for (int i = 0; i < count && i < (int)remarks->len; i++) {
        g_autofree char *text = escape_line(g_ptr_array_index(remarks, (unsigned)i), term_utf8());
        cells_text(cells, line(view, row + i), style, text);
    }
}

static void draw_silence(const SoundView *view, WINDOW *cells)
{
    bool told = sound_track_remarks(view->track)->len > 0;

    cells_text(cells, line(view, 2), STYLE_STRONG, "Nothing can be heard:");
    if (told)
        draw_remarks(view, cells, 4, getmaxy(cells) - 4, STYLE_WARNING);
    else
        cells_text(cells, line(view, 4), STYLE_WARNING, "no RTP stream belongs to this call");
}

static void draw_loading(const SoundView *view, WINDOW *cells)
{
    double done = view->job ? sound_job_progress(view->job) : 0;
    int full = (int)(done * view->columns);
    Rect at = line(view, 4);

    if (view->failure) {
        g_autofree char *text = escape_line(view->failure, term_utf8());
        cells_text(cells, line(view, 2), STYLE_ERROR, text);
        return;
    }
    cells_text(cells, line(view, 2), STYLE_DIM, "its packets are read again");
    cells_repeat(cells, cells_row(at.y, at.x, full), STYLE_OK, GLYPH_BAR_FULL);
    cells_repeat(cells, cells_row(at.y, at.x + full, at.columns - full), STYLE_DIM,
                 GLYPH_BAR_EMPTY);
}

static void draw_heading(const SoundView *view, WINDOW *cells)
{
    const AudioStyle *style = &view->ui->context->audio;
    g_autofree char *heard =
        style->sent       ? g_strdup("as it was sent")
        : style->adaptive ? g_strdup("as heard: adaptive jitter buffer")
                          : g_strdup_printf("as heard: jitter buffer %u ms", style->buffer_ms);
    int used = cells_text(cells, line(view, 0), STYLE_STRONG, view->title);

    cells_right(cells, cells_row(0, MARGIN + used + 2, view->columns - used - 2), STYLE_DIM, heard);
}

static void draw_sides(const SoundView *view, WINDOW *cells)
{
    for (unsigned i = 0; i < PARTIES; i++) {
        const SoundLane lane = {
            .side = sound_track_side(view->track, (Party)i),
            .events = sound_track_events(view->track),
            .from_caller = i == PARTY_CALLER,
            .style = i == PARTY_CALLER ? STYLE_REQUEST : STYLE_SUCCESS,
        };
        int row = 1 + (int)i * (view->wave_rows + 1);
        g_autofree char *figures = figures_of(view, (Party)i);
        cells_text(cells, line(view, row), STYLE_NORMAL, figures);
        sound_wave_draw(&lane, &view->window, cells,
                        (Rect){ row + 1, MARGIN, view->wave_rows, view->columns });
    }
}

static void sound_draw(const void *self, WINDOW *cells)
{
    const SoundView *view = self;
    int row = 1 + 2 * (view->wave_rows + 1);

    draw_heading(view, cells);
    if (!view->track) {
        draw_loading(view, cells);
        return;
    }
    if (sound_track_duration_ms(view->track) <= 0) {
        draw_silence(view, cells);
        return;
    }
    draw_sides(view, cells);
    sound_axis_draw(&view->window, cells, line(view, row));
    draw_cursor(view, cells, row + 1);
    draw_player(view, cells, row + 2);
    draw_remarks(view, cells, row + 3, view->remark_rows, STYLE_WARNING);
}

static void sound_describe(const void *self, GString *out)
{
    const SoundView *view = self;

    if (view->calls->len > 1)
        g_string_append_printf(out, "%u/%u  ", view->at + 1, view->calls->len);
    if (view->track)
        g_string_append_printf(out, "%.1f s", sound_track_duration_ms(view->track) / 1000);
}

/* --- keys --- */

static void play_or_pause(SoundView *view)
{
    if (!view->player)
        return;
    bool play = sound_player_state(view->player) != PLAYER_PLAYING;
    if (play)
        sound_player_seek(view->player, view->window.cursor_ms);
    sound_player_play(view->player, play);
}

static void change_mix(SoundView *view, PlayerSide side, unsigned volume)
{
    view->side = side;
    view->volume = MIN(volume, VOLUME_MAX);
    if (view->player)
        sound_player_mix(view->player, view->side, view->volume);
}

static bool listen_action(SoundView *view, int action)
{
    switch (action) {
    case SOUND_PLAY:
        play_or_pause(view);
        return true;
    case SOUND_SIDE:
        change_mix(view, (PlayerSide)((view->side + 1) % PLAYER_SIDES), view->volume);
        return true;
    case SOUND_LOUDER:
        change_mix(view, view->side, view->volume + VOLUME_STEP);
        return true;
    case SOUND_QUIETER:
        change_mix(view, view->side, view->volume - MIN(view->volume, VOLUME_STEP));
        return true;
    default:
        return false;
    }
}

static bool move_action(SoundView *view, int action)
{
    const SoundWindow *window = &view->window;
    double column_ms = window->span_ms / view->columns, cursor_ms = window->cursor_ms;

    switch (action) {
    case ACTION_LEFT:
        go_to(view, cursor_ms - column_ms);
        return true;
    case ACTION_RIGHT:
        go_to(view, cursor_ms + column_ms);
        return true;
    case SOUND_BACK:
        go_to(view, cursor_ms - SEEK_MS);
        return true;
    case SOUND_FORWARD:
        go_to(view, cursor_ms + SEEK_MS);
        return true;
    case ACTION_PAGE_UP:
        go_to(view, cursor_ms - window->span_ms);
        return true;
    case ACTION_PAGE_DOWN:
        go_to(view, cursor_ms + window->span_ms);
        return true;
    case ACTION_HOME:
        go_to(view, 0);
        return true;
    case ACTION_END:
        go_to(view, sound_track_duration_ms(view->track));
        return true;
    default:
        return false;
    }
}

static bool look_action(SoundView *view, int action)
{
    switch (action) {
    case SOUND_ZOOM_IN:
    case SOUND_ZOOM_OUT:
        zoom(view, action == SOUND_ZOOM_IN ? 0.5 : 2);
        return true;
    case SOUND_NEXT_MARK:
    case SOUND_PREVIOUS_MARK:
        go_to_mark(view, action == SOUND_PREVIOUS_MARK);
        return true;
    default:
        return false;
    }
}

static ScreenResult open_save(const SoundView *view)
{
    g_autoptr(GArray) these = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t call = call_of(view);

    g_array_append_val(these, call);
    return screen_open(save_dialog_sound_new(view->ui, these));
}

static ScreenResult sound_action(void *self, int action)
{
    SoundView *view = self;
    bool heard = view->track && sound_track_duration_ms(view->track) > 0;

    if (heard &&
        (listen_action(view, action) || move_action(view, action) || look_action(view, action)))
        return SCREEN_DONE;
    switch (action) {
    case SOUND_NEXT_CALL:
    case SOUND_PREVIOUS_CALL:
        change_call(view, action == SOUND_NEXT_CALL ? 1 : -1);
        return SCREEN_DONE;
    case SOUND_SAVE:
        return open_save(view);
    default:
        return SCREEN_PASS;
    }
}

static ScreenResult sound_mouse(void *self, const MouseEvent *event)
{
    SoundView *view = self;
    bool wheel = event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN;

    if (!view->track || sound_track_duration_ms(view->track) <= 0)
        return SCREEN_DONE;
    if (wheel)
        zoom(view, event->kind == MOUSE_WHEEL_UP ? 0.5 : 2);
    else
        go_to(view, sound_window_time(&view->window, event->x - MARGIN, view->columns));
    return SCREEN_DONE;
}

static const ScreenOps sound_ops = {
    .name = "sound",
    .title = "Sound",
    .keys = sound_keys,
    .free = sound_view_free,
    .update = sound_update,
    .draw = sound_draw,
    .describe = sound_describe,
    .action = sound_action,
    .mouse = sound_mouse,
    .step = sound_step,
};

Screen *sound_view_new(Ui *ui, const GArray *calls)
{
    SoundView *view = g_new0(SoundView, 1);

    view->ui = ui;
    view->calls = g_array_copy((GArray *)calls);
    view->volume = 100;
    load(view);
    return screen_new(ui, &sound_ops, view);
}
