#include "dissect/session/msrp.h"

static const Slice dashes = { (const uint8_t *)"-------", 7 };

const char *msrp_method_name(MsrpMethod method)
{
    static const char *const names[MSRP_METHODS] = { "SEND", "REPORT", "AUTH", "NICKNAME", NULL };

    return names[(unsigned)method < MSRP_METHODS ? method : MSRP_OTHER];
}

static bool begins_with(Slice s, Slice prefix)
{
    return s.len >= prefix.len && memcmp(s.data, prefix.data, prefix.len) == 0;
}

/* ident-char of section 9. */
static bool is_ident_byte(uint8_t byte)
{
    return g_ascii_isalnum(byte) || (byte && strchr(".-+%=", byte));
}

static size_t ident_length(Slice s)
{
    size_t len = 0;

    while (len < s.len && len <= MSRP_TRANSACTION_MAX && is_ident_byte(s.data[len]))
        len++;
    return len;
}

static bool is_flag(uint8_t byte)
{
    return byte == MSRP_END_COMPLETE || byte == MSRP_END_CONTINUED || byte == MSRP_END_ABORTED;
}

/* Cuts a line; @line is without its CRLF. False when its end is not there. */
static bool cut_line(Slice *rest, Slice *line)
{
    size_t end = slice_find(*rest, '\n');

    if (end == rest->len)
        return false;
    *line = slice_sub(*rest, 0, end);
    if (slice_last(*line) == '\r')
        line->len--;
    *rest = slice_from(*rest, end + 1);
    return true;
}

static bool is_status(Slice word)
{
    return word.len == 3 && g_ascii_isdigit(word.data[0]) && g_ascii_isdigit(word.data[1]) &&
           g_ascii_isdigit(word.data[2]);
}

static bool is_method(Slice word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!g_ascii_isupper(word.data[i]))
            return false;
    return word.len > 0 && word.len <= MSRP_TRANSACTION_MAX;
}

/* The part of a start line that is there fits. */
static DissectStatus begins_cut(Slice bytes)
{
    const Slice name = SLICE_LITERAL("MSRP ");
    size_t head = MIN(bytes.len, name.len);

    if (bytes.len > 0 && memcmp(bytes.data, name.data, head) != 0)
        return DISSECT_NOT_MINE;
    Slice rest = slice_from(bytes, name.len);
    size_t ident = ident_length(rest);
    if (ident == rest.len && ident <= MSRP_TRANSACTION_MAX)
        return DISSECT_TRUNCATED;
    if (ident == 0 || ident > MSRP_TRANSACTION_MAX || rest.data[ident] != ' ')
        return DISSECT_NOT_MINE;
    return DISSECT_OK;
}

DissectStatus msrp_begins(Slice bytes)
{
    DissectStatus status = begins_cut(bytes);
    Slice line;

    if (status != DISSECT_OK)
        return status;
    Slice rest = slice_sub(bytes, 0, MSRP_HEAD_MAX);
    if (!cut_line(&rest, &line))
        return bytes.len < MSRP_HEAD_MAX ? DISSECT_TRUNCATED : DISSECT_NOT_MINE;
    slice_split(&line, ' ');
    slice_split(&line, ' ');
    Slice word = slice_split(&line, ' ');
    return is_status(word) || (is_method(word) && line.len == 0) ? DISSECT_OK : DISSECT_NOT_MINE;
}

size_t msrp_skip(Slice bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        if (msrp_begins(slice_from(bytes, at)) != DISSECT_NOT_MINE)
            return at;
        at += slice_find(slice_from(bytes, at), '\n') + 1;
    }
    return bytes.len;
}

/* An end-line at the front of @bytes: the length with its CRLF; 0: there is none. */
static size_t end_line_length(Slice bytes, Slice *ret_id, MsrpEnd *ret_end)
{
    if (!begins_with(bytes, dashes))
        return 0;
    Slice rest = slice_from(bytes, dashes.len);
    size_t ident = ident_length(rest);
    /* a + or = belongs to the id as well, but it ends with the flag */
    if (ident > 0 && ident < rest.len && !is_flag(rest.data[ident]))
        ident--;
    Slice tail = slice_from(rest, ident);
    if (ident == 0 || tail.len < 3 || !is_flag(tail.data[0]) || tail.data[1] != '\r' ||
        tail.data[2] != '\n')
        return 0;
    *ret_id = slice_sub(rest, 0, ident);
    *ret_end = (MsrpEnd)tail.data[0];
    return dashes.len + ident + 3;
}

/* All of @bytes may be the beginning of an end-line. */
static bool is_end_line_cut(Slice bytes)
{
    size_t head = MIN(bytes.len, dashes.len);

    if (head == 0 || memcmp(bytes.data, dashes.data, head) != 0)
        return false;
    Slice rest = slice_from(bytes, dashes.len);
    size_t ident = ident_length(rest);
    Slice tail = slice_from(rest, ident);
    if (tail.len > 0 && is_flag(tail.data[0]))
        tail = slice_from(tail, 1);
    return ident <= MSRP_TRANSACTION_MAX &&
           (tail.len == 0 || (tail.len == 1 && tail.data[0] == '\r'));
}

bool msrp_has_boundary(Slice bytes)
{
    const Slice mark = SLICE_LITERAL("\r\n-------");
    MsrpEnd end;
    Slice id;

    for (;;) {
        size_t at = slice_search(bytes, mark);
        if (at == bytes.len)
            return false;
        bytes = slice_from(bytes, at + 2);
        size_t length = end_line_length(bytes, &id, &end);
        if (length &&
            (length == bytes.len || msrp_begins(slice_from(bytes, length)) != DISSECT_NOT_MINE))
            return true;
    }
}

/* --- the end of data --- */

typedef struct {
    Slice id;
    bool guess;
    MsrpTail *out;
} EndSearch;

/* A start line and the header that has to follow it. */
static DissectStatus is_next_message(Slice bytes)
{
    DissectStatus status = msrp_begins(bytes);
    const Slice name = SLICE_LITERAL("To-Path:");
    Slice line;

    if (status != DISSECT_OK || !cut_line(&bytes, &line))
        return status;
    size_t head = MIN(bytes.len, name.len);
    if (memcmp(bytes.data ? bytes.data : name.data, name.data, head) != 0)
        return DISSECT_NOT_MINE;
    return head < name.len ? DISSECT_TRUNCATED : DISSECT_OK;
}

static DissectStatus found(const EndSearch *search, size_t data_len, size_t length, MsrpEnd end,
                           bool wrong)
{
    *search->out = (MsrpTail){ data_len, length, end, wrong };
    return DISSECT_OK;
}

/* Of this transaction: "-------" id flag CRLF. */
static DissectStatus own_end_line(const EndSearch *search, Slice bytes, size_t data_len,
                                  size_t crlf)
{
    uint8_t line[MSRP_END_LINE_MAX];
    size_t len = dashes.len + search->id.len;

    memcpy(line, dashes.data, dashes.len);
    memcpy(line + dashes.len, search->id.data, search->id.len);
    if (bytes.len && memcmp(bytes.data, line, MIN(bytes.len, len)) != 0)
        return DISSECT_NOT_MINE;
    if (bytes.len > len && !is_flag(bytes.data[len]))
        return DISSECT_NOT_MINE;
    if (bytes.len > len + 1 && bytes.data[len + 1] != '\r' && bytes.data[len + 1] != '\n')
        return DISSECT_NOT_MINE;
    if (bytes.len < len + 3)
        return DISSECT_TRUNCATED;
    if (bytes.data[len + 1] == '\r' && bytes.data[len + 2] != '\n')
        return DISSECT_NOT_MINE;
    size_t line_end = bytes.data[len + 1] == '\r' ? 3 : 2;
    return found(search, data_len, data_len + crlf + len + line_end, (MsrpEnd)bytes.data[len],
                 false);
}

/* Something else that ends the data: only when what follows leaves no doubt. */
static DissectStatus guessed_end(const EndSearch *search, Slice bytes, size_t data_len, size_t crlf)
{
    MsrpEnd end;
    Slice id;
    size_t length = end_line_length(bytes, &id, &end);

    if (is_end_line_cut(bytes))
        return DISSECT_TRUNCATED;
    if (length > 0) {
        DissectStatus next = is_next_message(slice_from(bytes, length));
        return next == DISSECT_OK ? found(search, data_len, data_len + crlf + length, end, true)
                                  : next;
    }
    DissectStatus status = is_next_message(bytes);
    if (status == DISSECT_OK)
        return found(search, data_len, data_len + crlf, MSRP_END_MISSING, false);
    return status;
}

/* What stands behind a CRLF at @data_len, or at the front. */
static DissectStatus end_at(const EndSearch *search, Slice bytes, size_t data_len, size_t crlf)
{
    DissectStatus status = own_end_line(search, bytes, data_len, crlf);

    if (status != DISSECT_NOT_MINE || !search->guess || bytes.len == 0 ||
        (bytes.data[0] != '-' && bytes.data[0] != 'M'))
        return status;
    return guessed_end(search, bytes, data_len, crlf);
}

DissectStatus msrp_find_end(Slice data, Slice transaction_id, bool before_any, bool guess,
                            MsrpTail *out)
{
    EndSearch search = { slice_sub(transaction_id, 0, MSRP_TRANSACTION_MAX), guess, out };
    DissectStatus status = DISSECT_NOT_MINE;
    size_t at = 0;

    if (before_any && data.len > 0)
        status = end_at(&search, data, 0, 0);
    for (; status == DISSECT_NOT_MINE; at++) {
        at += slice_find(slice_from(data, at), '\r');
        if (at >= data.len)
            break;
        Slice rest = slice_from(data, at + 1);
        if (rest.len == 0)
            status = DISSECT_TRUNCATED;
        else if (rest.data[0] == '\n')
            status = end_at(&search, slice_from(rest, 1), at, 2);
        if (status != DISSECT_NOT_MINE)
            break;
    }
    if (status == DISSECT_OK)
        return DISSECT_OK;
    *out = (MsrpTail){ .data_len = MIN(at, data.len) };
    return DISSECT_TRUNCATED;
}

/* --- headers --- */

typedef struct {
    MsrpMessage *message;
    Slice value;
} Header;

static void note(const Header *header, Anomaly anomaly)
{
    anomaly_note(&header->message->anomalies, anomaly);
}

static void read_to_path(Header *header)
{
    header->message->to_path = header->value;
}

static void read_from_path(Header *header)
{
    header->message->from_path = header->value;
}

static void read_message_id(Header *header)
{
    header->message->message_id = header->value;
}

static bool read_position(Slice text, uint64_t *out)
{
    if (slice_equal(text, SLICE_LITERAL("*"))) {
        *out = MSRP_UNKNOWN;
        return true;
    }
    return slice_to_uint(text, INT64_MAX, out);
}

/* Section 9: range-start "-" range-end "/" total. */
static void read_byte_range(Header *header)
{
    Slice total = header->value;
    Slice last = slice_split(&total, '/');
    Slice first = slice_split(&last, '-');
    MsrpRange range;

    if (!slice_to_uint(slice_trim(first), INT64_MAX, &range.first) ||
        !read_position(slice_trim(last), &range.last) ||
        !read_position(slice_trim(total), &range.total) || range.first == 0 ||
        range.last < range.first - 1 || (range.last != MSRP_UNKNOWN && range.last > range.total)) {
        note(header, ANOMALY_MSRP_BAD_BYTE_RANGE);
        return;
    }
    header->message->range = range;
    header->message->has_range = true;
}

static void read_success_report(Header *header)
{
    header->message->success_report = slice_equal_nocase(header->value, SLICE_LITERAL("yes"));
}

static void read_failure_report(Header *header)
{
    MsrpFailureReport *report = &header->message->failure_report;

    if (slice_equal_nocase(header->value, SLICE_LITERAL("no")))
        *report = MSRP_FAILURE_NO;
    else if (slice_equal_nocase(header->value, SLICE_LITERAL("partial")))
        *report = MSRP_FAILURE_PARTIAL;
}

/* namespace SP status-code [SP comment]; 000 is the only namespace. */
static void read_status(Header *header)
{
    Slice rest = header->value;
    Slice space = slice_split(&rest, ' ');
    Slice code = slice_split(&rest, ' ');
    uint64_t number;

    if (!is_status(space) || !is_status(code) || !slice_to_uint(code, 999, &number)) {
        note(header, ANOMALY_MSRP_BAD_STATUS);
        return;
    }
    if (header->message->is_request) {
        header->message->status = (uint16_t)number;
        header->message->comment = slice_trim(rest);
    }
}

static void read_content_type(Header *header)
{
    header->message->content_type = header->value;
}

static void read_content_disposition(Header *header)
{
    header->message->content_disposition = header->value;
}

static void read_use_nickname(Header *header)
{
    Slice value = header->value;

    if (value.len >= 2 && value.data[0] == '"' && slice_last(value) == '"')
        value = slice_sub(value, 1, value.len - 2);
    header->message->use_nickname = value;
}

#define NAME(text)                                                                                 \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

static const struct {
    Slice name;
    void (*read)(Header *header);
} readers[] = {
    { NAME("To-Path"), read_to_path },
    { NAME("From-Path"), read_from_path },
    { NAME("Message-ID"), read_message_id },
    { NAME("Byte-Range"), read_byte_range },
    { NAME("Success-Report"), read_success_report },
    { NAME("Failure-Report"), read_failure_report },
    { NAME("Status"), read_status },
    { NAME("Content-Type"), read_content_type },
    { NAME("Content-Disposition"), read_content_disposition },
    { NAME("Use-Nickname"), read_use_nickname },
};
#undef NAME

static void read_header(MsrpMessage *message, Slice line)
{
    Slice value = line;
    Slice name = slice_split(&value, ':');
    Header header = { message, slice_trim(value) };

    if (name.len == 0 || name.len == line.len) {
        note(&header, ANOMALY_MSRP_BAD_HEADER_LINE);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
        if (slice_equal_nocase(name, readers[i].name)) {
            readers[i].read(&header);
            return;
        }
    }
}

static void read_start_line(MsrpMessage *message, Slice line)
{
    uint64_t status = 0;

    slice_split(&line, ' ');
    message->transaction_id = slice_split(&line, ' ');
    Slice word = slice_split(&line, ' ');
    message->is_request = !is_status(word);
    if (message->is_request) {
        message->method_name = word;
        message->method = MSRP_OTHER;
        for (unsigned i = 0; i < MSRP_OTHER; i++)
            if (slice_equal(word, slice_from_string(msrp_method_name((MsrpMethod)i))))
                message->method = (MsrpMethod)i;
    } else if (slice_to_uint(word, 999, &status)) {
        message->status = (uint16_t)status;
        message->comment = slice_trim(line);
    }
}

/* Reads up to the empty line or the end-line. False when neither is there. */
static bool read_headers(MsrpMessage *message, Slice *rest)
{
    Slice line, id;

    for (Slice before = *rest; cut_line(rest, &line); before = *rest) {
        if (line.len == 0) {
            message->has_body = true;
            return true;
        }
        if (!begins_with(line, dashes)) {
            read_header(message, line);
            continue;
        }
        if (end_line_length(before, &id, &message->end) == 0 ||
            !slice_equal(id, message->transaction_id))
            anomaly_note(&message->anomalies, ANOMALY_MSRP_WRONG_END_LINE);
        return true;
    }
    return false;
}

static void check_whole(MsrpMessage *message)
{
    AnomalySet *anomalies = &message->anomalies;
    MsrpUri uri;

    if (message->to_path.len == 0 || message->from_path.len == 0)
        anomaly_note(anomalies, ANOMALY_MSRP_MISSING_PATH);
    else if (!msrp_uri_parse(msrp_path_last(message->to_path), &uri) ||
             !msrp_uri_parse(msrp_path_last(message->from_path), &uri))
        anomaly_note(anomalies, ANOMALY_MSRP_BAD_URI);
    if (message->is_request && message->method <= MSRP_REPORT && message->message_id.len == 0)
        anomaly_note(anomalies, ANOMALY_MSRP_MISSING_MESSAGE_ID);
    if (message->is_request && message->method == MSRP_REPORT && message->status == 0)
        anomaly_note(anomalies, ANOMALY_MSRP_BAD_STATUS);
    if (message->has_body && message->content_type.len == 0)
        anomaly_note(anomalies, ANOMALY_MSRP_MISSING_CONTENT_TYPE);
}

DissectStatus msrp_parse(Slice bytes, MsrpMessage *out)
{
    DissectStatus status = msrp_begins(bytes);
    MsrpMessage message = { .range = { 1, MSRP_UNKNOWN, MSRP_UNKNOWN } };
    Slice rest = slice_sub(bytes, 0, MSRP_HEAD_MAX), line;

    if (status != DISSECT_OK)
        return status;
    cut_line(&rest, &line);
    read_start_line(&message, line);
    if (!read_headers(&message, &rest)) {
        if (bytes.len < MSRP_HEAD_MAX)
            return DISSECT_TRUNCATED;
        *out = (MsrpMessage){ 0 };
        anomaly_note(&out->anomalies, ANOMALY_MSRP_ENDLESS_HEADERS);
        return DISSECT_MALFORMED;
    }
    message.bytes = slice_sub(bytes, 0, MIN(bytes.len, MSRP_HEAD_MAX) - rest.len);
    check_whole(&message);
    *out = message;
    return DISSECT_OK;
}

/* --- URIs --- */

static bool read_authority(Slice authority, MsrpUri *out)
{
    Slice port = authority;
    uint64_t number;

    if (authority.len && authority.data[0] == '[') {
        out->host = slice_from(slice_split(&port, ']'), 1);
        if (port.len && port.data[0] != ':')
            return false;
        port = slice_from(port, 1);
    } else {
        out->host = slice_split(&port, ':');
    }
    if (port.len > 0) {
        if (!slice_to_uint(port, UINT16_MAX, &number))
            return false;
        out->port = (uint16_t)number;
    }
    return out->host.len > 0;
}

bool msrp_uri_parse(Slice text, MsrpUri *out)
{
    const Slice plain = SLICE_LITERAL("msrp://"), secure = SLICE_LITERAL("msrps://");
    MsrpUri uri = { .text = text };
    Slice rest;

    if (slice_starts_with_nocase(text, plain)) {
        rest = slice_from(text, plain.len);
    } else if (slice_starts_with_nocase(text, secure)) {
        rest = slice_from(text, secure.len);
        uri.secure = true;
    } else {
        return false;
    }
    Slice before_parameters = slice_split(&rest, ';');
    uri.transport = slice_split(&rest, ';');
    Slice session = before_parameters;
    Slice authority = slice_split(&session, '/');
    size_t user = slice_find(authority, '@');
    if (user < authority.len)
        authority = slice_from(authority, user + 1);
    uri.session_id = session;
    if (!read_authority(authority, &uri))
        return false;
    *out = uri;
    return true;
}

bool msrp_uri_equal(const MsrpUri *a, const MsrpUri *b)
{
    return a->secure == b->secure && a->port == b->port &&
           slice_equal(a->session_id, b->session_id) && slice_equal_nocase(a->host, b->host) &&
           slice_equal_nocase(a->transport, b->transport);
}

/* The session id is long and random (section 14.1): the rest is compared. */
uint64_t msrp_uri_hash(const MsrpUri *uri)
{
    return hash_mix(slice_hash(uri->session_id), uri->port + 1u);
}

static Slice cut_uri(Slice *path)
{
    Slice trimmed = slice_trim(*path);
    size_t end = 0;

    while (end < trimmed.len && !slice_is_space_byte(trimmed.data[end]))
        end++;
    *path = slice_from(trimmed, end);
    return slice_sub(trimmed, 0, end);
}

Slice msrp_path_last(Slice path)
{
    Slice last = SLICE_EMPTY;

    for (Slice uri; (uri = cut_uri(&path)).len > 0;)
        last = uri;
    return last;
}

unsigned msrp_path_length(Slice path)
{
    unsigned count = 0;

    while (cut_uri(&path).len > 0)
        count++;
    return count;
}
