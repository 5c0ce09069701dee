#include "dissect/base/intern.h"

static const char *intern(InternTable *table, const char *text)
{
    return intern_string(table, slice_from_string(text));
}

static void test_equal_texts_give_equal_pointers(void)
{
    g_autoptr(InternTable) table = intern_new(10);
    const char *first = intern(table, "PCMA");
    g_assert_cmpstr(first, ==, "PCMA");
    g_assert_true(intern(table, "PCMA") == first);
    g_assert_true(intern(table, "pcma") != first);
    g_assert_cmpstr(intern_string(table, SLICE_EMPTY), ==, "");
    g_assert_true(intern_string(table, SLICE_EMPTY) == intern(table, ""));
    g_assert_cmpuint(intern_size(table), ==, 3);
}

static void test_cap(void)
{
    g_autoptr(InternTable) table = intern_new(2);
    const char *one = intern(table, "one"), *two = intern(table, "two");
    const char *other = intern(table, "three");
    g_assert_cmpstr(other, ==, "(other)");
    g_assert_true(intern(table, "four") == other);
    g_assert_true(intern(table, "one") == one);
    g_assert_true(intern(table, "two") == two);
    g_assert_cmpuint(intern_size(table), ==, 2);
    g_autoptr(InternTable) none = intern_new(0);
    g_assert_cmpstr(intern(none, "one"), ==, "(other)");
}

static void test_long_strings_are_cut(void)
{
    g_autoptr(InternTable) table = intern_new(10);
    g_autofree char *text = g_strnfill(1000, 'a');
    const char *cut = intern(table, text);
    g_assert_cmpuint(strlen(cut), ==, INTERN_LENGTH_MAX);
    text[INTERN_LENGTH_MAX] = 'b';
    g_assert_true(intern(table, text) == cut);
}

static void test_strings_stay_in_place(void)
{
    g_autoptr(InternTable) table = intern_new(5000);
    g_autoptr(GPtrArray) given = g_ptr_array_new();
    for (int i = 0; i < 5000; i++) {
        g_autofree char *text = g_strdup_printf("agent %d", i);
        g_ptr_array_add(given, (void *)intern(table, text));
    }
    for (unsigned i = 0; i < 5000; i++) {
        g_autofree char *text = g_strdup_printf("agent %u", i);
        g_assert_cmpstr(given->pdata[i], ==, text);
        g_assert_true(intern(table, text) == given->pdata[i]);
    }
}

static void test_every_truncation(void)
{
    static const char text[] = "User-Agent/1.0";
    g_autoptr(InternTable) table = intern_new(100);
    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree char *exact = g_memdup2(text, len);
        const char *got = intern_string(table, slice_of(exact, len));
        g_assert_true(slice_equal(slice_from_string(got), slice_of(text, MIN(len, strlen(text)))));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/intern/equal-texts", test_equal_texts_give_equal_pointers);
    g_test_add_func("/intern/cap", test_cap);
    g_test_add_func("/intern/long-strings", test_long_strings_are_cut);
    g_test_add_func("/intern/stay-in-place", test_strings_stay_in_place);
    g_test_add_func("/intern/every-truncation", test_every_truncation);
    return g_test_run();
}
