#include "dissect/sip/header.h"

#include "dissect/sip/text.h"

static const struct {
    Slice name;
    bool is_list;
} headers[SIP_HEADER_COUNT] = {
#define SIP_HEADER(id, text, compact, list)                                                        \
    [SIP_HEADER_##id] = { { (const uint8_t *)(text), sizeof(text) - 1 }, list },
#include "dissect/sip/header.def"
#undef SIP_HEADER
};

/* The headers of each name length, commonest first: a name is compared with few others. The unit
 * test holds both tables against header.def. */
#define H(id) SIP_HEADER_##id
static const uint8_t by_length[][8] = {
    [2] = { H(TO) },
    [3] = { H(VIA) },
    [4] = { H(FROM), H(CSEQ), H(DATE), H(RACK), H(RSEQ), H(PATH), H(JOIN) },
    [5] = { H(ALLOW), H(ROUTE), H(EVENT) },
    [6] = { H(ACCEPT), H(SERVER), H(REASON), H(MIN_SE) },
    [7] = { H(CALL_ID), H(CONTACT), H(EXPIRES), H(REQUIRE), H(SUBJECT), H(PRIVACY), H(WARNING) },
    [8] = { H(REFER_TO), H(REPLACES), H(IDENTITY), H(SIP_ETAG) },
    [9] = { H(SUPPORTED), H(DIVERSION), H(TIMESTAMP), H(REFER_SUB), H(CALL_INFO) },
    [10] = { H(USER_AGENT), H(SESSION_ID), H(ALERT_INFO) },
    [11] = { H(MIN_EXPIRES), H(REFERRED_BY), H(RETRY_AFTER), H(UNSUPPORTED), H(IN_REPLY_TO) },
    [12] = { H(MAX_FORWARDS), H(CONTENT_TYPE), H(RECORD_ROUTE), H(ALLOW_EVENTS), H(HISTORY_INFO),
             H(SIP_IF_MATCH), H(MIME_VERSION), H(INFO_PACKAGE) },
    [13] = { H(AUTHORIZATION), H(SERVICE_ROUTE), H(PROXY_REQUIRE), H(P_EARLY_MEDIA),
             H(IDENTITY_INFO), H(TARGET_DIALOG) },
    [14] = { H(CONTENT_LENGTH), H(ACCEPT_CONTACT), H(REJECT_CONTACT) },
    [15] = { H(SESSION_EXPIRES), H(REMOTE_PARTY_ID) },
    [16] = { H(WWW_AUTHENTICATE), H(CONTENT_ENCODING) },
    [17] = { H(P_CHARGING_VECTOR), H(RESOURCE_PRIORITY) },
    [18] = { H(PROXY_AUTHENTICATE), H(SUBSCRIPTION_STATE) },
    [19] = { H(PROXY_AUTHORIZATION), H(P_ASSERTED_IDENTITY), H(CONTENT_DISPOSITION),
             H(REQUEST_DISPOSITION), H(AUTHENTICATION_INFO) },
    [20] = { H(P_PREFERRED_IDENTITY) },
    [21] = { H(P_ACCESS_NETWORK_INFO) },
};

static const uint8_t by_letter[26] = {
    ['a' - 'a'] = H(ACCEPT_CONTACT),
    ['b' - 'a'] = H(REFERRED_BY),
    ['c' - 'a'] = H(CONTENT_TYPE),
    ['d' - 'a'] = H(REQUEST_DISPOSITION),
    ['e' - 'a'] = H(CONTENT_ENCODING),
    ['f' - 'a'] = H(FROM),
    ['i' - 'a'] = H(CALL_ID),
    ['j' - 'a'] = H(REJECT_CONTACT),
    ['k' - 'a'] = H(SUPPORTED),
    ['l' - 'a'] = H(CONTENT_LENGTH),
    ['m' - 'a'] = H(CONTACT),
    ['n' - 'a'] = H(IDENTITY_INFO),
    ['o' - 'a'] = H(EVENT),
    ['r' - 'a'] = H(REFER_TO),
    ['s' - 'a'] = H(SUBJECT),
    ['t' - 'a'] = H(TO),
    ['u' - 'a'] = H(ALLOW_EVENTS),
    ['v' - 'a'] = H(VIA),
    ['x' - 'a'] = H(SESSION_EXPIRES),
    ['y' - 'a'] = H(IDENTITY),
};
#undef H

static inline bool is_named(Slice name, uint8_t id)
{
    const uint8_t *candidate = headers[id].name.data;
    return ((candidate[0] ^ name.data[0]) | 0x20) == 0x20 &&
           text_is_named(name, slice_of(candidate, name.len));
}

const char *sip_header_name(SipHeaderId id)
{
    return (const char *)headers[(unsigned)id < SIP_HEADER_COUNT ? id : 0].name.data;
}

bool sip_header_is_list(SipHeaderId id)
{
    return (unsigned)id < SIP_HEADER_COUNT && headers[id].is_list;
}

SipHeaderId sip_header_id(Slice name)
{
    if (name.len == 1) {
        uint8_t letter = name.data[0] | 0x20;
        return letter >= 'a' && letter <= 'z' ? by_letter[letter - 'a'] : SIP_HEADER_UNKNOWN;
    }
    if (name.len == 0 || name.len >= G_N_ELEMENTS(by_length))
        return SIP_HEADER_UNKNOWN;
    for (size_t i = 0; i < sizeof by_length[0]; i++) {
        uint8_t id = by_length[name.len][i];
        if (id == SIP_HEADER_UNKNOWN || is_named(name, id))
            return id;
    }
    return SIP_HEADER_UNKNOWN;
}

const SipHeader *sip_header(const SipMessage *message, SipHeaderId id)
{
    unsigned position = message->first[id];
    return position ? &message->headers[position - 1] : NULL;
}

const SipHeader *sip_header_next(const SipMessage *message, const SipHeader *header)
{
    const SipHeader *end = message->headers + message->header_count;
    for (const SipHeader *next = header + 1; next < end; next++) {
        if (next->id == header->id &&
            (header->id != SIP_HEADER_UNKNOWN || slice_equal_nocase(next->name, header->name)))
            return next;
    }
    return NULL;
}

Slice sip_header_value(const SipMessage *message, SipHeaderId id)
{
    const SipHeader *header = sip_header(message, id);
    return header ? header->value : SLICE_EMPTY;
}

const SipHeader *sip_header_named(const SipMessage *message, Slice name)
{
    SipHeaderId id = sip_header_id(name);
    if (id != SIP_HEADER_UNKNOWN)
        return sip_header(message, id);
    for (unsigned i = 0; i < message->header_count; i++) {
        const SipHeader *header = &message->headers[i];
        if (header->id == SIP_HEADER_UNKNOWN && slice_equal_nocase(header->name, name))
            return header;
    }
    return NULL;
}

/* Position of the comma that ends the first element: not in a quoted string, < > or a comment. */
static size_t element_end(Slice s)
{
    unsigned comment_depth = 0;
    for (size_t at = 0; at < s.len; at++) {
        uint8_t byte = s.data[at];
        if (byte == '"')
            at += 1 + text_closing_quote(slice_from(s, at + 1));
        else if (byte == '<' && comment_depth == 0)
            at += slice_find(slice_from(s, at), '>');
        else if (byte == '(')
            comment_depth++;
        else if (byte == ')' && comment_depth > 0)
            comment_depth--;
        else if (byte == ',' && comment_depth == 0)
            return at;
    }
    return s.len;
}

bool sip_list_next(Slice *list, Slice *element)
{
    while (list->len > 0) {
        bool is_last = scan_find(*list, ',') == list->len;
        size_t end = is_last ? list->len : element_end(*list);
        Slice candidate = slice_trim(slice_of(list->data, end));
        *list = slice_from(*list, end + 1);
        if (candidate.len > 0) {
            *element = candidate;
            return true;
        }
    }
    return false;
}

char *sip_header_unfold(Slice value)
{
    GString *result = g_string_sized_new(value.len);
    for (size_t at = 0; at < value.len; at++) {
        uint8_t byte = value.data[at];
        if (byte != '\r' && byte != '\n') {
            g_string_append_c(result, (char)byte);
            continue;
        }
        while (at + 1 < value.len && text_is_space(value.data[at + 1]))
            at++;
        while (result->len > 0 && text_is_space((uint8_t)result->str[result->len - 1]))
            g_string_truncate(result, result->len - 1);
        g_string_append_c(result, ' ');
    }
    return g_string_free(result, FALSE);
}

bool sip_names_anything(const SipMessage *message)
{
    return message->first[SIP_HEADER_VIA] || message->first[SIP_HEADER_FROM] ||
           message->first[SIP_HEADER_TO] || message->first[SIP_HEADER_CALL_ID] ||
           message->first[SIP_HEADER_CSEQ];
}
