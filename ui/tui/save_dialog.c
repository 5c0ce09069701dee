#include "ui/tui/save_dialog.h"
#include "export/escape.h"
#include "ui/tui/save_job.h"
#include "ui/tui/text_field.h"
#include <string.h>

#define BOX_COLUMNS 70
#define BOX_ROWS    9
#define LABEL_CELLS 8

typedef enum { SCOPE_THESE, SCOPE_MARKED, SCOPE_LISTED, SCOPES } SaveScope;
typedef enum { FIELD_PATH, FIELD_SCOPE, FIELD_MEDIA, FIELDS } SaveField;

typedef struct {
    Ui *ui;
    GArray *these; /* uint32_t; owned */
    TextField path;
    SaveScope scope;
    bool with_media, mixed; /* @mixed: sound in one channel */
    bool chat;              /* a folder is for MSRP, not for fax pages */
    SaveField field;
    char *overwrite; /* the existing file the user was asked about; owned */
    char *error;     /* owned; NULL */
    SaveJob *job;    /* while it is saved */
    bool stopped, finished;
    Rect box;
} SaveDialog;

enum { SAVE_CHANGE = ACTION_OWN, SAVE_NEXT };

static const KeyRow save_keys[] = {
    { ACTION_ENTER, "save", "Enter", "Save", "save to the file named above" },
    { SAVE_NEXT, "next", "Tab", "Next field", "go to the next line" },
    { SAVE_CHANGE, "change", "Space", "Change", "the other choice on this line" },
    { ACTION_BACK, "back", "Esc", "Cancel", "close, or stop a save that is going on" },
    { 0 },
};

static void save_free(void *self)
{
    SaveDialog *dialog = self;
    if (dialog->job) {
        g_autofree char *remark = NULL;
        save_job_stop(dialog->job);
        g_free(save_job_finish(dialog->job, &remark));
    }
    g_array_unref(dialog->these);
    text_field_clear(&dialog->path);
    g_free(dialog->overwrite);
    g_free(dialog->error);
    g_free(dialog);
}

static unsigned scope_count(const SaveDialog *dialog, SaveScope scope)
{
    switch (scope) {
    case SCOPE_THESE:
        return dialog->these->len;
    case SCOPE_MARKED:
        return dialog->ui->marks.count;
    case SCOPE_LISTED:
    case SCOPES:
        break;
    }
    return call_index_count(dialog->ui->calls);
}

static GArray *listed_calls(const Ui *ui)
{
    unsigned count = call_index_count(ui->calls);
    GArray *calls = g_array_sized_new(false, false, sizeof(uint32_t), count);
    for (unsigned i = 0; i < count; i++) {
        uint32_t call = call_index_at(ui->calls, i);
        g_array_append_val(calls, call);
    }
    return calls;
}

static GArray *scope_calls(const SaveDialog *dialog)
{
    switch (dialog->scope) {
    case SCOPE_THESE:
        return g_array_copy(dialog->these);
    case SCOPE_MARKED:
        return call_set_list(&dialog->ui->marks);
    case SCOPE_LISTED:
    case SCOPES:
        break;
    }
    return listed_calls(dialog->ui);
}

static bool is_text(const SaveDialog *dialog)
{
    return g_str_has_suffix(dialog->path.text->str, ".txt");
}

static bool is_sound(const SaveDialog *dialog)
{
    return audio_format_of(dialog->path.text->str) != AUDIO_FORMATS;
}

/* For fax pages, or chat and files. */
static bool is_folder(const SaveDialog *dialog)
{
    return g_str_has_suffix(dialog->path.text->str, "/");
}

static void set_error(SaveDialog *dialog, const char *message)
{
    g_free(dialog->error);
    dialog->error = escape_line(message, term_utf8());
}

/* An existing file needs a second Enter. */
static bool may_write(SaveDialog *dialog)
{
    unsigned count = is_sound(dialog) ? scope_count(dialog, dialog->scope) : 1;
    g_autofree char *path = save_job_place(dialog->path.text->str, count);

    if (!*path) {
        set_error(dialog, "a file name is needed");
        return false;
    }
    if (is_folder(dialog) || !g_file_test(path, G_FILE_TEST_EXISTS) ||
        g_strcmp0(dialog->overwrite, path) == 0)
        return true;
    g_free(dialog->overwrite);
    dialog->overwrite = g_strdup(path);
    set_error(dialog, "the file exists: Enter again overwrites it");
    return false;
}

static void start(SaveDialog *dialog)
{
    Capture *capture = dialog->ui->context->capture;

    if (!capture || scope_count(dialog, dialog->scope) == 0) {
        set_error(dialog, "there is nothing to save");
        return;
    }
    if (!may_write(dialog))
        return;
    g_clear_pointer(&dialog->error, g_free);
    SaveRequest request = {
        .model = dialog->ui->context->model,
        .store = capture_store(capture),
        .path = dialog->path.text->str,
        .with_media = dialog->with_media,
        .secrets = dialog->ui->context->save_secrets,
        .decrypted = dialog->ui->context->save_decrypted,
        .chat = dialog->chat,
        .audio = dialog->ui->context->audio,
    };
    request.audio.mixed = dialog->mixed;
    request.audio.sides = false; /* it is one file */
    dialog->job = save_job_start(&request, scope_calls(dialog));
}

/* Takes in the end of the thread. */
static bool save_step(void *self)
{
    SaveDialog *dialog = self;

    if (!dialog->job || !save_job_is_done(dialog->job))
        return false;
    unsigned count = is_sound(dialog) ? scope_count(dialog, dialog->scope) : 1;
    g_autofree char *place = save_job_place(dialog->path.text->str, count);
    g_autofree char *remark = NULL, *failure = save_job_finish(dialog->job, &remark);
    g_autofree char *path = escape_line(place, term_utf8());
    g_autofree char *but = remark ? escape_line(remark, term_utf8()) : NULL;
    dialog->job = NULL;
    if (failure) {
        set_error(dialog, failure);
        return true;
    }
    const char *how = dialog->stopped ? "stopped; what was saved is in" : "saved to";
    ui_notice(dialog->ui, "%s %s%s%s", how, path, but ? "; " : "", but ? but : "");
    dialog->finished = true;
    return true;
}

static void save_update(void *self, int rows, int columns)
{
    SaveDialog *dialog = self;
    dialog->box.rows = MIN(BOX_ROWS, rows);
    dialog->box.columns = MIN(BOX_COLUMNS, columns);
    dialog->box.y = (rows - dialog->box.rows) / 2;
    dialog->box.x = (columns - dialog->box.columns) / 2;
}

static Rect line(const SaveDialog *dialog, int row)
{
    return cells_row(dialog->box.y + row, dialog->box.x + 2, dialog->box.columns - 4);
}

static void draw_label(const SaveDialog *dialog, WINDOW *window, int row, const char *label,
                       SaveField field)
{
    unsigned style = dialog->field == field ? STYLE_STRONG : STYLE_NORMAL;
    cells_text(window, line(dialog, row), style, label);
}

static void draw_scope(const SaveDialog *dialog, WINDOW *window)
{
    static const char *const names[] = { "this call", "marked", "all listed" };
    Rect at = line(dialog, 3);

    draw_label(dialog, window, 3, "Calls", FIELD_SCOPE);
    at.x += LABEL_CELLS;
    at.columns -= LABEL_CELLS;
    for (unsigned i = 0; i < SCOPES; i++) {
        bool chosen = dialog->scope == (SaveScope)i;
        unsigned count = scope_count(dialog, (SaveScope)i);
        const char *name = i == SCOPE_THESE && count > 1 ? "these calls" : names[i];
        g_autofree char *text = g_strdup_printf("(%c) %s [%u]  ", chosen ? 'x' : ' ', name, count);
        unsigned style = !chosen                        ? STYLE_DIM
                         : dialog->field == FIELD_SCOPE ? STYLE_STRONG
                                                        : STYLE_NORMAL;
        int used = cells_text(window, at, style, text);
        at.x += used;
        at.columns -= used;
    }
}

static void draw_media(const SaveDialog *dialog, WINDOW *window)
{
    Rect at = line(dialog, 4);
    bool text = is_text(dialog), sound = is_sound(dialog), folder = is_folder(dialog);
    unsigned style = text ? STYLE_DIM : dialog->field == FIELD_MEDIA ? STYLE_STRONG : STYLE_NORMAL;
    const char *what =
        text     ? "messages only, as text"
        : folder ? dialog->chat ? "(x) MSRP chat and files  ( ) fax pages"
                                : "(x) fax pages: a TIFF a fax, a PNG a page  ( ) MSRP"
        : sound  ? dialog->mixed ? "[x] one channel" : "[ ] one channel (caller left, callee right)"
        : dialog->with_media ? "[x] with RTP and RTCP"
                             : "[ ] with RTP and RTCP";

    draw_label(dialog, window, 4, "Media", FIELD_MEDIA);
    cells_text(window, cells_row(at.y, at.x + LABEL_CELLS, at.columns - LABEL_CELLS), style, what);
}

static void draw_progress(const SaveDialog *dialog, WINDOW *window)
{
    Rect at = line(dialog, 6);
    int cells = at.columns - 6;
    double done = save_job_progress(dialog->job);
    int full = (int)(done * cells);
    g_autofree char *percent = g_strdup_printf(" %3.0f%%", done * 100);

    cells_repeat(window, cells_row(at.y, at.x, full), STYLE_OK, GLYPH_BAR_FULL);
    cells_repeat(window, cells_row(at.y, at.x + full, cells - full), STYLE_DIM, GLYPH_BAR_EMPTY);
    cells_text(window, cells_row(at.y, at.x + cells, 6), STYLE_NORMAL, percent);
    cells_text(window, line(dialog, 7), STYLE_DIM, "Esc stops; the capture goes on meanwhile");
}

static const char *type_hint(const SaveDialog *dialog)
{
    if (is_sound(dialog) && scope_count(dialog, dialog->scope) > 1)
        return "a file a call, in a folder of this name without its end";
    return "packets .pcapng .pcap  text .txt  sound .wav  fax, MSRP /";
}

static void save_draw(const void *self, WINDOW *window)
{
    const SaveDialog *dialog = self;
    Rect path = line(dialog, 1);

    cells_box(window, dialog->box, "Save");
    draw_label(dialog, window, 1, "File", FIELD_PATH);
    path.x += LABEL_CELLS;
    path.columns -= LABEL_CELLS;
    text_field_draw(&dialog->path, window, path, dialog->field == FIELD_PATH && !dialog->job);
    path.y++;
    cells_text(window, path, STYLE_DIM, type_hint(dialog));
    draw_scope(dialog, window);
    draw_media(dialog, window);
    if (dialog->job)
        draw_progress(dialog, window);
    else if (dialog->error)
        cells_text(window, line(dialog, 6), STYLE_ERROR, dialog->error);
}

static ScreenResult save_key(void *self, int key)
{
    SaveDialog *dialog = self;
    if (dialog->job || dialog->field != FIELD_PATH || !text_field_key(&dialog->path, key))
        return SCREEN_PASS;
    g_clear_pointer(&dialog->error, g_free);
    return SCREEN_DONE;
}

static void change(SaveDialog *dialog, int by)
{
    if (dialog->field == FIELD_SCOPE)
        dialog->scope = (SaveScope)(((int)dialog->scope + by + SCOPES) % SCOPES);
    else if (dialog->field == FIELD_MEDIA && is_sound(dialog))
        dialog->mixed = !dialog->mixed;
    else if (dialog->field == FIELD_MEDIA && is_folder(dialog))
        dialog->chat = !dialog->chat;
    else if (dialog->field == FIELD_MEDIA)
        dialog->with_media = !dialog->with_media;
}

static void go_to_field(SaveDialog *dialog, int by)
{
    dialog->field = (SaveField)(((int)dialog->field + by + FIELDS) % FIELDS);
}

static ScreenResult stop_or_close(SaveDialog *dialog)
{
    if (!dialog->job)
        return (ScreenResult){ SCREEN_CLOSE, NULL };
    dialog->stopped = true;
    save_job_stop(dialog->job);
    return SCREEN_DONE;
}

static ScreenResult save_action(void *self, int action)
{
    SaveDialog *dialog = self;

    if (action == ACTION_BACK)
        return stop_or_close(dialog);
    if (dialog->job)
        return action == ACTION_HELP || action == ACTION_QUIT ? SCREEN_PASS : SCREEN_DONE;
    switch (action) {
    case ACTION_ENTER:
        start(dialog);
        return SCREEN_DONE;
    case SAVE_NEXT:
    case ACTION_DOWN:
        go_to_field(dialog, 1);
        return SCREEN_DONE;
    case ACTION_UP:
        go_to_field(dialog, -1);
        return SCREEN_DONE;
    case SAVE_CHANGE:
    case ACTION_RIGHT:
        change(dialog, 1);
        return SCREEN_DONE;
    case ACTION_LEFT:
        change(dialog, -1);
        return SCREEN_DONE;
    default:
        return SCREEN_PASS;
    }
}

static bool save_is_finished(const void *self)
{
    return ((const SaveDialog *)self)->finished;
}

static const ScreenOps save_ops = {
    .name = "save",
    .title = "Save",
    .keys = save_keys,
    .is_dialog = true,
    .free = save_free,
    .update = save_update,
    .draw = save_draw,
    .action = save_action,
    .key = save_key,
    .step = save_step,
    .is_finished = save_is_finished,
};

static Screen *open_dialog(Ui *ui, const GArray *these, const char *suffix, bool chat)
{
    SaveDialog *dialog = g_new0(SaveDialog, 1);
    bool marked = ui->marks.count > 0;
    g_autofree char *path =
        !marked && these->len == 1
            ? g_strdup_printf("call-%u.%s", g_array_index(these, uint32_t, 0), suffix)
            : g_strdup_printf("calls.%s", suffix);

    dialog->ui = ui;
    dialog->these = g_array_copy((GArray *)these);
    dialog->scope = marked ? SCOPE_MARKED : SCOPE_THESE;
    dialog->with_media = true;
    dialog->chat = chat;
    dialog->mixed = ui->context->audio.mixed;
    text_field_init(&dialog->path, path);
    return screen_new(ui, &save_ops, dialog);
}

Screen *save_dialog_new(Ui *ui, const GArray *these)
{
    return open_dialog(ui, these, "pcapng", false);
}

Screen *save_dialog_fax_new(Ui *ui, const GArray *these)
{
    return open_dialog(ui, these, "fax/", false);
}

Screen *save_dialog_msrp_new(Ui *ui, const GArray *these)
{
    return open_dialog(ui, these, "msrp/", true);
}

Screen *save_dialog_sound_new(Ui *ui, const GArray *these)
{
    return open_dialog(ui, these, audio_format_name(ui->context->audio.format), false);
}
