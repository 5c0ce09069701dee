#include "export/msrp_label.h"
#include "dissect/call/msrp_file.h"
#include "export/escape.h"

const char *msrp_event_method(const MsrpEvent *event)
{
    const char *name = msrp_method_name((MsrpMethod)event->method);

    return !event->is_request ? NULL : name ? name : event->phrase ? event->phrase : "?";
}

static void append_escaped(GString *label, const char *format, const char *text)
{
    g_autofree char *escaped = escape_line(text, true);
    g_autofree char *piece = g_strdup_printf(format, escaped);

    g_string_append(label, piece);
}

/* "5000 B 100%", "2048 of 5000 B 40%", "2048 of ? B". */
static void append_progress(GString *label, uint64_t received, uint64_t size)
{
    if (size == MSRP_UNKNOWN)
        g_string_append_printf(label, " %" G_GUINT64_FORMAT " of ? B", received);
    else if (received == size)
        g_string_append_printf(label, " %" G_GUINT64_FORMAT " B 100%%", size);
    else if (received > size) /* they contradict one another */
        g_string_append_printf(label, " %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " B", received,
                               size);
    else
        g_string_append_printf(label, " %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " B %u%%",
                               received, size, (unsigned)((double)received / (double)size * 100));
}

static void append_file(GString *label, const MsrpFile *file)
{
    if (file->name)
        append_escaped(label, " file \"%s\"", file->name);
    else
        append_escaped(label, " %s", file->type ? file->type : "file");
    append_progress(label, file->received, file->size);
    if (file->state == MSRP_CONTENT_ABORTED)
        g_string_append(label, " aborted");
}

static void append_content(GString *label, const Model *model, const MsrpSession *session,
                           const MsrpEvent *event)
{
    const MsrpContent *content = event->content;
    g_auto(MsrpFile) file = { 0 };

    if (msrp_file_of(model, session, event, &file)) {
        append_file(label, &file);
        return;
    }
    if (content->note)
        append_escaped(label, content->note[0] == '"' ? " %s" : " (%s)", content->note);
    else
        append_escaped(label, " %s", content->type ? content->type : "?");
    MsrpContentState state = msrp_content_state(content);
    if (state != MSRP_CONTENT_COMPLETE || !content->note)
        append_progress(label, content->received, content->size);
    if (state == MSRP_CONTENT_ABORTED)
        g_string_append(label, " aborted");
}

char *msrp_event_label(const Model *model, const MsrpSession *session, const MsrpEvent *event)
{
    GString *label = g_string_new(NULL);
    const char *method = msrp_event_method(event);
    bool other = event->is_request && event->method == MSRP_OTHER;

    if (method)
        append_escaped(label, "%s", method);
    if (event->status)
        g_string_append_printf(label, "%s%03u", method ? " " : "", event->status);
    if (event->phrase && !other)
        append_escaped(label, event->method == MSRP_NICKNAME && method ? " \"%s\"" : " %s",
                       event->phrase);
    if (event->content)
        append_content(label, model, session, event);
    return g_string_free(label, FALSE);
}

static void append_count(GString *out, uint64_t count, const char *one, const char *several)
{
    if (count)
        g_string_append_printf(out, ", %" G_GUINT64_FORMAT " %s", count,
                               count == 1 ? one : several);
}

static void append_end(GString *out, const MsrpSession *session, bool caller)
{
    unsigned side = session->from_caller[0] == caller ? 0 : 1;
    const MsrpCounts *counts = &session->counts[side];

    g_string_append_printf(out, "%s %" G_GUINT64_FORMAT " message%s %" G_GUINT64_FORMAT " B",
                           caller ? "caller" : ", callee", counts->messages,
                           counts->messages == 1 ? "" : "s", counts->bytes);
}

void msrp_call_text(GString *out, const Model *model, const Call *call)
{
    for (unsigned i = 0; call->extras->msrp && i < call->extras->msrp->len; i++) {
        uint32_t number = g_array_index(call->extras->msrp, uint32_t, i);
        const MsrpSession *session = msrp_tracker_session(model->msrp, number);
        if (!session)
            continue;
        g_string_append_printf(out, "  MSRP over %s: ", msrp_session_transport(session));
        append_end(out, session, true);
        append_end(out, session, false);
        append_count(out, msrp_session_files(model, session), "file", "files");
        append_count(out, msrp_session_failures(session), "failure", "failures");
        append_count(out, msrp_session_unanswered(session), "unanswered", "unanswered");
        g_string_append_c(out, '\n');
    }
}
