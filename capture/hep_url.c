/* capture/hep_url.c - see hep_url.h. */
#include "capture/hep_url.h"
#include "capture/capture.h"
#include <string.h>

static bool refuse(const char *text, const char *cause, GError **error)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", text, cause);
    return false;
}

/* What stands behind "//": the end of the host, or NULL when a bracket is not closed. */
static const char *host_end(const char *host)
{
    if (*host != '[')
        return host + strcspn(host, ":");
    const char *bracket = strchr(host, ']');
    return bracket ? bracket + 1 : NULL;
}

static bool is_port(const char *text)
{
    guint64 port;
    return g_ascii_string_to_unsigned(text, 10, 1, UINT16_MAX, &port, NULL);
}

bool hep_url_parse(const char *text, HepUrl *out, GError **error)
{
    *out = (HepUrl){ 0 };
    bool tls = g_str_has_prefix(text, "tls://");
    if (!tls && !g_str_has_prefix(text, "udp://") && !g_str_has_prefix(text, "tcp://"))
        return refuse(text, "not of the form udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT",
                      error);
    const char *host = text + strlen("udp://");
    const char *end = host_end(host);
    if (!end || (*end && *end != ':') || (*end && strchr(end + 1, ':')) || strpbrk(host, "/?#@ "))
        return refuse(text, "the host is a name, an IPv4 address or an [IPv6 address]", error);
    if (*end == ':' && !is_port(end + 1))
        return refuse(text, "the port is a number from 1 to 65535", error);
    bool bracketed = *host == '[';
    size_t length = (size_t)(end - host) - (bracketed ? 2 : 0);
    if (bracketed && length == 0)
        return refuse(text, "there is no address between the brackets", error);
    *out = (HepUrl){
        .stream = text[0] == 't',
        .tls = tls,
        .host = length > 0 ? g_strndup(host + bracketed, length) : NULL,
        .port = g_strdup(*end ? end + 1 : HEP_PORT),
    };
    return true;
}

void hep_url_clear(HepUrl *url)
{
    g_clear_pointer(&url->host, g_free);
    g_clear_pointer(&url->port, g_free);
}
