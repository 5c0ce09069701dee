#include "export/icmp.h"

char *icmp_label(const CallIcmp *icmp)
{
    char address[ENDPOINT_TEXT_SIZE];
    GString *text = g_string_new("ICMP ");

    g_string_append(text, icmp_error_name(&icmp->error));
    if (icmp->error.mtu)
        g_string_append_printf(text, " (MTU %u)", icmp->error.mtu);
    endpoint_format(icmp->error.destination, address, sizeof address);
    g_string_append_printf(text, ": %s to %s", icmp_subject_name(icmp->subject), address);
    if (icmp->count > 1)
        g_string_append_printf(text, " (%" G_GUINT64_FORMAT ")", icmp->count);
    return g_string_free(text, FALSE);
}

static void write_error(JsonWriter *json, const CallIcmp *icmp)
{
    const IcmpError *error = &icmp->error;

    json_begin_object(json, NULL);
    json_uint(json, "frame", icmp->frame);
    json_time(json, "first_time", icmp->first_ns);
    json_time(json, "last_time", icmp->last_ns);
    json_uint(json, "count", icmp->count);
    json_string(json, "error", icmp_error_name(error));
    json_uint(json, "type", error->type);
    json_uint(json, "code", error->code);
    json_uint(json, "version", error->is_v6 ? 6 : 4);
    json_endpoint(json, "origin", (Endpoint){ icmp->origin, 0 });
    json_string(json, "about", icmp_subject_name(icmp->subject));
    json_uint_if(json, "stream", icmp->stream != 0, icmp->stream);
    json_endpoint(json, "source", error->source);
    json_endpoint(json, "destination", error->destination);
    json_uint_if(json, "mtu", error->mtu != 0, error->mtu);
    json_end_object(json);
}

void json_icmp(JsonWriter *json, const Call *call)
{
    const GArray *icmp = call->extras->icmp;

    if (!icmp)
        return;
    json_begin_array(json, "icmp");
    for (unsigned i = 0; i < icmp->len; i++)
        write_error(json, &g_array_index(icmp, CallIcmp, i));
    json_end_array(json);
}
