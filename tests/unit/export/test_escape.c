#include "export/escape.h"

typedef struct {
    const char *text, *terminal, *line, *ascii;
} EscapeCase;

static const EscapeCase escape_cases[] = {
    { "plain", "plain", "plain", "plain" },
    { "", "", "", "" },
    { "a\tb\r\nc", "a\tb\nc", "a\\tb\\r\\nc", "a\tb\nc" },
    { "bare\rreturn", "bare\\x0dreturn", "bare\\rreturn", "bare\\x0dreturn" },
    { "\x1b[2J\x07", "\\x1b[2J\\x07", "\\x1b[2J\\x07", "\\x1b[2J\\x07" },
    { "\x7f", "\\x7f", "\\x7f", "\\x7f" },
    { "\xc2\x9b"
      "31m",
      "\\u009b31m", "\\u009b31m", "\\u009b31m" }, /* C1 CSI */
    { "\xe2\x80\xae"
      "abc",
      "\\u202eabc", "\\u202eabc", "\\u202eabc" },
    { "\xe2\x81\xa6", "\\u2066", "\\u2066", "\\u2066" },
    { "\xe2\x80\xa8", "\\u2028", "\\u2028", "\\u2028" },
    { "\xf3\xa0\x81\x81", "\\U000e0041", "\\U000e0041", "\\U000e0041" }, /* tag */
    { "M\xc3\xbcller", "M\xc3\xbcller", "M\xc3\xbcller", "M?ller" },
    { "\xff\xc3", "\\xff\\xc3", "\\xff\\xc3", "\\xff\\xc3" },
    { "\xc0\x80", "\\xc0\\x80", "\\xc0\\x80", "\\xc0\\x80" },                    /* overlong NUL */
    { "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" }, /* surrogate */
};

static void test_terminal(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(escape_cases); i++) {
        const EscapeCase *c = &escape_cases[i];
        g_autoptr(GString) utf8 = g_string_new(NULL);
        g_autoptr(GString) ascii = g_string_new(NULL);
        g_autofree char *line = escape_line(c->text, true);

        escape_terminal(utf8, slice_from_string(c->text), true);
        escape_terminal(ascii, slice_from_string(c->text), false);
        g_assert_cmpstr(utf8->str, ==, c->terminal);
        g_assert_cmpstr(ascii->str, ==, c->ascii);
        g_assert_cmpstr(line, ==, c->line);
    }
}

static void test_nul_inside(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    escape_terminal(out, slice_of("a\0b", 3), true);
    g_assert_cmpstr(out->str, ==, "a\\x00b");
}

static void test_every_truncation(void)
{
    static const char text[] = "\xf0\x9f\x93\x9e\xe2\x82\xac\xc3\xa9";
    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree uint8_t *exact = g_memdup2(text, len);
        g_autoptr(GString) out = g_string_new(NULL);
        escape_terminal(out, slice_of(exact, len), true);
        g_assert_true(g_utf8_validate(out->str, -1, NULL));
    }
}

static void test_csv(void)
{
    static const char *const cases[][2] = {
        { "plain", "plain" }, { "a,b", "\"a,b\"" },     { "say \"hi\"", "\"say \"\"hi\"\"\"" },
        { "=1+1", "'=1+1" },  { "+4930", "'+4930" },    { "-2", "'-2" },
        { "@x", "'@x" },      { "=a,b", "\"'=a,b\"" },  { "\t=1", "\\t=1" },
        { "a\nb", "a\\nb" },  { " lead", "\" lead\"" }, { "", "" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        escape_csv(out, cases[i][0]);
        g_assert_cmpstr(out->str, ==, cases[i][1]);
    }
}

static void test_file_name(void)
{
    static const char *const cases[][2] = {
        { "abc-1@10.0.0.1", "abc-1@10.0.0.1" },
        { "../../etc/passwd", "_._.._etc_passwd" },
        { "..", "_." },
        { "", "_" },
        { "a b\x1b/\xff", "a_b___" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = escape_file_name(cases[i][0]);
        g_assert_cmpstr(name, ==, cases[i][1]);
    }
    g_autofree char *longest = g_strnfill(500, 'x');
    g_autofree char *name = escape_file_name(longest);
    g_assert_cmpuint(strlen(name), ==, 80);
}

static void test_utf8(void)
{
    g_autofree char *valid = escape_utf8("a\xff"
                                         "b\xc3\xa9");
    g_assert_cmpstr(valid, ==,
                    "a\xef\xbf\xbd"
                    "b\xc3\xa9");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/escape/terminal", test_terminal);
    g_test_add_func("/escape/nul-inside", test_nul_inside);
    g_test_add_func("/escape/every-truncation", test_every_truncation);
    g_test_add_func("/escape/csv", test_csv);
    g_test_add_func("/escape/file-name", test_file_name);
    g_test_add_func("/escape/utf8", test_utf8);
    return g_test_run();
}
