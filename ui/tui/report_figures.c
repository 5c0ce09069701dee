#include "ui/tui/report_figures.h"
#include "dissect/session/hep.h"
#include "export/agent_reports.h"
#include "export/escape.h"
#include "ui/tui/quality_text.h"

/* False when it is no longer in the model. */
static bool find_report(const Ui *ui, const LadderRow *row, CallReport *out)
{
    const Model *model = ui_lock(ui);
    const Call *call = model_call(model, row->call);
    bool found = call && call->extras->reports && row->index < call->extras->reports->len;

    if (found)
        *out = g_array_index(call->extras->reports, CallReport, row->index);
    ui_unlock(ui);
    return found;
}

void report_figures_add(const Ui *ui, const LadderRow *row, TextPane *pane)
{
    CallReport report;

    if (!find_report(ui, row, &report))
        return;
    g_autofree char *text = agent_report_read(capture_store(ui->context->capture), &report);
    const char *kind = hep_type_name(report.type);
    g_autofree char *number = g_strdup_printf("type %u", report.type);

    figures_say(pane, "report", STYLE_NORMAL, "%s of capture agent %u, in packet %u",
                kind ? kind : number, report.agent, report.frame);
    if (!text) {
        figures_say(pane, "text", STYLE_DIM, "no longer kept");
        return;
    }
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    for (char **line = lines; *line; line++) {
        g_autofree char *safe = escape_line(*line, term_utf8());
        figures_say(pane, line == lines ? "text" : "", STYLE_NORMAL, "%s", safe);
    }
}
