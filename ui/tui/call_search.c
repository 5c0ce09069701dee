#include "ui/tui/call_search.h"
#include "export/escape.h"
#include "ui/tui/call_columns.h"
#include <limits.h>
#include <string.h>

#define CALLS_PER_STEP 500u /* looked at under one lock */

void call_search_clear(CallSearch *search)
{
    g_free(search->text);
    g_free(search->shown);
    *search = (CallSearch){ 0 };
}

void call_search_begin(CallSearch *search, const char *text, unsigned from, bool backwards)
{
    g_autofree char *wanted = g_strdup(text);

    call_search_clear(search);
    if (!*wanted)
        return;
    *search = (CallSearch){
        .text = g_steal_pointer(&wanted),
        .shown = escape_line(text, term_utf8()),
        .active = true,
        .backwards = backwards,
        .at = from,
        .left = UINT_MAX,
    };
}

/* What a column shows can be found, whether the list has the column or not. */
static bool call_contains(const Model *model, const Call *call, GHashTable *names,
                          const char *needle, GString *scratch)
{
    unsigned count;
    const CallColumn *columns = call_columns(&count);
    CallFacts facts;

    call_facts_init(&facts, model, call, names);
    g_string_truncate(scratch, 0);
    for (unsigned i = 0; i < count; i++) {
        columns[i].format(&facts, scratch);
        g_string_append_c(scratch, '\n');
    }
    for (const Leg *leg = call->legs; leg; leg = leg->next)
        g_string_append_printf(scratch, "%s\n", leg->call_id);
    g_string_ascii_down(scratch);
    return strstr(scratch->str, needle) != NULL;
}

CallSearchResult call_search_step(CallSearch *search, const Ui *ui, unsigned *ret_row)
{
    unsigned count = call_index_count(ui->calls);
    CallSearchResult result = CALL_SEARCH_MORE;

    if (!search->active)
        return CALL_SEARCH_IDLE;
    g_autofree char *needle = g_ascii_strdown(search->text, -1);
    g_autoptr(GString) scratch = g_string_new(NULL);
    search->left = MIN(search->left, count);
    const Model *model = ui_lock(ui);
    for (unsigned i = 0; i < CALLS_PER_STEP && search->left && result == CALL_SEARCH_MORE; i++) {
        search->at %= count;
        const Call *call = model_call(model, call_index_at(ui->calls, search->at));
        if (call && call_contains(model, call, ui->context->names, needle, scratch)) {
            *ret_row = search->at;
            result = CALL_SEARCH_FOUND;
        }
        search->at = (search->at + (search->backwards ? count - 1 : 1)) % count;
        search->left--;
    }
    ui_unlock(ui);
    if (result == CALL_SEARCH_MORE && search->left == 0)
        result = CALL_SEARCH_NOWHERE;
    search->active = result == CALL_SEARCH_MORE;
    return result;
}
