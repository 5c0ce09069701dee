#include "dissect/sip/usual.h"

static SipScheme scheme_of(Slice name)
{
    if (text_is_named(name, SLICE_LITERAL("sip")))
        return SIP_SCHEME_SIP;
    if (text_is_named(name, SLICE_LITERAL("sips")))
        return SIP_SCHEME_SIPS;
    if (text_is_named(name, SLICE_LITERAL("tel")))
        return SIP_SCHEME_TEL;
    return SIP_SCHEME_OTHER;
}

static Slice cut_tail(Slice *s, uint8_t separator)
{
    size_t at = slice_find(*s, separator);
    Slice tail = slice_from(*s, at + 1);
    s->len = at;
    return tail;
}

/* A user may hold ; ? and / unescaped, a host no @. "user@domain@host" is common in the field: the
 * last @ in front of parameters and headers counts. */
static Slice cut_userinfo(Slice *rest)
{
    size_t at = slice_find(*rest, '@');
    if (at == rest->len)
        return SLICE_EMPTY;
    Slice userinfo = slice_of(rest->data, at);
    *rest = slice_from(*rest, at + 1);
    return userinfo;
}

static bool parse_sip(Slice rest, SipUri *uri)
{
    Slice start = rest;
    Slice userinfo = cut_userinfo(&rest);
    bool valid = text_cut_host_port(&rest, &uri->host, &uri->port);
    if (text_first(rest) == '@') {
        userinfo = slice_sub(start, 0, (size_t)(rest.data - start.data));
        rest = slice_from(rest, 1);
        valid = text_cut_host_port(&rest, &uri->host, &uri->port);
    }
    uri->user = slice_split(&userinfo, ':');
    uri->password = userinfo;
    if (text_first(rest) == ';') {
        uri->parameters = slice_from(rest, 1);
        uri->headers = cut_tail(&uri->parameters, '?');
    } else if (text_first(rest) == '?') {
        uri->headers = slice_from(rest, 1);
    } else {
        valid &= rest.len == 0;
    }
    return valid;
}

static bool parse_tel(Slice rest, SipUri *uri)
{
    uri->parameters = cut_tail(&rest, ';');
    uri->user = rest;
    return rest.len > 0;
}

DissectStatus sip_uri_parse(Slice text, SipUri *out)
{
    TextMap map;

    text_map_make(&map, text);
    if (text.len > 0 && usual_uri(&map, 0, out) == text.len)
        return DISSECT_OK;
    Slice rest = text;
    Slice name = text_cut_token(&rest);
    bool valid = name.len > 0 && rest.len > 1 && rest.data[0] == ':';

    rest = slice_from(rest, 1);
    *out = (SipUri){ .whole = text, .scheme = scheme_of(name) };
    bool is_sip = out->scheme == SIP_SCHEME_SIP || out->scheme == SIP_SCHEME_SIPS;
    if (out->scheme == SIP_SCHEME_TEL)
        valid &= parse_tel(rest, out);
    else if (is_sip)
        valid &= parse_sip(rest, out);
    return valid && text_is_uri(text) ? DISSECT_OK : DISSECT_MALFORMED;
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
