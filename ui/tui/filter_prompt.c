#include "ui/tui/filter_prompt.h"
#include "ui/tui/prompt.h"

static bool filter_accepted(void *owner, const char *text, GError **error)
{
    Ui *ui = owner;
    Filter *filter = NULL;
    g_autofree char *trimmed = g_strstrip(g_strdup(text));

    if (*trimmed && !(filter = filter_compile(text, error)))
        return false;
    call_index_set_filter(ui->calls, filter);
    g_free(ui->filter_text);
    ui->filter_text = g_strdup(*trimmed ? text : "");
    return true;
}

static GArray *fields_beginning_with(const char *word)
{
    GArray *words = g_array_new(false, false, sizeof(PromptWord));
    size_t len = strlen(word);
    unsigned count;
    const FilterField *fields = filter_fields(&count);

    for (unsigned i = 0; i < count; i++) {
        if (g_ascii_strncasecmp(fields[i].name, word, len) != 0)
            continue;
        PromptWord match = { fields[i].name, fields[i].meaning };
        g_array_append_val(words, match);
    }
    return words;
}

Screen *filter_prompt_new(Ui *ui)
{
    PromptSpec spec = {
        .title = "Display filter",
        .initial = ui->filter_text,
        .hint = "call.state == failed and ip.addr == 10.0.0.0/8     empty: everything",
        .owner = ui,
        .accept = filter_accepted,
        .complete = fields_beginning_with,
    };
    return prompt_new(ui, &spec);
}
