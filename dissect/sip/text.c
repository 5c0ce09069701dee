#include "dissect/sip/text.h"

enum { T = TEXT_TOKEN, H = TEXT_HOST, R = TEXT_URI, U = TEXT_URI | TEXT_USER };
const uint8_t text_byte_classes[256] = {
    ['!'] = T | U,     ['$'] = U,         ['%'] = T | R,     ['&'] = U,         ['\''] = T | U,
    ['('] = U,         [')'] = U,         ['*'] = T | U,     ['+'] = T | U,     [','] = U,
    ['-'] = T | U | H, ['.'] = T | U | H, ['/'] = U,         ['0'] = T | U | H, ['1'] = T | U | H,
    ['2'] = T | U | H, ['3'] = T | U | H, ['4'] = T | U | H, ['5'] = T | U | H, ['6'] = T | U | H,
    ['7'] = T | U | H, ['8'] = T | U | H, ['9'] = T | U | H, [':'] = R,         [';'] = U,
    ['='] = U,         ['?'] = U,         ['@'] = R,         ['A'] = T | U | H, ['B'] = T | U | H,
    ['C'] = T | U | H, ['D'] = T | U | H, ['E'] = T | U | H, ['F'] = T | U | H, ['G'] = T | U | H,
    ['H'] = T | U | H, ['I'] = T | U | H, ['J'] = T | U | H, ['K'] = T | U | H, ['L'] = T | U | H,
    ['M'] = T | U | H, ['N'] = T | U | H, ['O'] = T | U | H, ['P'] = T | U | H, ['Q'] = T | U | H,
    ['R'] = T | U | H, ['S'] = T | U | H, ['T'] = T | U | H, ['U'] = T | U | H, ['V'] = T | U | H,
    ['W'] = T | U | H, ['X'] = T | U | H, ['Y'] = T | U | H, ['Z'] = T | U | H, ['['] = U,
    [']'] = U,         ['_'] = T | U | H, ['`'] = T,         ['a'] = T | U | H, ['b'] = T | U | H,
    ['c'] = T | U | H, ['d'] = T | U | H, ['e'] = T | U | H, ['f'] = T | U | H, ['g'] = T | U | H,
    ['h'] = T | U | H, ['i'] = T | U | H, ['j'] = T | U | H, ['k'] = T | U | H, ['l'] = T | U | H,
    ['m'] = T | U | H, ['n'] = T | U | H, ['o'] = T | U | H, ['p'] = T | U | H, ['q'] = T | U | H,
    ['r'] = T | U | H, ['s'] = T | U | H, ['t'] = T | U | H, ['u'] = T | U | H, ['v'] = T | U | H,
    ['w'] = T | U | H, ['x'] = T | U | H, ['y'] = T | U | H, ['z'] = T | U | H, ['~'] = T | U,
};

bool text_is_uri(Slice s)
{
    uint8_t common = TEXT_URI;
    size_t at = 0;
    for (; at + 4 <= s.len; at += 4) {
        common &= text_byte_classes[s.data[at]] & text_byte_classes[s.data[at + 1]];
        common &= text_byte_classes[s.data[at + 2]] & text_byte_classes[s.data[at + 3]];
    }
    for (; at < s.len; at++)
        common &= text_byte_classes[s.data[at]];
    return common != 0;
}

bool text_cut_separator(Slice *s, uint8_t separator)
{
    Slice rest = text_skip_space(*s);
    if (text_first(rest) != separator)
        return false;
    *s = text_skip_space(slice_from(rest, 1));
    return true;
}

size_t text_closing_quote(Slice s)
{
    for (size_t at = 0; at < s.len; at++) {
        if (s.data[at] == '"')
            return at;
        if (s.data[at] == '\\')
            at++;
    }
    return s.len;
}

static bool has_unescaped_control(Slice s)
{
    for (size_t at = 0; at < s.len; at++) {
        uint8_t byte = s.data[at];
        if (byte == '\\')
            at++;
        else if (byte < 0x20 && byte != '\t' && byte != '\r' && byte != '\n')
            return true;
        else if (byte == '\r' && at + 1 < s.len && s.data[at + 1] != '\n')
            return true;
    }
    return false;
}

bool text_has_control(Slice s)
{
    return text_plain_length(s) < s.len && has_unescaped_control(s);
}

bool text_escapes_valid(Slice s)
{
    for (size_t at = scan_find(s, '%'); at < s.len; at = scan_find(s, '%')) {
        if (at + 2 >= s.len || !g_ascii_isxdigit(s.data[at + 1]) ||
            !g_ascii_isxdigit(s.data[at + 2]))
            return false;
        s = slice_from(s, at + 3);
    }
    return true;
}

static Slice cut_host(Slice *s)
{
    if (text_first(*s) == '[') {
        size_t close = slice_find(*s, ']');
        Slice inside = slice_sub(*s, 1, close - 1);
        bool is_closed = close < s->len;
        *s = slice_from(*s, close + 1);
        return is_closed ? inside : SLICE_EMPTY;
    }
    return text_cut_run(s, TEXT_HOST);
}

bool text_cut_host_port(Slice *s, Slice *host, uint16_t *port)
{
    Slice rest = text_skip_space(*s);
    bool valid = true;
    *host = cut_host(&rest);
    rest = text_skip_space(rest);
    if (text_first(rest) == ':') {
        rest = text_skip_space(slice_from(rest, 1));
        valid = text_cut_port(&rest, port);
        rest = text_skip_space(rest);
    }
    *s = rest;
    return valid && host->len > 0;
}

static bool is_folded_at(Slice rest, size_t at)
{
    return at < rest.len && (rest.data[at] == ' ' || rest.data[at] == '\t');
}

TextLine text_cut_header(Slice *rest, Slice *line)
{
    size_t end = slice_find(*rest, '\n');
    if (end == rest->len)
        return TEXT_LINE_CUT;
    bool is_empty = end == 0 || (end == 1 && rest->data[0] == '\r');
    while (!is_empty && is_folded_at(*rest, end + 1)) {
        end += 1 + slice_find(slice_from(*rest, end + 1), '\n');
        if (end == rest->len)
            return TEXT_LINE_CUT;
    }
    *line = slice_sub(*rest, 0, end);
    *rest = slice_from(*rest, end + 1);
    return is_empty ? TEXT_LINE_EMPTY : TEXT_LINE_HEADER;
}
