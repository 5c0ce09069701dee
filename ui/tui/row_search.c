#include "ui/tui/row_search.h"
#include "export/escape.h"
#include "ui/tui/prompt.h"
#include <limits.h>
#include <string.h>

#define ROWS_PER_STEP 500u /* looked at under one lock */

void row_search_clear(RowSearch *search)
{
    g_free(search->text);
    g_free(search->shown);
    g_free(search->needle);
    *search = (RowSearch){ 0 };
}

void row_search_begin(RowSearch *search, const char *text, unsigned from, bool backwards)
{
    g_autofree char *wanted = g_strdup(text);

    row_search_clear(search);
    if (!*wanted)
        return;
    *search = (RowSearch){
        .shown = escape_line(wanted, term_utf8()),
        .active = true,
        .backwards = backwards,
        .at = from,
        .left = UINT_MAX,
    };
    search->needle = g_ascii_strdown(search->shown, -1);
    search->text = g_steal_pointer(&wanted);
}

void row_search_again(RowSearch *search, unsigned at, unsigned count, bool backwards)
{
    if (!search->text || count == 0)
        return;
    g_autofree char *text = g_strdup(search->text);
    row_search_begin(search, text, (at + (backwards ? count - 1 : 1)) % count, backwards);
}

RowSearchResult row_search_step(RowSearch *search, const Ui *ui, const RowSource *source,
                                unsigned *ret_row)
{
    RowSearchResult result = ROW_SEARCH_MORE;

    if (!search->active)
        return ROW_SEARCH_IDLE;
    g_autofree char *needle = g_ascii_strdown(search->text, -1);
    g_autoptr(GString) scratch = g_string_new(NULL);
    search->left = MIN(search->left, source->count);
    const Model *model = ui_lock(ui);
    for (unsigned i = 0; i < ROWS_PER_STEP && search->left && result == ROW_SEARCH_MORE; i++) {
        search->at %= source->count;
        g_string_truncate(scratch, 0);
        source->append(source->owner, model, search->at, scratch);
        g_string_ascii_down(scratch);
        if (strstr(scratch->str, needle)) {
            *ret_row = search->at;
            result = ROW_SEARCH_FOUND;
        }
        search->at = (search->at + (search->backwards ? source->count - 1 : 1)) % source->count;
        search->left--;
    }
    ui_unlock(ui);
    if (result == ROW_SEARCH_MORE && search->left == 0)
        result = ROW_SEARCH_NOWHERE;
    search->active = result == ROW_SEARCH_MORE;
    return result;
}

static void search_changed(void *owner, const char *text)
{
    RowSearchPrompt *prompt = owner;
    row_search_begin(prompt->search, text, prompt->origin, false);
}

/* Looks once more, so that what was not found is said after the key as well. */
static bool search_accepted(void *owner, const char *text, GError **error)
{
    (void)error;
    search_changed(owner, text);
    return true;
}

static void search_cancelled(void *owner)
{
    RowSearchPrompt *prompt = owner;
    row_search_clear(prompt->search);
    list_go(prompt->list, prompt->origin);
    prompt->moved(prompt->owner);
}

ScreenResult row_search_open(RowSearchPrompt *prompt, Ui *ui)
{
    PromptSpec spec = {
        .title = "Search",
        .initial = prompt->search->text ? prompt->search->text : "",
        .owner = prompt,
        .changed = search_changed,
        .accept = search_accepted,
        .cancelled = search_cancelled,
    };
    return screen_open(prompt_new(ui, &spec));
}
