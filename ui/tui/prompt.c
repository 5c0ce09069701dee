#include "ui/tui/prompt.h"
#include "export/escape.h"
#include "ui/tui/text_field.h"
#include <stdlib.h>
#include <string.h>

#define COMPLETIONS_SHOWN 6u

typedef struct {
    PromptSpec spec;
    char *title, *hint; /* owned */
    TextField field;
    char *error;         /* owned; NULL */
    GArray *completions; /* PromptWord; NULL */
} Prompt;

enum { PROMPT_COMPLETE = ACTION_OWN };

static const KeyRow prompt_keys[] = {
    { ACTION_ENTER, "enter", "Enter", "Accept", "use what was typed" },
    { PROMPT_COMPLETE, "complete", "Tab", "Complete", "the first of the names below" },
    { ACTION_BACK, "back", "Esc", "Cancel", "leave everything as it was" },
    { 0 },
};

/* Where nothing can be completed. */
static const KeyRow plain_keys[] = {
    { ACTION_ENTER, "enter", "Enter", "Accept", "use what was typed" },
    { ACTION_BACK, "back", "Esc", "Cancel", "leave everything as it was" },
    { 0 },
};

static bool is_word_char(char c)
{
    return g_ascii_isalnum(c) || strchr("._-", c) != NULL;
}

static size_t word_start(const TextField *field)
{
    size_t at = field->at;
    while (at > 0 && is_word_char(field->text->str[at - 1]))
        at--;
    return at;
}

static void find_completions(Prompt *prompt)
{
    if (!prompt->spec.complete)
        return;
    g_clear_pointer(&prompt->completions, g_array_unref);
    size_t start = word_start(&prompt->field);
    g_autofree char *word = g_strndup(prompt->field.text->str + start, prompt->field.at - start);
    prompt->completions = prompt->spec.complete(word);
}

static void text_changed(Prompt *prompt)
{
    g_clear_pointer(&prompt->error, g_free);
    find_completions(prompt);
    if (prompt->spec.changed)
        prompt->spec.changed(prompt->spec.owner, prompt->field.text->str);
}

static void prompt_free(void *self)
{
    Prompt *prompt = self;
    g_clear_pointer(&prompt->completions, g_array_unref);
    text_field_clear(&prompt->field);
    g_free(prompt->title);
    g_free(prompt->hint);
    g_free(prompt->error);
    g_free(prompt);
}

static ScreenResult prompt_key(void *self, int key)
{
    Prompt *prompt = self;
    if (!text_field_key(&prompt->field, key))
        return SCREEN_PASS;
    text_changed(prompt);
    return SCREEN_DONE;
}

static void complete(Prompt *prompt)
{
    if (!prompt->completions || prompt->completions->len == 0)
        return;
    const PromptWord *word = &g_array_index(prompt->completions, PromptWord, 0);
    text_field_replace(&prompt->field, word_start(&prompt->field), prompt->field.at, word->name);
    text_changed(prompt);
}

static ScreenResult accept(Prompt *prompt)
{
    g_autoptr(GError) error = NULL;

    if (prompt->spec.accept(prompt->spec.owner, prompt->field.text->str, &error))
        return (ScreenResult){ SCREEN_CLOSE, NULL };
    g_free(prompt->error);
    prompt->error = escape_line(error ? error->message : "this cannot be used", term_utf8());
    return SCREEN_DONE;
}

static ScreenResult prompt_action(void *self, int action)
{
    Prompt *prompt = self;
    switch (action) {
    case ACTION_ENTER:
        return accept(prompt);
    case PROMPT_COMPLETE:
        complete(prompt);
        return SCREEN_DONE;
    case ACTION_BACK:
        if (prompt->spec.cancelled)
            prompt->spec.cancelled(prompt->spec.owner);
        return (ScreenResult){ SCREEN_CLOSE, NULL };
    default:
        return SCREEN_PASS;
    }
}

static void prompt_update(void *self, int rows, int columns)
{
    (void)self;
    (void)rows;
    (void)columns;
}

/* "column 12: ..." gives 12; 0 when it says nothing of a column. */
static int error_column(const char *error)
{
    return g_str_has_prefix(error, "column ") ? atoi(error + strlen("column ")) : 0;
}

static void draw_error(const Prompt *prompt, WINDOW *window, Rect at)
{
    int column = error_column(prompt->error);

    if (column > 0 && column <= at.columns)
        cells_text(window, cells_row(at.y, at.x + column - 1, 1), STYLE_ERROR, "^");
    cells_text(window, cells_row(at.y + 1, at.x, at.columns), STYLE_ERROR, prompt->error);
}

static void draw_completions(const Prompt *prompt, WINDOW *window, Rect at)
{
    for (unsigned i = 0; i < MIN(prompt->completions->len, COMPLETIONS_SHOWN); i++) {
        const PromptWord *word = &g_array_index(prompt->completions, PromptWord, i);
        int y = at.y + (int)i;
        cells_text(window, cells_row(y, at.x, 20), i ? STYLE_FIELD : STYLE_STRONG, word->name);
        cells_text(window, cells_row(y, at.x + 21, at.columns - 21), STYLE_DIM, word->meaning);
    }
}

static void prompt_draw(const void *self, WINDOW *window)
{
    const Prompt *prompt = self;
    bool has_list = prompt->spec.complete != NULL;
    bool has_hint = prompt->hint || has_list;
    int rows = has_list ? 5 + (int)COMPLETIONS_SHOWN : has_hint ? 5 : 3;
    Rect box = { MAX(0, getmaxy(window) - rows), 0, rows, getmaxx(window) };
    Rect line = cells_row(box.y + 1, 2, box.columns - 4);

    cells_box(window, box, prompt->title);
    text_field_draw(&prompt->field, window, line, true);
    line.y++;
    if (prompt->error)
        draw_error(prompt, window, line);
    else if (prompt->hint)
        cells_text(window, cells_row(line.y + 1, line.x, line.columns), STYLE_DIM, prompt->hint);
    if (prompt->completions)
        draw_completions(prompt, window, (Rect){ line.y + 2, line.x, 0, line.columns });
}

static const ScreenOps prompt_ops = {
    .name = "prompt",
    .title = "Prompt",
    .keys = prompt_keys,
    .is_dialog = true,
    .free = prompt_free,
    .update = prompt_update,
    .draw = prompt_draw,
    .action = prompt_action,
    .key = prompt_key,
};

static const ScreenOps plain_ops = {
    .name = "prompt",
    .title = "Prompt",
    .keys = plain_keys,
    .is_dialog = true,
    .free = prompt_free,
    .update = prompt_update,
    .draw = prompt_draw,
    .action = prompt_action,
    .key = prompt_key,
};

Screen *prompt_new(Ui *ui, const PromptSpec *spec)
{
    Prompt *prompt = g_new0(Prompt, 1);
    prompt->spec = *spec;
    prompt->title = g_strdup(spec->title);
    prompt->hint = g_strdup(spec->hint);
    text_field_init(&prompt->field, spec->initial);
    find_completions(prompt);
    return screen_new(ui, spec->complete ? &prompt_ops : &plain_ops, prompt);
}
