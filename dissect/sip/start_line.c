#include "dissect/sip/start_line.h"

#include "dissect/sip/name_addr.h"
#include "dissect/sip/usual.h"

/* Longer than any method; keeps the look at foreign bytes short. */
#define METHOD_MAX 64

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* "SIP/" and digits with a point. */
static bool is_version(Slice word)
{
    if (slice_equal(word, SLICE_LITERAL("SIP/2.0")))
        return true;
    if (!slice_starts_with_nocase(word, SLICE_LITERAL("SIP/")))
        return false;
    Slice minor = slice_from(word, 4);
    Slice major = slice_split(&minor, '.');
    uint64_t number;
    return slice_to_uint(major, 99, &number) && slice_to_uint(minor, 99, &number);
}

static bool is_2_0(Slice version)
{
    return slice_equal(version, SLICE_LITERAL("SIP/2.0")) ||
           slice_equal_nocase(version, SLICE_LITERAL("SIP/2.0"));
}

static Slice trim_end(Slice s)
{
    while (s.len && text_is_space(slice_last(s)))
        s.len--;
    return s;
}

static Slice last_word(Slice line)
{
    line = trim_end(line);
    size_t from = line.len;
    while (from > 0 && !is_blank(line.data[from - 1]))
        from--;
    return slice_from(line, from);
}

static bool has_sip_scheme(Slice uri)
{
    return text_begins_with(uri, SLICE_LITERAL("sip:")) ||
           slice_starts_with_nocase(uri, SLICE_LITERAL("sip:")) ||
           slice_starts_with_nocase(uri, SLICE_LITERAL("sips:")) ||
           slice_starts_with_nocase(uri, SLICE_LITERAL("tel:"));
}

static bool is_status_line(Slice line)
{
    Slice version = slice_split(&line, ' ');
    return is_version(version) && text_is_digit(text_first(text_skip_space(line)));
}

StartLine start_line_kind(Slice line)
{
    if (text_begins_with(line, SLICE_LITERAL("SIP/2.0 ")) && line.len > 8 &&
        text_is_digit(line.data[8]))
        return START_LINE_STATUS;
    size_t method_len = text_token_length(slice_sub(line, 0, METHOD_MAX + 1));
    if (method_len == 0 || method_len > METHOD_MAX || method_len == line.len)
        return START_LINE_NONE;
    if (line.data[method_len] == '/')
        return is_status_line(line) ? START_LINE_STATUS : START_LINE_NONE;
    if (!is_blank(line.data[method_len]))
        return START_LINE_NONE;
    Slice rest = slice_from(line, method_len + 1);
    if (has_sip_scheme(rest) && sip_method_from(slice_sub(line, 0, method_len)) != SIP_OTHER)
        return START_LINE_REQUEST;
    Slice version = last_word(rest);
    bool is_header = text_first(text_skip_space(rest)) == ':';
    bool is_request = !is_header && version.len < trim_end(rest).len && is_version(version);
    return is_request ? START_LINE_REQUEST : START_LINE_NONE;
}

/* Where a known method ends at @end, or line.len: it may be glued to what stands before it. */
static size_t method_before(Slice line, size_t end)
{
    size_t from = end - MIN(end, sizeof("SUBSCRIBE") - 1);
    for (; from < end; from++) {
        if (sip_method_from(slice_sub(line, from, end - from)) != SIP_OTHER)
            return from;
    }
    return line.len;
}

size_t start_line_find(Slice line)
{
    if (start_line_is(line))
        return 0;
    size_t version = slice_search(line, SLICE_LITERAL("SIP/2.0"));
    if (version == line.len)
        return line.len;
    if (is_status_line(slice_from(line, version)))
        return version;
    Slice before = trim_end(slice_sub(line, 0, version));
    Slice uri = last_word(before);
    size_t uri_at = before.len - uri.len;
    if (uri_at < 2 || uri.len == 0)
        return line.len;
    size_t start = method_before(line, uri_at - 1);
    return start_line_is(slice_from(line, start)) ? start : line.len;
}

static bool parse_status_line(Slice rest, SipMessage *message)
{
    Slice version = slice_split(&rest, ' ');
    Slice code = text_skip_space(rest);
    size_t digits = 0;
    while (digits < code.len && text_is_digit(code.data[digits]))
        digits++;
    bool is_separated = digits == code.len || is_blank(code.data[digits]);
    uint64_t status = 0;

    if (!is_2_0(version))
        anomaly_note(&message->anomalies, ANOMALY_SIP_UNKNOWN_VERSION);
    if (code.len != rest.len)
        anomaly_note(&message->anomalies, ANOMALY_SIP_BAD_START_LINE);
    if (digits != 3 || !is_separated || !slice_to_uint(slice_sub(code, 0, 3), 699, &status) ||
        status < 100) {
        anomaly_note(&message->anomalies, ANOMALY_SIP_BAD_STATUS_CODE);
        return false;
    }
    message->status = (uint16_t)status;
    message->reason = slice_trim(slice_from(code, 3));
    return true;
}

/* "<sip:user@host>" is a common mistake (RFC 4475 section 3.1.2.7): the URI inside is used. */
static void read_request_uri(Slice uri, SipMessage *message)
{
    SipUri parsed;
    bool has_brackets = text_first(uri) == '<' && slice_last(uri) == '>';
    if (has_brackets)
        uri = slice_sub(uri, 1, uri.len - 2);
    message->request_uri = uri;
    if (has_brackets || sip_uri_parse(uri, &parsed) != DISSECT_OK)
        anomaly_note(&message->anomalies, ANOMALY_SIP_BAD_REQUEST_URI);
    if (!text_escapes_valid(uri))
        anomaly_note(&message->anomalies, ANOMALY_SIP_BAD_ESCAPE);
}

/* "INVITE sip:user@host SIP/2.0", as nearly all requests have it. */
static bool parse_usual_request(const TextMap *map, Slice line, SipMessage *message)
{
    size_t space = text_map_mark(map, 0);
    SipUri uri;

    if (line.len > map->len || text_map_byte(map, space) != ' ')
        return false;
    size_t end = usual_uri(map, space + 1, &uri);
    if (end == 0 || !slice_equal(slice_from(line, end), SLICE_LITERAL(" SIP/2.0")))
        return false;
    message->method_name = slice_of(line.data, space);
    message->request_uri = uri.whole;
    return true;
}

/* Reads what the usual form has not. False: it cannot be used. */
static bool parse_rare_request(Slice line, SipMessage *message)
{
    Slice rest = line;
    message->method_name = text_cut_token(&rest);
    Slice version = last_word(rest);
    size_t spaces = 2;
    if (is_version(version)) {
        rest = slice_sub(rest, 0, trim_end(rest).len - version.len);
        if (!is_2_0(version))
            anomaly_note(&message->anomalies, ANOMALY_SIP_UNKNOWN_VERSION);
    } else {
        version = SLICE_EMPTY;
        anomaly_note(&message->anomalies, ANOMALY_SIP_BAD_START_LINE);
    }
    Slice uri = slice_trim(rest);
    if (line.len != message->method_name.len + uri.len + version.len + spaces)
        anomaly_note(&message->anomalies, ANOMALY_SIP_BAD_START_LINE);
    read_request_uri(uri, message);
    return uri.len > 0;
}

bool start_line_parse(const TextMap *map, Slice line, StartLine kind, SipMessage *message)
{
    if (kind == START_LINE_STATUS)
        return parse_status_line(line, message);
    message->is_request = true;
    bool is_usable = parse_usual_request(map, line, message) || parse_rare_request(line, message);
    message->method = sip_method_from(message->method_name);
    return is_usable;
}
