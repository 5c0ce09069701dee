#include "dissect/base/clock.h"
#include <string.h>

static void assert_rfc3339(int64_t time_ns, const char *expected)
{
    char buffer[TIME_TEXT_SIZE];
    g_assert_cmpstr(time_format_rfc3339(time_ns, buffer, sizeof buffer), ==, expected);
}

static void test_rfc3339(void)
{
    assert_rfc3339(0, "1970-01-01T00:00:00.000000000Z");
    assert_rfc3339(INT64_C(1700000000123456789), "2023-11-14T22:13:20.123456789Z");
    assert_rfc3339(-1, "1969-12-31T23:59:59.999999999Z");
    assert_rfc3339(-NS_PER_S, "1969-12-31T23:59:59.000000000Z");
    assert_rfc3339(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
    assert_rfc3339(INT64_MIN + 1, "1677-09-21T00:12:43.145224193Z");
    assert_rfc3339(TIME_UNKNOWN, "-");
}

static void test_of_day(void)
{
    char buffer[TIME_TEXT_SIZE];
    int64_t time_ns = INT64_C(1700000000123456789);
    g_assert_cmpstr(time_format_of_day(time_ns, 9, buffer, sizeof buffer), ==,
                    "22:13:20.123456789");
    g_assert_cmpstr(time_format_of_day(time_ns, 6, buffer, sizeof buffer), ==, "22:13:20.123456");
    g_assert_cmpstr(time_format_of_day(time_ns, 1, buffer, sizeof buffer), ==, "22:13:20.1");
    g_assert_cmpstr(time_format_of_day(time_ns, 0, buffer, sizeof buffer), ==, "22:13:20");
    g_assert_cmpstr(time_format_of_day(time_ns, -1, buffer, sizeof buffer), ==, "22:13:20");
    g_assert_cmpstr(time_format_of_day(time_ns, 99, buffer, sizeof buffer), ==,
                    "22:13:20.123456789");
    g_assert_cmpstr(time_format_of_day(TIME_UNKNOWN, 3, buffer, sizeof buffer), ==, "-");
}

static void test_durations(void)
{
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        { 0, "0.000s" },
        { NS_PER_MS - 1, "0.000s" },
        { 12345 * NS_PER_MS, "12.345s" },
        { 60 * NS_PER_S - 1, "59.999s" },
        { 60 * NS_PER_S, "1:00.000" },
        { 62345 * NS_PER_MS, "1:02.345" },
        { 3600 * NS_PER_S - 1, "59:59.999" },
        { 3723 * NS_PER_S, "1:02:03" },
        { 360000 * NS_PER_S, "100:00:00" },
        { -1500 * NS_PER_MS, "-1.500s" },
        { INT64_MAX, "2562047:47:16" },
        { INT64_MIN + 1, "-2562047:47:16" },
        { TIME_UNKNOWN, "-" },
    };
    char buffer[TIME_TEXT_SIZE];
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(duration_format(rows[i].ns, buffer, sizeof buffer), ==, rows[i].text);
}

static void test_between(void)
{
    g_assert_cmpint(time_between(1, 3), ==, 2);
    g_assert_cmpint(time_between(3, 1), ==, -2);
    g_assert_cmpint(time_between(TIME_UNKNOWN, 1), ==, TIME_UNKNOWN);
    g_assert_cmpint(time_between(1, TIME_UNKNOWN), ==, TIME_UNKNOWN);
    g_assert_cmpint(time_between(INT64_MIN + 1, INT64_MAX), ==, TIME_UNKNOWN);
    g_assert_cmpint(time_between(INT64_MAX, -2), ==, TIME_UNKNOWN);
}

static void test_small_buffers(void)
{
    for (size_t size = 1; size <= TIME_TEXT_SIZE; size++) {
        g_autofree char *exact = g_malloc(size);
        g_assert_cmpuint(strlen(time_format_rfc3339(0, exact, size)), <, size);
        g_assert_cmpuint(strlen(time_format_of_day(0, 9, exact, size)), <, size);
        g_assert_cmpuint(strlen(duration_format(INT64_MAX, exact, size)), <, size);
        g_assert_cmpuint(strlen(duration_format(TIME_UNKNOWN, exact, size)), <, size);
    }
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/rfc3339", test_rfc3339);
    g_test_add_func("/clock/of-day", test_of_day);
    g_test_add_func("/clock/durations", test_durations);
    g_test_add_func("/clock/between", test_between);
    g_test_add_func("/clock/small-buffers", test_small_buffers);
    return g_test_run();
}
