#include "export/call_heading.h"
#include "export/escape.h"
#include "export/far_end.h"
#include "export/msrp_label.h"
#include "export/selection.h"
#include "export/story_text.h"
#include "export/structure_text.h"

static void append_address(GString *out, const CallAddress *address, bool utf8)
{
    const char *text = address->uri ? address->uri : "?";

    if (address->user && address->host) {
        g_autofree char *user = escape_line(address->user, utf8);
        g_autofree char *host = escape_line(address->host, utf8);
        g_string_append_printf(out, "%s@%s", user, host);
    } else {
        g_autofree char *uri = escape_line(text, utf8);
        g_string_append(out, uri);
    }
}

static void append_duration(GString *out, const char *what, int64_t ns, const char *separator)
{
    char text[TIME_TEXT_SIZE];

    if (ns != TIME_UNKNOWN)
        g_string_append_printf(out, "%s%s %s", separator, what,
                               duration_format(ns, text, sizeof text));
}

static void append_outcome(GString *out, const Call *call, bool utf8, const char *separator)
{
    if (call->final_status) {
        const char *phrase = call->final_reason ? call->final_reason : "";
        g_autofree char *reason = escape_line(phrase, utf8);
        g_string_append_printf(out, "%s%u %s", separator, call->final_status, reason);
    }
    append_duration(out, "PDD", call_post_dial_delay(call), separator);
    append_duration(out, "setup", call_setup_time(call), separator);
    append_duration(out, "talk", call_talk_time(call), separator);
    if (ended_by_name(call->ended_by))
        g_string_append_printf(out, "%sended by %s", separator, ended_by_name(call->ended_by));
    if (call->retransmissions)
        g_string_append_printf(out, "%s%u retransmissions", separator, call->retransmissions);
}

void call_heading(GString *out, const Model *model, const Call *call, bool utf8)
{
    const char *separator = utf8 ? " · " : " - ";
    char start[TIME_TEXT_SIZE];
    g_autofree char *call_id = escape_line(call_leg_id(call, 0), utf8);

    g_string_append_printf(out, "Call %u%s%s%s", call->number, separator,
                           call_state_name(call_state(call, model->clock_ns, model->ended)),
                           separator);
    append_address(out, &call->from, utf8);
    g_string_append(out, utf8 ? " → " : " -> ");
    append_address(out, &call->to, utf8);
    g_string_append_printf(out, "\n  %s", time_format_rfc3339(call->first_ns, start, sizeof start));
    append_outcome(out, call, utf8, separator);
    g_string_append_printf(out, "\n  Call-ID %s\n", call_id);
    msrp_call_text(out, model, call);
    far_end_text(out, model, call);
    structure_text(out, model, call, utf8);
    story_text(out, model, call, utf8);
}
