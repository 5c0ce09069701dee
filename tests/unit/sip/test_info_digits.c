#include "dissect/sip/info_digits.h"
#include <glib.h>

#define RELAY "application/dtmf-relay"

static InfoDigits parsed(const char *type, const char *body)
{
    InfoDigits digits;
    g_assert_cmpint(info_digits_parse(slice_from_string(type), slice_from_string(body), &digits),
                    ==, DISSECT_OK);
    return digits;
}

static void assert_single(InfoDigits digits, uint8_t code, int duration_ms)
{
    g_assert_cmpuint(digits.count, ==, 1);
    g_assert_cmpuint(digits.codes[0], ==, code);
    g_assert_cmpint(digits.duration_ms, ==, duration_ms);
}

static void test_relay(void)
{
    assert_single(parsed(RELAY, "Signal=5\r\nDuration=160\r\n"), 5, 160);
    assert_single(parsed(RELAY, "signal= *\nduration = 100"), 10, 100);
    assert_single(parsed(RELAY, "Signal: #\r\n"), 11, -1);
    assert_single(parsed(RELAY "; charset=utf-8", "Signal=d\r\n"), 15, -1);
    assert_single(parsed(RELAY, "Signal=11\r\nDuration=250\r\n"), 11, 250);
    assert_single(parsed(RELAY, "Signal=flash\r\n"), 16, -1);
    assert_single(parsed(RELAY, "Signal=16\r\n"), 16, -1);
    assert_single(parsed(RELAY, "Signal=1\r\nDuration=never\r\n"), 1, -1);
}

static void test_plain(void)
{
    assert_single(parsed("application/dtmf", "7\r\n"), 7, -1);
    assert_single(parsed("application/dtmf", " # "), 11, -1);
    InfoDigits digits = parsed("application/dtmf", "12*, 9");
    g_assert_cmpuint(digits.count, ==, 4);
    g_assert_true(digits.codes[0] == 1 && digits.codes[2] == 10 && digits.codes[3] == 9);
}

static void test_nortel(void)
{
    InfoDigits digits =
        parsed("application/vnd.nortelnetworks.digits", "p=Digit-Collection\ny=Digits\nd=\"42\"\n");
    g_assert_cmpuint(digits.count, ==, 2);
    g_assert_true(digits.codes[0] == 4 && digits.codes[1] == 2);
}

static void test_none(void)
{
    InfoDigits digits;
    Slice body = SLICE_LITERAL("Signal=5");

    g_assert_cmpint(
        info_digits_parse(SLICE_LITERAL("application/media_control+xml"), body, &digits), ==,
        DISSECT_NOT_MINE);
    static const char *const bad[] = { "", "\r\n", "Signal=", "Signal=x", "Duration=100", "hello" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_cmpint(info_digits_parse(SLICE_LITERAL(RELAY), slice_from_string(bad[i]), &digits),
                        ==, DISSECT_MALFORMED);
}

static void test_bounded(void)
{
    char many[200];
    memset(many, '1', sizeof many);
    InfoDigits digits;
    g_assert_cmpint(
        info_digits_parse(SLICE_LITERAL("application/dtmf"), slice_of(many, sizeof many), &digits),
        ==, DISSECT_OK);
    g_assert_cmpuint(digits.count, ==, INFO_DIGITS_MAX);
}

static void test_every_truncation(void)
{
    static const char text[] = "Signal=5\r\nDuration=160\r\n";
    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree char *exact = g_memdup2(text, len);
        InfoDigits digits;
        g_assert_cmpint(info_digits_parse(SLICE_LITERAL(RELAY), slice_of(exact, len), &digits), ==,
                        len < 8 ? DISSECT_MALFORMED : DISSECT_OK);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/info-digits/relay", test_relay);
    g_test_add_func("/info-digits/plain", test_plain);
    g_test_add_func("/info-digits/nortel", test_nortel);
    g_test_add_func("/info-digits/none", test_none);
    g_test_add_func("/info-digits/bounded", test_bounded);
    g_test_add_func("/info-digits/every-truncation", test_every_truncation);
    return g_test_run();
}
