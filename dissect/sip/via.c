#include "dissect/sip/via.h"
#include "dissect/sip/text.h"

/* Cuts "SIP / 2.0 /": white space may surround the slashes. */
static bool cut_protocol(Slice *rest)
{
    if (text_begins_with(*rest, SLICE_LITERAL("SIP/2.0/"))) {
        text_cut(rest, sizeof "SIP/2.0/" - 1);
        *rest = text_skip_space(*rest);
        return true;
    }
    Slice name = text_cut_token(rest);
    if (!text_is_named(name, SLICE_LITERAL("SIP")) || !text_cut_separator(rest, '/'))
        return false;
    Slice version = text_cut_token(rest);
    return version.len > 0 && text_cut_separator(rest, '/');
}

static bool cut_transport(Slice *rest, Slice *transport)
{
    if (!cut_protocol(rest))
        return false;
    *transport = text_cut_token(rest);
    return transport->len > 0 && text_is_space(text_first(*rest));
}

/* received=[2001:db8::1] is not in the grammar and has to be accepted (RFC 5118 section 4.5). */
static Slice without_brackets(Slice s)
{
    return text_first(s) == '[' && slice_last(s) == ']' ? slice_sub(s, 1, s.len - 2) : s;
}

bool via_read_parameter(Slice name, Slice value, SipVia *via)
{
    uint64_t port;
    if (text_is_named(name, SLICE_LITERAL("branch"))) {
        via->branch = value;
        return value.len > 0;
    }
    if (text_is_named(name, SLICE_LITERAL("received"))) {
        via->received = without_brackets(value);
        return via->received.len > 0;
    }
    if (text_is_named(name, SLICE_LITERAL("rport"))) {
        via->has_rport = true;
        if (value.len == 0)
            return true;
        if (!slice_to_uint(value, 65535, &port))
            return false;
        via->rport = (uint16_t)port;
    }
    return name.len > 0;
}

static bool read_parameters(SipVia *via)
{
    bool valid = true;
    Slice rest = via->parameters;
    Slice name, value;
    while (sip_parameter_next(&rest, &name, &value))
        valid &= via_read_parameter(name, value, via);
    return valid;
}

DissectStatus sip_via_parse(Slice value, SipVia *out)
{
    SipVia via = { 0 };
    Slice rest = text_skip_space(value);
    bool valid =
        cut_transport(&rest, &via.protocol) && text_cut_host_port(&rest, &via.host, &via.port);
    if (text_first(rest) == '(') /* a comment, which RFC 2543 section 6.40.1 allowed */
        rest = text_skip_space(slice_from(rest, slice_find(rest, ')') + 1));
    if (text_first(rest) == ';') {
        via.parameters = slice_from(rest, 1);
        valid &= read_parameters(&via);
    } else {
        valid &= rest.len == 0;
    }
    *out = via;
    return valid ? DISSECT_OK : DISSECT_MALFORMED;
}
