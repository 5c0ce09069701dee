/* dissect/sip/text.h - the lexical rules that the SIP parsers share (RFC 3261 section 25.1).
 * Internal to dissect/sip. Every cutter takes what it returns off the front of its slice. */
#pragma once
#include "dissect/base/scan.h"

/* LWS: white space that may hold a fold. */
static inline bool text_is_space(uint8_t byte)
{
    return slice_is_space_byte(byte);
}

static inline bool text_is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static inline uint8_t text_first(Slice s)
{
    return s.len ? s.data[0] : 0;
}

/* Where a byte may stand: in a token, a URI, a host name (RFC 3261 section 25.1), between the
 * scheme and the first : or @ of a URI, with nothing escaped. The underscore is no part of host
 * names, but of those in use. */
enum { TEXT_TOKEN = 1, TEXT_URI = 2, TEXT_HOST = 4, TEXT_USER = 8 };
extern const uint8_t text_byte_classes[256];

static inline bool text_is_of(uint8_t byte, uint8_t class)
{
    return text_byte_classes[byte] & class;
}

/* Cuts @len bytes, which are there. */
static inline Slice text_cut(Slice *s, size_t len)
{
    Slice head = slice_of(s->data, len);

    if (len == 0)
        return head; /* of an empty one there may be no address to count from */
    *s = slice_of(s->data + len, s->len - len);
    return head;
}

/* Letters, digits, point, hyphen and underscore: of every class, and most of what there is. */
static inline ScanBytes text_is_common(ScanBytes bytes)
{
    ScanBytes letters = scan_range(bytes | scan_all(0x20), 'a', 'z');
    ScanBytes digits = scan_range(bytes, '-', '9') & ~scan_equal(bytes, '/');
    return letters | digits | scan_equal(bytes, '_');
}

/* Bytes at the front of @s that are of @class. */
static inline size_t text_run_length(Slice s, uint8_t class)
{
    size_t len = 0;
    while (len + SCAN_WIDTH <= s.len) {
        ScanBytes common = text_is_common(scan_load(s.data + len));
        unsigned others = scan_mask(~common);
        size_t run = others ? (size_t)__builtin_ctz(others) : SCAN_WIDTH;
        len += run;
        if (run == SCAN_WIDTH)
            continue;
        if (!text_is_of(s.data[len], class))
            return len;
        len++;
    }
    while (len < s.len && text_is_of(s.data[len], class))
        len++;
    return len;
}

static inline Slice text_cut_run(Slice *s, uint8_t class)
{
    return text_cut(s, text_run_length(*s, class));
}

/* Bytes at the front of @s that may stand in a token. */
static inline size_t text_token_length(Slice s)
{
    return text_run_length(s, TEXT_TOKEN);
}

/* Bytes at the front of @s that are no control bytes. */
static inline size_t text_plain_length(Slice s)
{
    size_t len = 0;
    for (; len + SCAN_WIDTH <= s.len; len += SCAN_WIDTH) {
        unsigned controls = scan_mask(scan_below(scan_load(s.data + len), ' '));
        if (controls)
            return len + (size_t)__builtin_ctz(controls);
    }
    while (len < s.len && s.data[len] >= ' ')
        len++;
    return len;
}

/* The bits in which @width bytes differ, but for the case of the letters of @name. */
__attribute__((always_inline)) static inline uint64_t
text_difference(const uint8_t *bytes, const uint8_t *name, size_t width)
{
    uint64_t a = 0, b = 0;
    memcpy(&a, bytes, width);
    memcpy(&b, name, width);
    return (a ^ b) & ~((b & UINT64_MAX / 255 * 0x40) >> 1);
}

/* slice_equal_nocase for a @name of letters, digits and hyphens: cheap, most of all when it is a
 * literal. */
__attribute__((always_inline)) static inline bool text_is_named(Slice s, Slice name)
{
    const size_t len = name.len;
    uint64_t difference = 0;
    if (s.len != len)
        return false;
    if (len >= 8) {
        for (size_t at = 0; at + 8 < len; at += 8)
            difference |= text_difference(s.data + at, name.data + at, 8);
        difference |= text_difference(s.data + len - 8, name.data + len - 8, 8);
    } else if (len >= 4) {
        difference = text_difference(s.data, name.data, 4) |
                     text_difference(s.data + len - 4, name.data + len - 4, 4);
    } else if (len >= 2) {
        difference = text_difference(s.data, name.data, 2) |
                     text_difference(s.data + len - 2, name.data + len - 2, 2);
    } else if (len == 1) {
        difference = text_difference(s.data, name.data, 1);
    }
    return difference == 0;
}

/* Of a literal that is compared byte by byte. */
static inline bool text_begins_with(Slice s, Slice literal)
{
    return s.len >= literal.len && memcmp(s.data, literal.data, literal.len) == 0;
}

static inline bool text_is_token(Slice s)
{
    return s.len > 0 && text_token_length(s) == s.len;
}

static inline Slice text_cut_token(Slice *s)
{
    return text_cut_run(s, TEXT_TOKEN);
}

__attribute__((always_inline)) static inline Slice text_skip_space(Slice s)
{
    size_t at = 0;
    while (at < s.len && text_is_space(s.data[at]))
        at++;
    return at ? slice_from(s, at) : s;
}

/* Only bytes that may stand somewhere in a URI? */
bool text_is_uri(Slice s);

/* Cuts what stands up to the next SP, white space before it skipped; empty at the end. */
static inline Slice text_cut_word(Slice *s)
{
    Slice rest = text_skip_space(*s);
    Slice word = text_cut(&rest, scan_find(rest, ' '));
    *s = rest.len ? slice_of(rest.data + 1, rest.len - 1) : rest;
    return word;
}

/* Cuts @separator with the white space around it; false and no change when another byte is there.
 */
bool text_cut_separator(Slice *s, uint8_t separator);

/* Position of the quote that ends the string @s starts inside of, or s.len; \x is skipped. */
size_t text_closing_quote(Slice s);

/* Has @s a control byte that is neither HT, part of a fold nor escaped with a backslash? */
bool text_has_control(Slice s);

/* Is every % followed by two hexadecimal digits? */
bool text_escapes_valid(Slice s);

/* Cuts decimal digits; false when there are none or the number is no port. */
static inline bool text_cut_port(Slice *s, uint16_t *port)
{
    unsigned number = 0;
    size_t len = 0;
    for (; len < s->len && text_is_digit(s->data[len]); len++) {
        if (number <= UINT16_MAX)
            number = number * 10 + s->data[len] - '0';
    }
    text_cut(s, len);
    if (len == 0 || number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

/* Cuts host[:port] with white space allowed between; IPv6 in brackets, which @host is without.
 * False when either is wrong; what could be read is stored all the same. */
bool text_cut_host_port(Slice *s, Slice *host, uint16_t *port);

/* Cuts a line of no control bytes and its CRLF; @line is without it. False and no change when it
 * is not of that form. */
static inline bool text_cut_plain_line(Slice *rest, Slice *line)
{
    size_t len = text_plain_length(*rest);
    if (rest->len < len + 2 || rest->data[len] != '\r' || rest->data[len + 1] != '\n')
        return false;
    *line = text_cut(rest, len);
    text_cut(rest, 2);
    return true;
}

typedef enum {
    TEXT_LINE_HEADER,
    TEXT_LINE_EMPTY, /* the headers end here */
    TEXT_LINE_CUT,   /* no line end in @rest; it is left as it was */
} TextLine;

/* Cuts a header with its folded lines (RFC 3261 section 7.3.1). @line has no LF; it ends with CR
 * unless the line ended with a bare LF. */
TextLine text_cut_header(Slice *rest, Slice *line);
