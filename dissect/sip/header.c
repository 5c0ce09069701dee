#include "dissect/sip/header.h"

#include "dissect/sip/text.h"

#define BITS(len) (uint16_t)((1u << MIN(len, SCAN_WIDTH)) - 1)
/* Padded, so that names are compared sixteen bytes at once. */
static const struct {
    char name[24];
    uint8_t len;
    bool is_list;
    uint16_t bits; /* one for each byte of the name, as scan_mask() has them */
} headers[SIP_HEADER_COUNT] = {
#define SIP_HEADER(id, text, compact, list)                                                        \
    [SIP_HEADER_##id] = { text, sizeof(text) - 1, list, BITS(sizeof(text) - 1) },
#include "dissect/sip/header.def"
#undef SIP_HEADER
};
#undef BITS

/* Of a name in lower case. No two names here have the same: a name is compared with one other. The
 * unit test holds both tables against header.def; who adds a header and meets a collision finds
 * other factors. */
#define SIGNATURE(len, first, middle, last) (((len)*15 + (first) + (middle)*8 + (last)*43) & 0xff)
#define H(id)                               SIP_HEADER_##id
static const uint8_t by_signature[256] = {
    [SIGNATURE(3, 'v', 'i', 'a')] = H(VIA),
    [SIGNATURE(4, 'f', 'o', 'm')] = H(FROM),
    [SIGNATURE(2, 't', 'o', 'o')] = H(TO),
    [SIGNATURE(7, 'c', 'l', 'd')] = H(CALL_ID),
    [SIGNATURE(4, 'c', 'e', 'q')] = H(CSEQ),
    [SIGNATURE(7, 'c', 't', 't')] = H(CONTACT),
    [SIGNATURE(12, 'm', 'r', 's')] = H(MAX_FORWARDS),
    [SIGNATURE(14, 'c', '-', 'h')] = H(CONTENT_LENGTH),
    [SIGNATURE(12, 'c', 't', 'e')] = H(CONTENT_TYPE),
    [SIGNATURE(16, 'c', 'e', 'g')] = H(CONTENT_ENCODING),
    [SIGNATURE(19, 'c', 'i', 'n')] = H(CONTENT_DISPOSITION),
    [SIGNATURE(5, 'r', 'u', 'e')] = H(ROUTE),
    [SIGNATURE(12, 'r', '-', 'e')] = H(RECORD_ROUTE),
    [SIGNATURE(4, 'p', 't', 'h')] = H(PATH),
    [SIGNATURE(13, 's', 'e', 'e')] = H(SERVICE_ROUTE),
    [SIGNATURE(7, 'e', 'i', 's')] = H(EXPIRES),
    [SIGNATURE(11, 'm', 'x', 's')] = H(MIN_EXPIRES),
    [SIGNATURE(15, 's', '-', 's')] = H(SESSION_EXPIRES),
    [SIGNATURE(6, 'm', '-', 'e')] = H(MIN_SE),
    [SIGNATURE(10, 'u', 'a', 't')] = H(USER_AGENT),
    [SIGNATURE(6, 's', 'v', 'r')] = H(SERVER),
    [SIGNATURE(5, 'a', 'l', 'w')] = H(ALLOW),
    [SIGNATURE(9, 's', 'o', 'd')] = H(SUPPORTED),
    [SIGNATURE(7, 'r', 'u', 'e')] = H(REQUIRE),
    [SIGNATURE(13, 'p', 'r', 'e')] = H(PROXY_REQUIRE),
    [SIGNATURE(11, 'u', 'p', 'd')] = H(UNSUPPORTED),
    [SIGNATURE(6, 'a', 'e', 't')] = H(ACCEPT),
    [SIGNATURE(7, 'w', 'n', 'g')] = H(WARNING),
    [SIGNATURE(6, 'r', 's', 'n')] = H(REASON),
    [SIGNATURE(11, 'r', '-', 'r')] = H(RETRY_AFTER),
    [SIGNATURE(7, 's', 'j', 't')] = H(SUBJECT),
    [SIGNATURE(16, 'w', 'e', 'e')] = H(WWW_AUTHENTICATE),
    [SIGNATURE(18, 'p', 'h', 'e')] = H(PROXY_AUTHENTICATE),
    [SIGNATURE(13, 'a', 'i', 'n')] = H(AUTHORIZATION),
    [SIGNATURE(19, 'p', 'h', 'n')] = H(PROXY_AUTHORIZATION),
    [SIGNATURE(5, 'e', 'e', 't')] = H(EVENT),
    [SIGNATURE(12, 'a', 'e', 's')] = H(ALLOW_EVENTS),
    [SIGNATURE(18, 's', 'i', 'e')] = H(SUBSCRIPTION_STATE),
    [SIGNATURE(8, 's', 'e', 'g')] = H(SIP_ETAG),
    [SIGNATURE(12, 's', '-', 'h')] = H(SIP_IF_MATCH),
    [SIGNATURE(4, 'r', 'e', 'q')] = H(RSEQ),
    [SIGNATURE(4, 'r', 'c', 'k')] = H(RACK),
    [SIGNATURE(8, 'r', 'r', 'o')] = H(REFER_TO),
    [SIGNATURE(11, 'r', 'r', 'y')] = H(REFERRED_BY),
    [SIGNATURE(9, 'r', 'r', 'b')] = H(REFER_SUB),
    [SIGNATURE(8, 'r', 'a', 's')] = H(REPLACES),
    [SIGNATURE(4, 'j', 'i', 'n')] = H(JOIN),
    [SIGNATURE(10, 's', 'o', 'd')] = H(SESSION_ID),
    [SIGNATURE(19, 'p', 'd', 'y')] = H(P_ASSERTED_IDENTITY),
    [SIGNATURE(20, 'p', 'd', 'y')] = H(P_PREFERRED_IDENTITY),
    [SIGNATURE(17, 'p', 'n', 'r')] = H(P_CHARGING_VECTOR),
    [SIGNATURE(13, 'p', 'y', 'a')] = H(P_EARLY_MEDIA),
    [SIGNATURE(21, 'p', 'e', 'o')] = H(P_ACCESS_NETWORK_INFO),
    [SIGNATURE(15, 'r', 'p', 'd')] = H(REMOTE_PARTY_ID),
    [SIGNATURE(7, 'p', 'v', 'y')] = H(PRIVACY),
    [SIGNATURE(9, 'd', 'r', 'n')] = H(DIVERSION),
    [SIGNATURE(12, 'h', 'y', 'o')] = H(HISTORY_INFO),
    [SIGNATURE(8, 'i', 't', 'y')] = H(IDENTITY),
    [SIGNATURE(17, 'r', '-', 'y')] = H(RESOURCE_PRIORITY),
    [SIGNATURE(12, 'm', 'e', 'n')] = H(MIME_VERSION),
    [SIGNATURE(4, 'd', 't', 'e')] = H(DATE),
    [SIGNATURE(9, 't', 's', 'p')] = H(TIMESTAMP),
    [SIGNATURE(14, 'a', 'c', 't')] = H(ACCEPT_CONTACT),
    [SIGNATURE(14, 'r', 'c', 't')] = H(REJECT_CONTACT),
    [SIGNATURE(19, 'r', 'i', 'n')] = H(REQUEST_DISPOSITION),
    [SIGNATURE(13, 'i', 't', 'o')] = H(IDENTITY_INFO),
    [SIGNATURE(10, 'a', '-', 'o')] = H(ALERT_INFO),
    [SIGNATURE(9, 'c', '-', 'o')] = H(CALL_INFO),
    [SIGNATURE(11, 'i', 'p', 'o')] = H(IN_REPLY_TO),
    [SIGNATURE(13, 't', '-', 'g')] = H(TARGET_DIALOG),
    [SIGNATURE(12, 'i', 'a', 'e')] = H(INFO_PACKAGE),
    [SIGNATURE(19, 'a', 'a', 'o')] = H(AUTHENTICATION_INFO),
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

const char *sip_header_name(SipHeaderId id)
{
    return headers[(unsigned)id < SIP_HEADER_COUNT ? id : 0].name;
}

bool sip_header_is_list(SipHeaderId id)
{
    return (unsigned)id < SIP_HEADER_COUNT && headers[id].is_list;
}

static inline uint8_t signature_of(Slice name)
{
    unsigned first = name.data[0] | 0x20u;
    unsigned middle = name.data[name.len / 2] | 0x20u;
    unsigned last = name.data[name.len - 1] | 0x20u;

    return SIGNATURE((unsigned)name.len, first, middle, last);
}

/* Not inlined into sip_header_id_of_token(), which few names take the long way of. */
G_GNUC_NO_INLINE SipHeaderId sip_header_id(Slice name)
{
    if (name.len <= 1) {
        uint8_t letter = text_first(name) | 0x20;
        return letter >= 'a' && letter <= 'z' ? by_letter[letter - 'a'] : SIP_HEADER_UNKNOWN;
    }
    uint8_t id = by_signature[signature_of(name)];
    return text_is_named(name, slice_of(headers[id].name, headers[id].len)) ? id
                                                                            : SIP_HEADER_UNKNOWN;
}

SipHeaderId sip_header_id_of_token(Slice name)
{
    if (name.len <= 1 || name.len > SCAN_WIDTH)
        return sip_header_id(name);
    uint8_t id = by_signature[signature_of(name)];
    const char *candidate = headers[id].name;
    ScanBytes fold = scan_all(0x20);
    unsigned equal = scan_mask((ScanBytes)((scan_load(name.data) | fold) ==
                                           (scan_load((const uint8_t *)candidate) | fold)));
    if ((headers[id].bits & ~equal) | (name.len ^ headers[id].len))
        return SIP_HEADER_UNKNOWN;
    return id;
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
