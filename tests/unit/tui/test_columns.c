#include "ui/tui/call_columns.h"
#include "ui/tui/quality_text.h"
#include "ui/tui/stream_columns.h"
#include <math.h>

static void assert_set(const ColumnSet *set)
{
    for (unsigned i = 0; i < set->count; i++) {
        const ColumnHead *head = set->head(i);
        g_assert_cmpint(column_find(set, head->name), ==, (int)i);
        g_assert_cmpint(head->width, <=, head->width_max);
    }
    g_auto(GStrv) usual = g_strsplit(set->usual, ",", -1);
    for (unsigned i = 0; usual[i]; i++)
        g_assert_cmpint(column_find(set, usual[i]), >=, 0);
    g_assert_cmpint(column_find(set, "nonsense"), ==, -1);
}

static void test_sets(void)
{
    assert_set(&call_column_set);
    assert_set(&stream_column_set);
}

static void test_numbers(void)
{
    SortKey small = sort_key_real(0.5), large = sort_key_real(4.41);

    g_assert_cmpint(sort_key_compare(&small, &large, false), <, 0);
    g_assert_cmpint(sort_key_compare(&small, &large, true), >, 0);
    g_assert_cmpint(sort_key_compare(&large, &large, true), ==, 0);
}

/* What is not known comes last in either direction. */
static void test_unknown(void)
{
    SortKey known = sort_key_number(-7), unknown = sort_key_real(NAN), empty = sort_key_text("");

    for (int reverse = 0; reverse < 2; reverse++) {
        g_assert_cmpint(sort_key_compare(&known, &unknown, reverse), <, 0);
        g_assert_cmpint(sort_key_compare(&unknown, &known, reverse), >, 0);
        g_assert_cmpint(sort_key_compare(&unknown, &empty, reverse), ==, 0);
    }
}

static void test_texts(void)
{
    SortKey anna = sort_key_text("Anna"), bert = sort_key_text("bert");

    g_assert_cmpint(sort_key_compare(&anna, &bert, false), <, 0);
    g_assert_cmpint(sort_key_compare(&anna, &bert, true), >, 0);
}

static void test_bands(void)
{
    g_assert_cmpuint(quality_style(0.932), ==, STYLE_OK);
    g_assert_cmpuint(quality_style(0.80), ==, STYLE_OK);
    g_assert_cmpuint(quality_style(0.79), ==, STYLE_NORMAL);
    g_assert_cmpuint(quality_style(0.69), ==, STYLE_WARNING);
    g_assert_cmpuint(quality_style(0.59), ==, STYLE_ERROR);
    g_assert_cmpuint(quality_style(NAN), ==, STYLE_NORMAL);
    g_assert_cmpuint(quality_style(INFINITY), ==, STYLE_NORMAL);
}

static void test_mos(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    quality_append_mos(text, NAN, QUALITY_SCALE_NARROWBAND);
    g_assert_cmpstr(text->str, ==, "");
    quality_append_mos(text, 4.409, QUALITY_SCALE_NARROWBAND);
    g_assert_cmpstr(text->str, ==, "4.41 nb");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tui/columns/sets", test_sets);
    g_test_add_func("/tui/columns/numbers", test_numbers);
    g_test_add_func("/tui/columns/unknown", test_unknown);
    g_test_add_func("/tui/columns/texts", test_texts);
    g_test_add_func("/tui/quality/bands", test_bands);
    g_test_add_func("/tui/quality/mos", test_mos);
    return g_test_run();
}
