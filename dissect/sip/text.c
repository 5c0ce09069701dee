#include "dissect/sip/text.h"

static const bool token_bytes[256] = {
    ['!'] = true, ['%'] = true, ['\''] = true, ['*'] = true, ['+'] = true, ['-'] = true,
    ['.'] = true, ['_'] = true, ['`'] = true,  ['~'] = true, ['0'] = true, ['1'] = true,
    ['2'] = true, ['3'] = true, ['4'] = true,  ['5'] = true, ['6'] = true, ['7'] = true,
    ['8'] = true, ['9'] = true, ['A'] = true,  ['B'] = true, ['C'] = true, ['D'] = true,
    ['E'] = true, ['F'] = true, ['G'] = true,  ['H'] = true, ['I'] = true, ['J'] = true,
    ['K'] = true, ['L'] = true, ['M'] = true,  ['N'] = true, ['O'] = true, ['P'] = true,
    ['Q'] = true, ['R'] = true, ['S'] = true,  ['T'] = true, ['U'] = true, ['V'] = true,
    ['W'] = true, ['X'] = true, ['Y'] = true,  ['Z'] = true, ['a'] = true, ['b'] = true,
    ['c'] = true, ['d'] = true, ['e'] = true,  ['f'] = true, ['g'] = true, ['h'] = true,
    ['i'] = true, ['j'] = true, ['k'] = true,  ['l'] = true, ['m'] = true, ['n'] = true,
    ['o'] = true, ['p'] = true, ['q'] = true,  ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true,  ['x'] = true, ['y'] = true, ['z'] = true,
};

size_t text_token_length(Slice s)
{
    size_t len = 0;
    while (len < s.len && token_bytes[s.data[len]])
        len++;
    return len;
}

bool text_is_token(Slice s)
{
    return s.len > 0 && text_token_length(s) == s.len;
}

Slice text_cut_token(Slice *s)
{
    size_t len = text_token_length(*s);
    Slice token = slice_sub(*s, 0, len);
    *s = slice_from(*s, len);
    return token;
}

Slice text_cut_word(Slice *s)
{
    Slice rest = text_skip_space(*s);
    size_t end = slice_find(rest, ' ');
    *s = slice_from(rest, end + 1);
    return slice_sub(rest, 0, end);
}

Slice text_skip_space(Slice s)
{
    size_t at = 0;
    while (at < s.len && text_is_space(s.data[at]))
        at++;
    return at ? slice_from(s, at) : s;
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
    const uint64_t ones = UINT64_MAX / 255;
    uint64_t below_space = 0; /* the high bit of each byte that is < 0x20, eight bytes a step */
    size_t at = 0;
    for (; at + sizeof(uint64_t) <= s.len; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, s.data + at, sizeof word);
        below_space |= (word - ones * 0x20) & ~word & ones * 0x80;
    }
    for (; at < s.len; at++)
        below_space |= s.data[at] < 0x20;
    return below_space != 0 && has_unescaped_control(s);
}

bool text_escapes_valid(Slice s)
{
    for (size_t at = slice_find(s, '%'); at < s.len; at = slice_find(s, '%')) {
        if (at + 2 >= s.len || !g_ascii_isxdigit(s.data[at + 1]) ||
            !g_ascii_isxdigit(s.data[at + 2]))
            return false;
        s = slice_from(s, at + 3);
    }
    return true;
}

bool text_host_port(Slice text, Slice *host, uint16_t *port)
{
    text = slice_trim(text);
    if (text_first(text) == '[') {
        size_t close = slice_find(text, ']');
        *host = slice_sub(text, 1, close - 1);
        if (close == text.len)
            return false;
        text = text_skip_space(slice_from(text, close + 1));
    } else {
        size_t colon = slice_find(text, ':');
        *host = slice_trim(slice_sub(text, 0, colon));
        text = slice_from(text, colon);
    }
    if (host->len == 0)
        return false;
    if (text.len == 0)
        return true;
    uint64_t number;
    if (text.data[0] != ':' || !slice_to_uint(slice_trim(slice_from(text, 1)), 65535, &number))
        return false;
    *port = (uint16_t)number;
    return true;
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
