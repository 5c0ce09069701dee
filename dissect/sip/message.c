#include "dissect/sip/message.h"

#include "dissect/sip/header.h"
#include "dissect/sip/name_addr.h"
#include "dissect/sip/start_line.h"
#include "dissect/sip/usual.h"

static void note(SipMessage *message, Anomaly anomaly)
{
    anomaly_note(&message->anomalies, anomaly);
}

static void note_if(SipMessage *message, bool is_wrong, Anomaly anomaly)
{
    if (is_wrong)
        note(message, anomaly);
}

static Slice skip_line_ends(Slice bytes)
{
    size_t at = 0;
    while (at < bytes.len && (bytes.data[at] == '\r' || bytes.data[at] == '\n'))
        at++;
    return at ? slice_from(bytes, at) : bytes;
}

/* Without the CR of its line end. */
static Slice without_cr(Slice line)
{
    return slice_sub(line, 0, slice_last(line) == '\r' ? line.len - 1 : line.len);
}

/* Returns @line, which may have been ended by LF, without a CR at its end. */
static Slice check_line(Slice line, bool is_ended, AnomalySet *anomalies)
{
    Slice text = without_cr(line);
    if (is_ended && text.len == line.len)
        anomaly_note(anomalies, ANOMALY_SIP_BARE_LF);
    if (text_has_control(text))
        anomaly_note(anomalies, ANOMALY_SIP_CONTROL_BYTE);
    return text;
}

/* Cuts the start line; all of @rest when it has no end. */
static Slice cut_start_line(Slice *rest, AnomalySet *anomalies)
{
    Slice line;
    if (text_cut_plain_line(rest, &line))
        return line;
    size_t end = slice_find(*rest, '\n');
    line = check_line(slice_sub(*rest, 0, end), end < rest->len, anomalies);
    *rest = slice_from(*rest, end + 1);
    return line;
}

bool sip_looks_like(Slice bytes)
{
    bytes = skip_line_ends(bytes);
    if (text_token_length(slice_sub(bytes, 0, 1)) == 0)
        return false;
    return start_line_is(without_cr(slice_sub(bytes, 0, slice_find(bytes, '\n'))));
}

/* The credentials' headers hold commas, so several of them are several headers. */
static bool may_repeat(SipHeaderId id)
{
    switch (id) {
    case SIP_HEADER_UNKNOWN:
    case SIP_HEADER_WWW_AUTHENTICATE:
    case SIP_HEADER_PROXY_AUTHENTICATE:
    case SIP_HEADER_AUTHORIZATION:
    case SIP_HEADER_PROXY_AUTHORIZATION:
        return true;
    default:
        return sip_header_is_list(id);
    }
}

static void note_repeated(SipMessage *message, const SipHeader *again)
{
    if (may_repeat(again->id))
        return;
    note(message, ANOMALY_SIP_DUPLICATE_HEADER);
    if (again->id == SIP_HEADER_CONTENT_LENGTH &&
        !slice_equal(again->value, sip_header_value(message, again->id)))
        note(message, ANOMALY_SIP_CONFLICTING_CONTENT_LENGTH);
}

/* A name that is not known as it stands: there may be white space around it. */
static SipHeaderId read_odd_name(SipMessage *message, Slice *name)
{
    *name = slice_trim(*name);
    SipHeaderId id = sip_header_id(*name);
    note_if(message, id == SIP_HEADER_UNKNOWN && !text_is_token(*name),
            ANOMALY_SIP_BAD_HEADER_NAME);
    return id;
}

static inline void index_header(SipMessage *message, const SipHeader *header)
{
    uint8_t *first = &message->first[header->id];

    if (*first == 0)
        *first = (uint8_t)message->header_count;
    else
        note_repeated(message, header);
}

static void add_header(SipMessage *message, Slice line)
{
    size_t colon = scan_find(line, ':');

    if (colon == line.len) {
        note(message, ANOMALY_SIP_BAD_HEADER_LINE);
        return;
    }
    if (message->header_count == SIP_HEADERS_MAX) {
        note(message, ANOMALY_SIP_TOO_MANY_HEADERS);
        return;
    }
    SipHeader *header = &message->headers[message->header_count++];
    header->name = slice_of(line.data, colon);
    header->id = sip_header_id(header->name);
    if (header->id == SIP_HEADER_UNKNOWN)
        header->id = read_odd_name(message, &header->name);
    header->value = slice_trim(slice_from(line, colon + 1));
    index_header(message, header);
}

static inline bool begins_fold(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* The value behind the colon and up to the CR, where a line ends. */
static inline Slice value_between(const uint8_t *data, size_t from, size_t end)
{
    if (data[from] == ' ' && data[from + 1] > ' ' && data[end - 1] > ' ')
        return slice_of(data + from + 1, end - from - 1);
    return slice_trim(slice_of(data + from, end - from));
}

/* Reads headers as nearly all are: a token, a colon and a value on one line. Returns where the
 * first line begins that is none, the empty one at the latest. Not inlined: it needs all registers.
 */
G_GNUC_NO_INLINE static size_t read_usual_headers(SipMessage *message, const TextMap *map,
                                                  size_t at)
{
    const uint8_t *data = map->data;
    const size_t len = map->len;
    SipHeader *header = &message->headers[message->header_count];
    const SipHeader *limit = &message->headers[SIP_HEADERS_MAX];

    while (at + SCAN_WIDTH <= len && header < limit) {
        size_t colon = text_map_mark(map, at);
        size_t end = text_map_control(map, colon);
        if (end + 2 >= len || data[colon] != ':' || colon == at)
            break;
        if (data[end] != '\r' || data[end + 1] != '\n' || begins_fold(data[end + 2]))
            break;
        header->name = slice_of(data + at, colon - at);
        header->id = sip_header_id_of_token(header->name);
        header->value = value_between(data, colon + 1, end);
        message->header_count++;
        index_header(message, header++);
        at = end + 2;
    }
    return at;
}

/* Cuts a header or the empty line behind them as nearly all are: not folded, nothing to note. */
static inline bool cut_plain_header(Slice *rest, Slice *line)
{
    Slice after = *rest;
    if (!text_cut_plain_line(&after, line))
        return false;
    if (line->len > 0 && begins_fold(text_first(after)))
        return false;
    *rest = after;
    return true;
}

static TextLine cut_header(SipMessage *message, Slice *rest, Slice *line)
{
    if (cut_plain_header(rest, line))
        return line->len > 0 ? TEXT_LINE_HEADER : TEXT_LINE_EMPTY;
    Slice after = *rest; /* a copy: @rest stays in registers */
    Slice odd;
    TextLine kind = text_cut_header(&after, &odd);
    *rest = after;
    if (kind == TEXT_LINE_HEADER)
        *line = check_line(odd, true, &message->anomalies);
    return kind;
}

/* True when they end with an empty line; @rest is what follows it. */
static bool read_headers(SipMessage *message, const TextMap *map, Slice *rest)
{
    Slice line;
    for (;;) {
        size_t at = rest->len ? (size_t)(rest->data - map->data) : map->len;
        text_cut(rest, read_usual_headers(message, map, at) - at);
        switch (cut_header(message, rest, &line)) {
        case TEXT_LINE_HEADER:
            add_header(message, line);
            break;
        case TEXT_LINE_EMPTY:
            return true;
        case TEXT_LINE_CUT:
            note(message, ANOMALY_SIP_UNTERMINATED_HEADERS);
            return false;
        }
    }
}

/* Where in a map the value of a header is. */
typedef struct {
    size_t at, end;
} Span;

/* False: there is none, or it is not all mapped. */
static inline bool is_mapped(const TextMap *map, Slice value, Span *out)
{
    if (value.len == 0)
        return false;
    out->at = (size_t)(value.data - map->data);
    out->end = out->at + value.len;
    return out->end <= map->len;
}

static void read_via(SipMessage *message, const TextMap *map)
{
    const SipHeader *header = sip_header(message, SIP_HEADER_VIA);
    Slice element;
    unsigned count = 0;
    Span span;
    if (header && is_mapped(map, header->value, &span) &&
        usual_via(map, span.at, span.end, &message->via)) {
        count = 1;
        header = sip_header_next(message, header);
    }
    for (; header; header = sip_header_next(message, header)) {
        for (Slice list = header->value; sip_list_next(&list, &element); count++) {
            if (count == 0 && sip_via_parse(element, &message->via) != DISSECT_OK)
                note(message, ANOMALY_SIP_BAD_VIA);
        }
    }
    message->via_count = (uint8_t)MIN(count, UINT8_MAX);
    note_if(message, slice_equal(message->via.branch, SLICE_LITERAL("z9hG4bK")),
            ANOMALY_SIP_EMPTY_BRANCH);
}

static bool read_usual_address(const TextMap *map, Slice value, SipNameAddr *out, Slice *tag)
{
    Span span;
    if (!is_mapped(map, value, &span))
        return false;
    size_t end = usual_address(map, span.at, out);
    if (end == 0 || !usual_parameters(map, end, span.end, &out->parameters))
        return false;
    if (out->parameters.len &&
        !usual_first_parameter(map, out->parameters, SLICE_LITERAL("tag"), tag))
        sip_parameter(out->parameters, SLICE_LITERAL("tag"), tag);
    return true;
}

static void read_address(SipMessage *message, const TextMap *map, SipHeaderId id, SipNameAddr *out,
                         Slice *tag)
{
    Slice value = sip_header_value(message, id);
    if (message->first[id] == 0 || read_usual_address(map, value, out, tag))
        return;
    if (sip_name_addr_scan(value, out, &message->anomalies) != DISSECT_OK)
        note(message, id == SIP_HEADER_FROM ? ANOMALY_SIP_BAD_FROM : ANOMALY_SIP_BAD_TO);
    note_if(message, !text_escapes_valid(out->uri.whole), ANOMALY_SIP_BAD_ESCAPE);
    sip_parameter(out->parameters, SLICE_LITERAL("tag"), tag);
}

/* Does @value begin with an address as most are, with nothing wrong behind it? */
static bool begins_usual(const TextMap *map, Slice value)
{
    SipNameAddr address;
    Slice parameters;
    Span span;
    if (!is_mapped(map, value, &span))
        return false;
    size_t end = usual_address(map, span.at, &address);
    if (end == 0)
        return false;
    return text_map_byte(map, end) == ',' ||
           (usual_parameters(map, end, span.end, &parameters) && text_first(parameters) != ',');
}

static void check_contact(SipMessage *message, const TextMap *map)
{
    Slice list = sip_header_value(message, SIP_HEADER_CONTACT);
    Slice first;
    SipNameAddr address;
    if (begins_usual(map, list) || !sip_list_next(&list, &first) ||
        slice_equal(first, SLICE_LITERAL("*")))
        return;
    if (sip_name_addr_scan(first, &address, &message->anomalies) != DISSECT_OK)
        note(message, ANOMALY_SIP_BAD_CONTACT);
}

/* RFC 3261 section 8.1.1.5: below 2^31. */
static Slice read_rare_cseq(SipMessage *message, Slice value)
{
    Slice name = value;
    Slice digits = text_cut_token(&name);
    uint64_t number;
    name = text_skip_space(name);
    if (slice_to_uint(digits, UINT32_MAX, &number))
        message->cseq = (uint32_t)number;
    else
        number = UINT64_MAX;
    if (number > INT32_MAX || !text_is_token(name))
        note(message, ANOMALY_SIP_BAD_CSEQ);
    return name;
}

static void read_cseq(SipMessage *message, const TextMap *map)
{
    Slice value = sip_header_value(message, SIP_HEADER_CSEQ);
    Slice name;
    Span span;
    if (message->first[SIP_HEADER_CSEQ] == 0)
        return;
    if (!is_mapped(map, value, &span) || !usual_cseq(map, span.at, span.end, &message->cseq, &name))
        name = read_rare_cseq(message, value);
    if (!message->is_request) {
        message->method_name = name;
        message->method = sip_method_from(name);
    } else if (!slice_equal(name, message->method_name)) {
        note(message, ANOMALY_SIP_CSEQ_METHOD_MISMATCH);
    }
}

static void read_max_forwards(SipMessage *message)
{
    uint64_t number;
    if (message->first[SIP_HEADER_MAX_FORWARDS] == 0)
        return;
    if (slice_to_uint(sip_header_value(message, SIP_HEADER_MAX_FORWARDS), 255, &number))
        message->max_forwards = (int16_t)number;
    else
        note(message, ANOMALY_SIP_BAD_MAX_FORWARDS);
}

static void check_numbers(SipMessage *message)
{
    static const SipHeaderId numbers[] = {
        SIP_HEADER_EXPIRES,     SIP_HEADER_MIN_EXPIRES, SIP_HEADER_SESSION_EXPIRES,
        SIP_HEADER_RETRY_AFTER, SIP_HEADER_MIN_SE,      SIP_HEADER_RSEQ,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        uint64_t number;
        if (message->first[numbers[i]] == 0)
            continue;
        Slice value = sip_header_value(message, numbers[i]);
        Slice digits = text_cut_token(&value);
        if (slice_to_uint(digits, UINT32_MAX, &number))
            continue;
        note(message, slice_to_uint(slice_sub(digits, 0, 10), UINT64_MAX, &number)
                          ? ANOMALY_SIP_SCALAR_OVERFLOW
                          : ANOMALY_SIP_BAD_NUMBER);
    }
}

static void check_presence(SipMessage *message)
{
    const uint8_t *first = message->first;
    bool is_success = message->status / 100 == 2;

    note_if(message, !first[SIP_HEADER_VIA], ANOMALY_SIP_MISSING_VIA);
    note_if(message, !first[SIP_HEADER_FROM], ANOMALY_SIP_MISSING_FROM);
    note_if(message, !first[SIP_HEADER_TO], ANOMALY_SIP_MISSING_TO);
    note_if(message, !message->call_id.len, ANOMALY_SIP_MISSING_CALL_ID);
    note_if(message, !first[SIP_HEADER_CSEQ], ANOMALY_SIP_MISSING_CSEQ);
    note_if(message, first[SIP_HEADER_FROM] && !message->from_tag.len,
            ANOMALY_SIP_MISSING_FROM_TAG);
    note_if(message, message->status > 100 && first[SIP_HEADER_TO] && !message->to_tag.len,
            ANOMALY_SIP_MISSING_TO_TAG);
    note_if(message, message->is_request && !first[SIP_HEADER_MAX_FORWARDS],
            ANOMALY_SIP_MISSING_MAX_FORWARDS);
    note_if(message,
            message->method == SIP_INVITE && (message->is_request || is_success) &&
                !first[SIP_HEADER_CONTACT],
            ANOMALY_SIP_MISSING_CONTACT);
    note_if(message, message->body.len > 0 && !first[SIP_HEADER_CONTENT_TYPE],
            ANOMALY_SIP_MISSING_CONTENT_TYPE);
}

static void read_fields(SipMessage *message, const TextMap *map)
{
    message->call_id = sip_header_value(message, SIP_HEADER_CALL_ID);
    message->content_type = sip_header_value(message, SIP_HEADER_CONTENT_TYPE);
    read_via(message, map);
    read_address(message, map, SIP_HEADER_FROM, &message->from, &message->from_tag);
    read_address(message, map, SIP_HEADER_TO, &message->to, &message->to_tag);
    check_contact(message, map);
    read_cseq(message, map);
    read_max_forwards(message);
    check_numbers(message);
}

/* Cuts what follows the body off the message. */
static void read_body(SipMessage *message, Slice rest)
{
    uint64_t length = rest.len;
    if (message->first[SIP_HEADER_CONTENT_LENGTH] &&
        !slice_to_uint(sip_header_value(message, SIP_HEADER_CONTENT_LENGTH), UINT32_MAX, &length)) {
        note(message, ANOMALY_SIP_BAD_CONTENT_LENGTH);
        length = rest.len;
    }
    note_if(message, length > rest.len, ANOMALY_SIP_CONTENT_LENGTH_MISMATCH);
    note_if(message, length < rest.len, ANOMALY_SIP_EXCESS_BODY);
    message->body = slice_sub(rest, 0, (size_t)length);
    message->bytes.len -= rest.len - message->body.len;
}

static uint64_t key_of(Slice text, uint64_t seed)
{
    return text.len ? hash_bytes(text.data, text.len, seed) : 0;
}

static void make_keys(SipMessage *message)
{
    uint64_t seed = hash_seed();
    uint64_t sent_by = key_of(message->via.host, seed + message->via.port);

    message->keys = (SipKeys){
        .call_id = key_of(message->call_id, seed),
        .from_tag = key_of(message->from_tag, seed),
        .to_tag = key_of(message->to_tag, seed),
        .via = key_of(message->via.branch, sent_by ^ seed),
        .body = key_of(message->body, seed),
    };
}

static void clear(SipMessage *message, Slice bytes)
{
    memset(message, 0, offsetof(SipMessage, headers));
    message->bytes = bytes;
    message->max_forwards = -1;
}

DissectStatus sip_parse(Slice bytes, SipMessage *out)
{
    Slice whole = skip_line_ends(bytes);
    Slice rest = whole;
    AnomalySet line_anomalies = { 0 };
    Slice line = cut_start_line(&rest, &line_anomalies);
    StartLine kind = start_line_kind(line);

    if (kind == START_LINE_NONE)
        return DISSECT_NOT_MINE;
    TextMap map;
    text_map_make(&map, whole);
    clear(out, whole);
    if (!start_line_parse(&map, line, kind, out)) {
        AnomalySet anomalies = out->anomalies;
        clear(out, whole);
        out->anomalies = anomalies;
        return DISSECT_MALFORMED;
    }
    anomaly_merge(&out->anomalies, &line_anomalies);
    bool is_complete = read_headers(out, &map, &rest);
    read_fields(out, &map);
    if (is_complete) {
        read_body(out, rest);
        check_presence(out);
    }
    make_keys(out);
    return is_complete ? DISSECT_OK : DISSECT_TRUNCATED;
}
