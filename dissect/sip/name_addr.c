#include "dissect/sip/name_addr.h"

#include "dissect/sip/text.h"

/* An unquoted display name is tokens with white space between (RFC 3261 section 25.1). */
static bool is_token_sequence(Slice s)
{
    for (; s.len > 0; s = text_skip_space(s)) {
        if (text_cut_token(&s).len == 0)
            return false;
    }
    return true;
}

/* Cuts the words in front of the <; nothing when there is none. */
static Slice cut_words(Slice *rest, AnomalySet *anomalies)
{
    size_t bracket = slice_find(*rest, '<');
    if (bracket == rest->len)
        return SLICE_EMPTY;
    Slice name = slice_trim(slice_sub(*rest, 0, bracket));
    *rest = slice_from(*rest, bracket);
    if (!is_token_sequence(name))
        anomaly_note(anomalies, ANOMALY_SIP_BAD_DISPLAY_NAME);
    return name;
}

/* Cuts a quoted string. */
static Slice cut_quoted(Slice *rest, AnomalySet *anomalies)
{
    Slice inside = slice_from(*rest, 1);
    size_t end = text_closing_quote(inside);
    if (end == inside.len) {
        anomaly_note(anomalies, ANOMALY_SIP_UNTERMINATED_QUOTE);
        end = slice_find(inside, '<');
        *rest = slice_from(inside, end);
    } else {
        *rest = text_skip_space(slice_from(inside, end + 1));
    }
    return slice_sub(inside, 0, end);
}

static Slice cut_parameters(Slice rest, AnomalySet *anomalies)
{
    rest = text_skip_space(rest);
    if (rest.len == 0)
        return rest;
    if (rest.data[0] != ';')
        anomaly_note(anomalies, ANOMALY_SIP_BAD_PARAMETERS);
    rest = text_skip_space(slice_from(rest, 1));
    if (text_first(rest) == ';')
        anomaly_note(anomalies, ANOMALY_SIP_BAD_PARAMETERS);
    return rest;
}

static Slice cut_bracketed(Slice *rest, AnomalySet *anomalies)
{
    size_t close = slice_find(*rest, '>');
    Slice uri = slice_sub(*rest, 1, close - 1);
    if (close == rest->len)
        anomaly_note(anomalies, ANOMALY_SIP_UNBALANCED_BRACKET);
    *rest = slice_from(*rest, close + 1);
    return slice_trim(uri);
}

/* Without <> everything from the first ; is the header's (RFC 3261 section 20). */
static Slice cut_bare(Slice *rest, AnomalySet *anomalies)
{
    size_t end = slice_find(*rest, ';');
    Slice uri = slice_trim(slice_sub(*rest, 0, end));
    *rest = slice_from(*rest, end);
    if (slice_find(uri, '?') < uri.len || slice_find(uri, ',') < uri.len)
        anomaly_note(anomalies, ANOMALY_SIP_URI_NEEDS_BRACKETS);
    return uri;
}

DissectStatus sip_name_addr_scan(Slice text, SipNameAddr *out, AnomalySet *anomalies)
{
    Slice rest = slice_trim(text);
    Slice uri;

    if (text_first(rest) == '"')
        out->display_name = cut_quoted(&rest, anomalies);
    else if (text_first(rest) != '<')
        out->display_name = cut_words(&rest, anomalies);
    else
        out->display_name = SLICE_EMPTY;
    if (text_first(rest) == '<')
        uri = cut_bracketed(&rest, anomalies);
    else
        uri = cut_bare(&rest, anomalies);
    out->parameters = cut_parameters(rest, anomalies);
    return sip_uri_parse(uri, &out->uri);
}

DissectStatus sip_name_addr_parse(Slice text, SipNameAddr *out)
{
    AnomalySet anomalies = { 0 };
    DissectStatus status = sip_name_addr_scan(text, out, &anomalies);
    if (anomaly_has(&anomalies, ANOMALY_SIP_UNTERMINATED_QUOTE) ||
        anomaly_has(&anomalies, ANOMALY_SIP_UNBALANCED_BRACKET))
        return DISSECT_MALFORMED;
    return status;
}
