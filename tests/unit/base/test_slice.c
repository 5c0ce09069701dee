#include "dissect/base/slice.h"

static Slice text(const char *string)
{
    return slice_from_string(string);
}

static void assert_slice(Slice got, const char *expected)
{
    g_autofree char *copy = slice_dup(got);
    g_assert_cmpuint(got.len, ==, strlen(expected));
    g_assert_cmpstr(copy, ==, expected);
}

static void test_sub(void)
{
    Slice s = text("abcdef");
    assert_slice(slice_sub(s, 0, 6), "abcdef");
    assert_slice(slice_sub(s, 2, 3), "cde");
    assert_slice(slice_sub(s, 4, SIZE_MAX), "ef");
    assert_slice(slice_from(s, 5), "f");
    g_assert_cmpuint(slice_sub(s, 6, 1).len, ==, 0);
    g_assert_cmpuint(slice_sub(s, SIZE_MAX, SIZE_MAX).len, ==, 0);
    g_assert_cmpuint(slice_from(SLICE_EMPTY, 0).len, ==, 0);
}

static void test_equal(void)
{
    g_assert_true(slice_equal(text("Via"), SLICE_LITERAL("Via")));
    g_assert_false(slice_equal(text("Via"), text("via")));
    g_assert_false(slice_equal(text("Via"), text("Vi")));
    g_assert_true(slice_equal(SLICE_EMPTY, text("")));
    g_assert_true(slice_equal_nocase(text("CALL-id"), text("Call-ID")));
    g_assert_false(slice_equal_nocase(text("Call-ID"), text("Call-I")));
    g_assert_true(slice_equal_nocase(SLICE_EMPTY, text("")));
}

/* Only letters have case: '@' and '`', '[' and '{' differ in the same bit. */
static void test_case_is_of_letters(void)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t one = (uint8_t)byte, other = one ^ 0x20;
        bool same = slice_equal_nocase(slice_of(&one, 1), slice_of(&other, 1));
        g_assert_cmpint(same, ==, g_ascii_isalpha((char)one) && byte < 128);
    }
}

static void test_starts_with(void)
{
    g_assert_true(slice_starts_with_nocase(text("SIP/2.0 200"), text("sip/")));
    g_assert_true(slice_starts_with_nocase(text("x"), SLICE_EMPTY));
    g_assert_false(slice_starts_with_nocase(text("SI"), text("SIP")));
    g_assert_false(slice_starts_with_nocase(text("HTTP/1.1"), text("SIP")));
}

static void test_find(void)
{
    g_assert_cmpuint(slice_find(text("a:b:c"), ':'), ==, 1);
    g_assert_cmpuint(slice_find(text("abc"), ':'), ==, 3);
    g_assert_cmpuint(slice_find(SLICE_EMPTY, ':'), ==, 0);
    g_assert_cmpuint(slice_search(text("a\r\n\r\nb"), text("\r\n\r\n")), ==, 1);
    g_assert_cmpuint(slice_search(text("a\r\n\r"), text("\r\n\r\n")), ==, 4);
    g_assert_cmpuint(slice_search(text("abc"), SLICE_EMPTY), ==, 0);
    g_assert_cmpuint(slice_search(SLICE_EMPTY, text("a")), ==, 0);
}

static void test_trim(void)
{
    assert_slice(slice_trim(text(" \t\r\nvalue here \r\n")), "value here");
    assert_slice(slice_trim(text("\fvalue\v")), "\fvalue\v");
    assert_slice(slice_trim(text(" \r\n ")), "");
    assert_slice(slice_trim(SLICE_EMPTY), "");
}

static void test_split(void)
{
    Slice rest = text("one;two;;");
    assert_slice(slice_split(&rest, ';'), "one");
    assert_slice(slice_split(&rest, ';'), "two");
    assert_slice(slice_split(&rest, ';'), "");
    g_assert_cmpuint(rest.len, ==, 0);
    assert_slice(slice_split(&rest, ';'), "");
    rest = text("all");
    assert_slice(slice_split(&rest, ';'), "all");
    g_assert_cmpuint(rest.len, ==, 0);
}

static void test_tail(void)
{
    Slice s = text("abc");
    g_assert_cmpint(slice_last(s), ==, 'c');
    g_assert_true(slice_drop_tail(&s, 2));
    assert_slice(s, "a");
    g_assert_false(slice_drop_tail(&s, 2));
    assert_slice(s, "a");
    g_assert_true(slice_drop_tail(&s, 1));
    g_assert_cmpint(slice_last(s), ==, 0);
}

static void test_to_uint(void)
{
    static const struct {
        const char *text;
        uint64_t max;
        bool good;
        uint64_t value;
    } rows[] = {
        { "0", 0, true, 0 },
        { "00070", 70, true, 70 },
        { "65535", UINT16_MAX, true, 65535 },
        { "65536", UINT16_MAX, false, 0 },
        { "9999999999999999999", UINT64_MAX, true, UINT64_C(9999999999999999999) },
        { "0000000000000000000000018446744073709551615", UINT64_MAX, true, UINT64_MAX },
        { "0000000000000000000000018446744073709551616", UINT64_MAX, false, 0 },
        { "1234567890123456789x", UINT64_MAX, false, 0 },
        { "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
        { "18446744073709551616", UINT64_MAX, false, 0 },
        { "99999999999999999999999999", UINT64_MAX, false, 0 },
        { "", UINT64_MAX, false, 0 },
        { "+1", UINT64_MAX, false, 0 },
        { "-1", UINT64_MAX, false, 0 },
        { " 1", UINT64_MAX, false, 0 },
        { "1 ", UINT64_MAX, false, 0 },
        { "0x1", UINT64_MAX, false, 0 },
        { "\xb2", UINT64_MAX, false, 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint64_t value = 12345;
        bool good = slice_to_uint(text(rows[i].text), rows[i].max, &value);
        g_assert_cmpint(good, ==, rows[i].good);
        g_assert_cmpuint(value, ==, rows[i].good ? rows[i].value : 12345);
    }
}

static void test_dup(void)
{
    g_autofree char *copy = slice_dup(text("text"));
    g_autofree char *empty = slice_dup(SLICE_EMPTY);
    g_assert_cmpstr(copy, ==, "text");
    g_assert_cmpstr(empty, ==, "");
}

static void test_join(void)
{
    const Slice parts[] = { text("sip:"), SLICE_EMPTY, text("bob"), text("@") };
    g_autofree char *joined = slice_join(parts, G_N_ELEMENTS(parts));
    g_autofree char *none = slice_join(NULL, 0);
    g_assert_cmpstr(joined, ==, "sip:bob@");
    g_assert_cmpstr(none, ==, "");
}

/* Every function on every truncation: ASan guards the byte behind the copy. */
static void test_every_truncation(void)
{
    static const char whole[] = " \tCall-ID: 1234;tag=\r\n\r\n";
    for (size_t len = 0; len < sizeof whole; len++) {
        g_autofree uint8_t *exact = g_memdup2(whole, len);
        Slice s = slice_of(exact, len), rest = s;
        uint64_t value;
        g_autofree char *copy = slice_dup(s);
        g_assert_cmpuint(slice_trim(s).len, <=, len);
        g_assert_cmpuint(slice_find(s, ';'), <=, len);
        g_assert_cmpuint(slice_search(s, text("\r\n\r\n")), <=, len);
        g_assert_cmpuint(slice_split(&rest, ':').len + rest.len, <=, len);
        g_assert_false(slice_to_uint(s, UINT64_MAX, &value));
        g_assert_true(slice_starts_with_nocase(s, slice_sub(s, 0, len / 2)));
        g_assert_true(slice_equal(s, slice_of(copy, len)));
        g_assert_cmpuint(slice_hash(s), ==, slice_hash(slice_of(copy, len)));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/slice/sub", test_sub);
    g_test_add_func("/slice/equal", test_equal);
    g_test_add_func("/slice/case-is-of-letters", test_case_is_of_letters);
    g_test_add_func("/slice/starts-with", test_starts_with);
    g_test_add_func("/slice/find", test_find);
    g_test_add_func("/slice/trim", test_trim);
    g_test_add_func("/slice/split", test_split);
    g_test_add_func("/slice/tail", test_tail);
    g_test_add_func("/slice/to-uint", test_to_uint);
    g_test_add_func("/slice/dup", test_dup);
    g_test_add_func("/slice/join", test_join);
    g_test_add_func("/slice/every-truncation", test_every_truncation);
    return g_test_run();
}
