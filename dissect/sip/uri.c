#include "dissect/sip/uri.h"

#include "dissect/sip/text.h"

/* What RFC 3261 section 25.1 allows somewhere in a URI; the rest has to be escaped. */
static bool has_only_uri_bytes(Slice s)
{
    static const char forbidden[] = "\"#<>\\^`{|}";
    for (size_t at = 0; at < s.len; at++) {
        uint8_t byte = s.data[at];
        if (byte <= ' ' || byte >= 0x7f)
            return false;
        if (!g_ascii_isalnum(byte) && memchr(forbidden, byte, sizeof forbidden - 1))
            return false;
    }
    return true;
}

static SipScheme scheme_of(Slice name)
{
    if (slice_equal_nocase(name, SLICE_LITERAL("sip")))
        return SIP_SCHEME_SIP;
    if (slice_equal_nocase(name, SLICE_LITERAL("sips")))
        return SIP_SCHEME_SIPS;
    if (slice_equal_nocase(name, SLICE_LITERAL("tel")))
        return SIP_SCHEME_TEL;
    return SIP_SCHEME_OTHER;
}

/* A user may hold ; ? and / unescaped, a host no @. "user@domain@host" is common in the field: the
 * last @ in front of parameters and headers counts. */
static Slice cut_userinfo(Slice *rest)
{
    size_t at = slice_find(*rest, '@');
    if (at == rest->len)
        return SLICE_EMPTY;
    for (size_t i = at + 1; i < rest->len; i++) {
        uint8_t byte = rest->data[i];
        if (byte == ';' || byte == '?')
            break;
        if (byte == '@')
            at = i;
    }
    Slice userinfo = slice_sub(*rest, 0, at);
    *rest = slice_from(*rest, at + 1);
    return userinfo;
}

static Slice cut_tail(Slice *s, uint8_t separator)
{
    size_t at = slice_find(*s, separator);
    Slice tail = slice_from(*s, at + 1);
    s->len = at;
    return tail;
}

static bool parse_sip(Slice rest, SipUri *uri)
{
    Slice userinfo = cut_userinfo(&rest);
    uri->user = slice_split(&userinfo, ':');
    uri->password = userinfo;
    uri->headers = cut_tail(&rest, '?');
    uri->parameters = cut_tail(&rest, ';');
    return text_host_port(rest, &uri->host, &uri->port);
}

static bool parse_tel(Slice rest, SipUri *uri)
{
    uri->parameters = cut_tail(&rest, ';');
    uri->user = rest;
    return rest.len > 0;
}

DissectStatus sip_uri_parse(Slice text, SipUri *out)
{
    SipUri uri = { .whole = text };
    size_t colon = slice_find(text, ':');
    Slice name = slice_sub(text, 0, colon);
    Slice rest = slice_from(text, colon + 1);
    bool valid = text_is_token(name) && rest.len > 0;

    uri.scheme = scheme_of(name);
    if (uri.scheme == SIP_SCHEME_TEL)
        valid &= parse_tel(rest, &uri);
    else if (uri.scheme != SIP_SCHEME_OTHER)
        valid &= parse_sip(rest, &uri);
    *out = uri;
    return valid && has_only_uri_bytes(text) ? DISSECT_OK : DISSECT_MALFORMED;
}

char *sip_unescape(Slice text)
{
    GString *result = g_string_sized_new(text.len);
    for (size_t at = 0; at < text.len; at++) {
        uint8_t byte = text.data[at];
        if (byte == '%' && at + 2 < text.len && text_escapes_valid(slice_sub(text, at, 3))) {
            int decoded = g_ascii_xdigit_value((char)text.data[at + 1]) * 16 +
                          g_ascii_xdigit_value((char)text.data[at + 2]);
            if (decoded != 0) { /* %00 stays: a NUL would end the string */
                byte = (uint8_t)decoded;
                at += 2;
            }
        }
        if (byte != 0)
            g_string_append_c(result, (char)byte);
    }
    return g_string_free(result, FALSE);
}
