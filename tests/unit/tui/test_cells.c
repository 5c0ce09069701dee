/* Text in cells: nothing is drawn outside its room, wide and combining characters included. */
#include "ui/tui/cells.h"
#include "ui/tui/line_diff.h"
#include "ui/tui/text_field.h"
#include "ui/tui/text_pane.h"
#include <locale.h>
#include <string.h>

#define ROWS    4
#define COLUMNS 40

static WINDOW *pad;

/* One row as text, without the blanks behind it. */
static char *row_text(int y)
{
    wchar_t wide[COLUMNS + 1];
    GString *text = g_string_new(NULL);

    g_assert_cmpint(mvwinnwstr(pad, y, 0, wide, COLUMNS), >=, 0);
    for (unsigned i = 0; wide[i]; i++)
        g_string_append_unichar(text, (gunichar)wide[i]);
    return g_strchomp(g_string_free(text, FALSE));
}

static void assert_row(int y, const char *expected)
{
    g_autofree char *text = row_text(y);
    g_assert_cmpstr(text, ==, expected);
}

static void test_clipping(void)
{
    werase(pad);
    g_assert_cmpint(cells_text(pad, cells_row(0, 0, 10), STYLE_NORMAL, "short"), ==, 5);
    g_assert_cmpint(cells_text(pad, cells_row(1, 0, 10), STYLE_NORMAL, "much too long"), ==, 10);
    assert_row(0, "short");
    assert_row(1, "much too …");
    g_assert_cmpint(cells_text(pad, cells_row(2, COLUMNS - 3, 10), STYLE_NORMAL, "edge"), ==, 3);
    g_assert_cmpint(cells_text(pad, cells_row(ROWS, 0, 10), STYLE_NORMAL, "below"), ==, 0);
    g_assert_cmpint(cells_text(pad, cells_row(0, -1, 10), STYLE_NORMAL, "left"), ==, 0);
}

static void test_wide_and_combining(void)
{
    werase(pad);
    g_assert_cmpint(cells_width("日本"), ==, 4);
    g_assert_cmpint(cells_width("e\xcc\x81x"), ==, 2);
    /* half of a wide character is never drawn */
    g_assert_cmpint(cells_text(pad, cells_row(0, 0, 4), STYLE_NORMAL, "日本語"), ==, 3);
    assert_row(0, "日…");
    g_assert_cmpint(cells_text(pad, cells_row(1, 0, 5), STYLE_NORMAL, "e\xcc\x81x"), ==, 2);
    g_assert_cmpint(cells_text(pad, cells_row(2, 0, 5), STYLE_NORMAL, "a\xff\x1bz"), ==, 4);
    assert_row(2, "a?"
                  "?z");
}

static void test_alignment(void)
{
    werase(pad);
    cells_right(pad, cells_row(0, 0, 6), STYLE_NORMAL, "42");
    cells_field(pad, cells_row(1, 0, 6), STYLE_NORMAL, "ab");
    cells_text(pad, cells_row(1, 6, 2), STYLE_NORMAL, "|");
    cells_centre(pad, cells_row(2, 0, 6), STYLE_NORMAL, "ab");
    assert_row(0, "    42");
    assert_row(1, "ab    |");
    assert_row(2, "  ab");
}

static void test_text_field(void)
{
    TextField field;

    text_field_init(&field, "ab");
    g_assert_true(text_field_key(&field, 0xfc));
    g_assert_cmpstr(field.text->str, ==, "abü");
    g_assert_true(text_field_key(&field, TERM_CODE(KEY_LEFT)));
    g_assert_true(text_field_key(&field, TERM_CODE(KEY_BACKSPACE)));
    g_assert_cmpstr(field.text->str, ==, "aü");
    g_assert_true(text_field_key(&field, TERM_CODE(KEY_DC)));
    g_assert_true(text_field_key(&field, TERM_CODE(KEY_DC)));
    g_assert_cmpstr(field.text->str, ==, "a");
    g_assert_false(text_field_key(&field, 0x1b));
    g_assert_false(text_field_key(&field, '\r'));
    text_field_clear(&field);
}

static void test_pane_wraps_and_searches(void)
{
    TextPane pane;

    text_pane_init(&pane, true);
    text_pane_say(&pane, STYLE_NORMAL, "%s", "0123456789abcdef");
    text_pane_say(&pane, STYLE_NORMAL, "%s", "Second");
    text_pane_say(&pane, STYLE_NORMAL, "%s", "日本語日本語");
    text_pane_fit(&pane, 2, 9);
    g_assert_cmpuint(pane.rows->len, ==, 2 + 1 + 2);
    g_assert_true(text_pane_search(&pane, "SECOND"));
    g_assert_cmpuint(pane.match, ==, 1);
    g_assert_false(text_pane_search(&pane, "nowhere"));
    text_pane_set_wrap(&pane, false);
    text_pane_fit(&pane, 2, 9);
    g_assert_cmpuint(pane.rows->len, ==, 3);
    text_pane_clear(&pane);
}

static GPtrArray *lines_of(const char *letters)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    for (; *letters; letters++)
        g_ptr_array_add(lines, g_strdup_printf("%c", *letters));
    return lines;
}

/* Both texts come out of the rows again, and as many lines are the same as can be. */
static void assert_diff(const char *left, const char *right, unsigned same)
{
    g_autoptr(GPtrArray) a = lines_of(left), b = lines_of(right);
    g_autoptr(GArray) rows = line_diff(a, b);
    unsigned next_left = 0, next_right = 0, found = 0;

    for (unsigned i = 0; i < rows->len; i++) {
        const LineDiffRow *row = &g_array_index(rows, LineDiffRow, i);
        if (row->left != LINE_DIFF_NONE)
            g_assert_cmpuint(row->left, ==, next_left++);
        if (row->right != LINE_DIFF_NONE)
            g_assert_cmpuint(row->right, ==, next_right++);
        found += row->same ? 1 : 0;
    }
    g_assert_cmpuint(next_left, ==, strlen(left));
    g_assert_cmpuint(next_right, ==, strlen(right));
    g_assert_cmpuint(found, ==, same);
}

static void test_line_diff(void)
{
    assert_diff("", "", 0);
    assert_diff("abc", "abc", 3);
    assert_diff("abc", "", 0);
    assert_diff("", "abc", 0);
    assert_diff("abcabba", "cbabac", 4);
    assert_diff("xabcy", "xay", 3);
    assert_diff("aaaa", "aa", 2);
    assert_diff("hello", "jelly", 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 77;
    FILE *nowhere = fopen("/dev/null", "r+");
    SCREEN *screen = newterm("xterm", nowhere, nowhere);
    if (!screen)
        return 77;
    pad = newpad(ROWS, COLUMNS);
    term_open_plain(true);
    g_test_add_func("/tui/cells/clipping", test_clipping);
    g_test_add_func("/tui/cells/wide-and-combining", test_wide_and_combining);
    g_test_add_func("/tui/cells/alignment", test_alignment);
    g_test_add_func("/tui/text-field", test_text_field);
    g_test_add_func("/tui/text-pane", test_pane_wraps_and_searches);
    g_test_add_func("/tui/line-diff", test_line_diff);
    int status = g_test_run();
    delwin(pad);
    endwin();
    delscreen(screen);
    fclose(nowhere);
    return status;
}
