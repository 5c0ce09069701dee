#include "export/escape.h"

#define FILE_NAME_BYTES_MAX 80u

static bool is_plain_ascii(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f;
}

/* Zero-width space and joiners: invisible, but they only shape the letters beside them. */
static bool is_joiner(gunichar c)
{
    return c >= 0x200b && c <= 0x200d;
}

bool escape_is_safe(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return false;
    case G_UNICODE_FORMAT: /* with the bidirectional overrides, isolates and marks */
        return is_joiner(c);
    default:
        return true;
    }
}

/* Bytes of the UTF-8 character that @s begins with; 0 when there is none. */
static size_t utf8_char(Slice s, gunichar *out)
{
    gunichar c = g_utf8_get_char_validated((const char *)s.data, (gssize)MIN(s.len, 6u));
    if (c == (gunichar)-1 || c == (gunichar)-2)
        return 0;
    *out = c;
    return (size_t)g_unichar_to_utf8(c, NULL);
}

/* Appends what stands for the character or byte @s begins with; returns the bytes it took. */
static size_t append_unusual(GString *out, Slice s, bool utf8)
{
    gunichar c = 0;
    size_t length = s.data[0] < 0x80 ? 0 : utf8_char(s, &c);

    if (length == 0) {
        g_string_append_printf(out, "\\x%02x", s.data[0]);
        return 1;
    }
    if (!escape_is_safe(c))
        g_string_append_printf(out, c > 0xffff ? "\\U%08x" : "\\u%04x", c);
    else if (utf8)
        g_string_append_len(out, (const char *)s.data, (gssize)length);
    else
        g_string_append_c(out, '?');
    return length;
}

static size_t plain_run(Slice s)
{
    size_t length = 0;
    while (length < s.len && is_plain_ascii(s.data[length]))
        length++;
    return length;
}

void escape_terminal(GString *out, Slice text, bool utf8)
{
    while (text.len) {
        size_t run = plain_run(text);
        g_string_append_len(out, (const char *)text.data, (gssize)run);
        text = slice_from(text, run);
        if (text.len == 0)
            return;
        if (text.data[0] == '\n' || text.data[0] == '\t') {
            g_string_append_c(out, (char)text.data[0]);
            text = slice_from(text, 1);
        } else if (text.data[0] == '\r' && text.len > 1 && text.data[1] == '\n') {
            text = slice_from(text, 1);
        } else {
            text = slice_from(text, append_unusual(out, text, utf8));
        }
    }
}

static const char *line_escape(uint8_t byte)
{
    switch (byte) {
    case '\t':
        return "\\t";
    case '\r':
        return "\\r";
    case '\n':
        return "\\n";
    default:
        return NULL;
    }
}

static void append_line(GString *out, Slice text, bool utf8)
{
    while (text.len) {
        size_t run = plain_run(text);
        g_string_append_len(out, (const char *)text.data, (gssize)run);
        text = slice_from(text, run);
        if (text.len == 0)
            return;
        const char *escape = line_escape(text.data[0]);
        if (escape) {
            g_string_append(out, escape);
            text = slice_from(text, 1);
        } else {
            text = slice_from(text, append_unusual(out, text, utf8));
        }
    }
}

char *escape_line(const char *text, bool utf8)
{
    GString *out = g_string_new(NULL);
    append_line(out, slice_from_string(text), utf8);
    return g_string_free(out, FALSE);
}

/* Spreadsheets take a cell that begins with one of these as a formula. */
static bool begins_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@", text[0]) != NULL;
}

void escape_csv(GString *out, const char *text)
{
    g_autofree char *line = escape_line(text, true);
    bool quoted = strpbrk(line, ",\"") || line[0] == ' ' || g_str_has_suffix(line, " ");

    if (quoted)
        g_string_append_c(out, '"');
    if (begins_formula(line))
        g_string_append_c(out, '\'');
    for (const char *at = line; *at; at++) {
        if (*at == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *at);
    }
    if (quoted)
        g_string_append_c(out, '"');
}

char *escape_file_name(const char *text)
{
    GString *out = g_string_new(NULL);

    for (const char *at = text; *at && out->len < FILE_NAME_BYTES_MAX; at++)
        g_string_append_c(out, g_ascii_isalnum(*at) || strchr("-_.+@", *at) ? *at : '_');
    if (out->len == 0)
        g_string_append_c(out, '_');
    else if (out->str[0] == '.')
        out->str[0] = '_';
    return g_string_free(out, FALSE);
}

char *escape_utf8(const char *text)
{
    return g_utf8_make_valid(text, -1);
}
