/* dissect/media/fax/outcome.c - how a fax went, and in which words that is said: see session.h */
#include "dissect/media/fax/session.h"

const char *fax_carrier_name(FaxCarrier carrier)
{
    return carrier == FAX_OVER_T38 ? "t38" : "audio";
}

const char *fax_result_name(FaxResult result)
{
    static const char *const names[FAX_RESULTS] = { "in-progress", "ok", "partial", "failed" };

    return names[result];
}

const char *fax_event_kind_name(FaxEventKind kind)
{
    static const char *const names[FAX_EVENT_KINDS] = { "indicator", "frame", "training", "image" };

    return names[kind];
}

static bool is_confirmed(const FaxPage *page)
{
    return page->answer == T30_MCF || page->answer == T30_RTP || page->answer == T30_PIP;
}

unsigned fax_session_pages_ok(const FaxSession *session)
{
    unsigned confirmed = 0;

    for (unsigned i = 0; i < session->pages->len; i++)
        confirmed += is_confirmed(&g_array_index(session->pages, FaxPage, i));
    return confirmed;
}

static const FaxPage *last_page(const FaxSession *session)
{
    guint count = session->pages->len;

    return count ? &g_array_index(session->pages, FaxPage, count - 1) : NULL;
}

static bool is_complete(const FaxSession *session)
{
    const FaxPage *last = last_page(session);

    return last && is_confirmed(last) && last->command != T30_MPS && last->command != T30_EOM &&
           last->command != T30_PRI_MPS && last->command != T30_PRI_EOM;
}

static bool has_frames(const FaxSession *session)
{
    for (unsigned i = 0; i < T30_SIGNALS; i++)
        if (session->frames[i])
            return true;
    return false;
}

/* Before the first page. */
static char *reason_of_negotiation(const FaxSession *session)
{
    const unsigned *frames = session->frames;

    if (!has_frames(session))
        return g_strdup(session->bad_frames ? "no frame of the signalling came through whole"
                                            : "tones only: no fax signalling followed");
    if (frames[T30_DCS] == 0)
        return g_strdup(frames[T30_DCN] ? "hung up (DCN) before the sender chose its terms"
                                        : "the sender never answered DIS with DCS");
    if (frames[T30_FTT] && frames[T30_CFR] == 0)
        return g_strdup_printf("training failed at every rate tried (FTT, %u times)",
                               frames[T30_FTT]);
    if (frames[T30_CFR] == 0)
        return g_strdup(frames[T30_DCN] ? "hung up (DCN) during training"
                                        : "DCS was never answered with CFR or FTT");
    return g_strdup(frames[T30_DCN] ? "hung up (DCN) before the first page"
                                    : "no page followed the training");
}

static char *reason_of_page(const FaxSession *session, const FaxPage *page)
{
    const char *command = t30_signal_name(page->command);

    if (page->answer == T30_RTN || page->answer == T30_PIN)
        return g_strdup_printf("the receiver refused page %u as unreadable (%s)", page->number,
                               t30_signal_name(page->answer));
    if (page->answer == T30_ERR)
        return g_strdup_printf("page %u is incomplete: its repetition was given up (EOR)",
                               page->number);
    if (is_confirmed(page))
        return g_strdup_printf("broke off after page %u, though another was announced (%s)",
                               page->number, command);
    if (page->missing && session->frames[T30_PPR])
        return g_strdup_printf("page %u: %u frames never came through, asked for %u times (PPR)",
                               page->number, page->missing, session->frames[T30_PPR]);
    if (page->command == T30_NONE)
        return g_strdup_printf("broke off inside page %u", page->number);
    return g_strdup_printf("the end of page %u (%s) was never answered", page->number, command);
}

static char *reason_of(const FaxSession *session)
{
    const FaxPage *page = last_page(session);
    char *reason = page ? reason_of_page(session, page) : reason_of_negotiation(session);

    if (session->lost == 0)
        return reason;
    char *longer = g_strdup_printf("%s; %" G_GUINT64_FORMAT " packets were lost beyond repair",
                                   reason, session->lost);
    g_free(reason);
    return longer;
}

FaxResult fax_session_result(const FaxSession *session, bool ended, char **out_reason)
{
    bool over = ended || session->frames[T30_DCN] > 0;
    FaxResult result;

    if (is_complete(session)) {
        bool all = fax_session_pages_ok(session) == session->pages->len;
        result = all || over ? FAX_OK : FAX_UNDER_WAY;
    } else if (!over) {
        result = FAX_UNDER_WAY;
    } else {
        result = fax_session_pages_ok(session) ? FAX_PARTIAL : FAX_FAILED;
    }
    if (out_reason)
        *out_reason = result == FAX_PARTIAL || result == FAX_FAILED ? reason_of(session) : NULL;
    return result;
}

char *fax_event_label(const FaxEvent *event)
{
    T30Signal signal = (T30Signal)event->code;

    switch (event->kind) {
    case FAX_INDICATOR:
        return g_strdup(ifp_indicator_name((IfpIndicator)event->code));
    case FAX_TRAINING:
        return g_strdup_printf("TCF: training check, %u octets", event->count);
    case FAX_IMAGE:
        return g_strdup_printf("page data, %u %s", event->count, event->ecm ? "frames" : "octets");
    case FAX_FRAME:
    case FAX_EVENT_KINDS:
        break;
    }
    if (event->bad)
        return g_strdup_printf("%s, damaged", signal ? t30_signal_name(signal) : "a frame");
    if (event->detail && event->detail[0])
        return g_strdup_printf(signal == T30_PPS ? "%s-%s" : "%s %s", t30_signal_name(signal),
                               event->detail);
    return g_strdup_printf("%s: %s", t30_signal_name(signal), t30_signal_meaning(signal));
}
