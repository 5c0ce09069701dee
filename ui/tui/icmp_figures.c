#include "ui/tui/icmp_figures.h"
#include "export/icmp.h"
#include "ui/tui/quality_text.h"

/* False when it is no longer in the model. */
static bool find_icmp(const Ui *ui, const LadderRow *row, CallIcmp *out)
{
    const Model *model = ui_lock(ui);
    const Call *call = model_call(model, row->call);
    bool found = call && call->extras->icmp && row->index < call->extras->icmp->len;

    if (found)
        *out = g_array_index(call->extras->icmp, CallIcmp, row->index);
    ui_unlock(ui);
    return found;
}

void icmp_figures_add(const Ui *ui, const LadderRow *row, TextPane *pane)
{
    char origin[ADDRESS_TEXT_SIZE], source[ENDPOINT_TEXT_SIZE], destination[ENDPOINT_TEXT_SIZE];
    CallIcmp icmp;

    if (!find_icmp(ui, row, &icmp))
        return;
    const IcmpError *error = &icmp.error;
    ip_format(icmp.origin, origin, sizeof origin);
    endpoint_format(error->source, source, sizeof source);
    endpoint_format(error->destination, destination, sizeof destination);
    figures_say(pane, "error", STYLE_NORMAL, "ICMP%s %s (type %u, code %u), in packet %u",
                error->is_v6 ? "v6" : "", icmp_error_name(error), error->type, error->code,
                icmp.frame);
    figures_say(pane, "says", STYLE_NORMAL, "%s", origin);
    figures_say(pane, "about", STYLE_NORMAL, "%s from %s to %s", icmp_subject_name(icmp.subject),
                source, destination);
    if (error->mtu)
        figures_say(pane, "MTU", STYLE_NORMAL, "%u bytes would have passed", error->mtu);
    figures_say(pane, "times", STYLE_NORMAL, "%" G_GUINT64_FORMAT " in %.3f s", icmp.count,
                (double)(icmp.last_ns - icmp.first_ns) / (double)NS_PER_S);
}
