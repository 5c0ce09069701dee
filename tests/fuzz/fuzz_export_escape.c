/* Whatever the bytes: no control character leaves an escaping function, and no formula. */
#include "export/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, bool line, bool utf8)
{
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool kept_space = !line && (c == '\n' || c == '\t');
        g_assert_true(escape_is_safe(c) || kept_space);
        g_assert_true(utf8 || c < 0x80);
    }
}

static void check_terminal(Slice bytes, bool utf8)
{
    g_autoptr(GString) out = g_string_new(NULL);
    escape_terminal(out, bytes, utf8);
    g_assert_cmpuint(strlen(out->str), ==, out->len);
    check_text(out->str, false, utf8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice bytes = slice_of(data, size);
    g_autofree char *text = slice_dup(bytes);
    g_autofree char *line = escape_line(text, true);
    g_autofree char *name = escape_file_name(text);
    g_autofree char *valid = escape_utf8(text);
    g_autoptr(GString) cell = g_string_new(NULL);

    check_terminal(bytes, true);
    check_terminal(bytes, false);
    check_text(line, true, true);
    g_assert_true(name[0] != '\0' && name[0] != '.' && !strchr(name, '/'));
    g_assert_true(g_utf8_validate(valid, -1, NULL));
    escape_csv(cell, text);
    check_text(cell->str, true, true);
    char first = cell->str[cell->str[0] == '"'];
    g_assert_true(first == '\0' || !strchr("=+-@", first));
    return 0;
}
