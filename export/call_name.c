#include "export/call_name.h"
#include "export/escape.h"

static const char *party_of(const CallAddress *address)
{
    if (address->user)
        return address->user;
    return address->host ? address->host : "unknown";
}

char *call_file_name(const Call *call)
{
    char time[TIME_TEXT_SIZE];
    g_autoptr(GString) compact = g_string_new(NULL);
    g_autofree char *from = escape_file_name(party_of(&call->from));
    g_autofree char *to = escape_file_name(party_of(&call->to));

    time_format_rfc3339(call->first_ns, time, sizeof time);
    for (const char *c = time; *c && *c != '.'; c++)
        if (*c != '-' && *c != ':')
            g_string_append_c(compact, *c);
    return g_strdup_printf("%05u-%sZ-%s-%s", call->number, compact->str, from, to);
}
