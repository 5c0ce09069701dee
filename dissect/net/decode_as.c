#include "dissect/net/decode_as.h"
#include "dissect/net/net_packet.h"

G_DEFINE_QUARK(rung - decode - as - error, decode_as_error)

static const struct {
    const char *name;
    bool udp, tcp;
} protocols[] = {
    [DECODE_AS_UNKNOWN] = { NULL, false, false },
#define DECODE_AS(id, name, udp, tcp) [DECODE_AS_##id] = { name, udp, tcp },
#include "dissect/net/decode_as.def"
#undef DECODE_AS
};

static bool refuse(GError **error, const char *text, const char *why)
{
    g_set_error(error, DECODE_AS_ERROR, 0, "%s: %s", text, why);
    return false;
}

static char *list_names(bool tcp)
{
    GString *names = g_string_new("a protocol is one of:");

    for (unsigned i = 1; i < DECODE_AS_COUNT; i++)
        if (tcp ? protocols[i].tcp : protocols[i].udp)
            g_string_append_printf(names, " %s", protocols[i].name);
    return g_string_free(names, FALSE);
}

static DecodeAs find_protocol(const char *name, bool tcp)
{
    for (unsigned i = 1; i < DECODE_AS_COUNT; i++)
        if ((tcp ? protocols[i].tcp : protocols[i].udp) && strcmp(protocols[i].name, name) == 0)
            return (DecodeAs)i;
    return DECODE_AS_UNKNOWN;
}

bool decode_rules_add(DecodeRules *rules, const char *text, GError **error)
{
    static const char form[] = "not of the form udp.port==PORT,PROTOCOL or tcp.port==PORT,PROTOCOL";
    bool tcp = g_str_has_prefix(text, "tcp.port==");
    guint64 port;

    if (!tcp && !g_str_has_prefix(text, "udp.port=="))
        return refuse(error, text, form);
    g_auto(GStrv) parts = g_strsplit(text + strlen("udp.port=="), ",", 2);
    if (!parts[0] || !parts[1])
        return refuse(error, text, form);
    if (!g_ascii_string_to_unsigned(parts[0], 10, 1, UINT16_MAX, &port, NULL))
        return refuse(error, text, "the port is not a number from 1 to 65535");
    DecodeAs protocol = find_protocol(parts[1], tcp);
    if (protocol == DECODE_AS_UNKNOWN) {
        g_autofree char *names = list_names(tcp);
        return refuse(error, text, names);
    }
    if (rules->count == DECODE_RULES_MAX)
        return refuse(error, text, "more than 32 rules");
    rules->rules[rules->count++] = (DecodeRule){
        .ip_protocol = tcp ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP,
        .port = (uint16_t)port,
        .protocol = protocol,
    };
    return true;
}

const char *decode_as_name(DecodeAs protocol)
{
    return protocol < DECODE_AS_COUNT ? protocols[protocol].name : NULL;
}

DecodeAs decode_rules_find(const DecodeRules *rules, uint8_t ip_protocol, uint16_t source,
                           uint16_t destination)
{
    for (unsigned i = 0; i < rules->count; i++) {
        const DecodeRule *rule = &rules->rules[i];
        if (rule->ip_protocol == ip_protocol && (rule->port == source || rule->port == destination))
            return rule->protocol;
    }
    return DECODE_AS_UNKNOWN;
}
