#include "ui/tui/fax_figures.h"
#include "export/escape.h"
#include "ui/tui/quality_text.h"

static void say_result(TextPane *pane, const FaxSession *session, bool ended)
{
    g_autofree char *reason = NULL;
    FaxResult result = fax_session_result(session, ended, &reason);
    unsigned style = result == FAX_FAILED || result == FAX_PARTIAL ? STYLE_ERROR : STYLE_NORMAL;

    figures_say(pane, "fax", style, "%u over %s  %s%s%s", session->number,
                session->carrier == FAX_OVER_T38 ? "T.38" : "audio", fax_result_name(result),
                reason ? ": " : "", reason ? reason : "");
}

static void say_side(TextPane *pane, const FaxTracker *faxes, const FaxSession *session,
                     unsigned side)
{
    const FaxStream *stream = fax_tracker_stream(faxes, session->number, side);
    g_autofree char *identity = escape_line(session->identity[side], term_utf8());
    char from[ENDPOINT_TEXT_SIZE];

    figures_say(pane, session->from_caller[side] ? "caller" : "callee", STYLE_NORMAL, "%s  %s",
                endpoint_format(session->ends[side], from, sizeof from),
                identity[0] ? identity : "no identity");
    if (!stream)
        return;
    const UdptlCounts *counts = udptl_receiver_counts(stream->receiver);
    figures_say(pane, "packets", counts->lost ? STYLE_ERROR : STYLE_NORMAL,
                "%" G_GUINT64_FORMAT "  lost %" G_GUINT64_FORMAT "  repaired %" G_GUINT64_FORMAT
                "  duplicates %" G_GUINT64_FORMAT "  reordered %" G_GUINT64_FORMAT,
                counts->packets, counts->lost, counts->copies + counts->parities,
                counts->duplicates, counts->reordered);
}

static void say_page(TextPane *pane, const FaxPage *page)
{
    const T30Terms *terms = &page->terms;
    const char *modem = t30_modem_name(terms->modem);
    g_autoptr(GString) ecm = g_string_new(NULL);

    if (terms->ecm)
        g_string_printf(ecm, "  ECM frames %u, missing %u, repeated %u", page->frames,
                        page->missing, page->repeated);
    figures_say(pane, "page", page->answer == T30_MCF ? STYLE_NORMAL : STYLE_ERROR,
                "%u  %s %u  %ux%u dpi  %s%s  %s  %s", page->number, modem ? modem : "?",
                terms->rate_bps, terms->x_dpi, terms->y_dpi, t30_coding_name(terms->coding),
                ecm->str, page->command ? t30_signal_name(page->command) : "no end",
                page->answer ? t30_signal_name(page->answer) : "no answer");
}

static void say_event(TextPane *pane, const FaxEvent *event)
{
    g_autofree char *label = fax_event_label(event);
    g_autofree char *safe = escape_line(label, term_utf8());
    bool detailed = event->kind == FAX_FRAME && event->code != T30_NONE && event->detail;

    figures_say(pane, fax_event_kind_name(event->kind), event->bad ? STYLE_ERROR : STYLE_NORMAL,
                "%s", safe);
    if (detailed)
        figures_say(pane, "meaning", STYLE_NORMAL, "%s", t30_signal_meaning(event->code));
}

void fax_figures_add(const Ui *ui, const LadderRow *row, TextPane *pane)
{
    const Model *model = ui_lock(ui);
    const FaxSession *session = fax_tracker_session(model->faxes, row->index);

    if (session) {
        if (row->kind == LADDER_FAX && row->item < session->events->len)
            say_event(pane, &g_array_index(session->events, FaxEvent, row->item));
        say_result(pane, session, model->ended);
        for (unsigned side = 0; side < FAX_SIDES; side++)
            say_side(pane, model->faxes, session, side);
        for (unsigned i = 0; i < session->pages->len; i++)
            say_page(pane, &g_array_index(session->pages, FaxPage, i));
    }
    ui_unlock(ui);
}
