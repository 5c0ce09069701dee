/* The form of SigComp messages: RFC 3320 section 7, figures 3 and 4. */
#include "dissect/sip/sigcomp.h"

static bool looks(const char *bytes, size_t len)
{
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    return sigcomp_looks_like(slice_of(exact, len));
}
#define LOOKS(text) looks(text, sizeof(text) - 1)

static void test_forms(void)
{
    g_assert_true(LOOKS("\xf9"
                        "sixsix"
                        "x")); /* state identifier of 6 bytes */
    g_assert_true(LOOKS("\xfa"
                        "ninenine9"
                        "x")); /* of 9 */
    g_assert_true(LOOKS("\xfb"
                        "twelvetwelve"
                        "x")); /* of 12 */
    g_assert_true(LOOKS("\xf8\x00\x42"
                        "code")); /* 4 bytes of code at 192 */
    g_assert_true(LOOKS("\xfd\x05"
                        "sixsix"
                        "x")); /* feedback of one byte */
    g_assert_true(LOOKS("\xfd\x83"
                        "abc"
                        "sixsix"
                        "x")); /* of three */
    g_assert_true(LOOKS("\xfc\x05\x00\x42"
                        "code"));
}

static void test_others(void)
{
    g_assert_false(LOOKS(""));
    g_assert_false(LOOKS("INVITE sip:a@b SIP/2.0\r\n\r\n"));
    g_assert_false(LOOKS("\x80\x00"
                         "rtp, as it begins"));
    g_assert_false(LOOKS("\xf7"
                         "sixsix"
                         "x"));
    g_assert_false(LOOKS("\xf9"
                         "sixsix")); /* and nothing that is compressed */
    g_assert_false(LOOKS("\xf8\x00\x40"
                         "code")); /* destination 0 is reserved */
    g_assert_false(LOOKS("\xf8\x00\x02"
                         "code")); /* no code */
    g_assert_false(LOOKS("\xf8\x00\x52"
                         "code")); /* more than there is */
    g_assert_false(LOOKS("\xfd\xff"
                         "sixsix"
                         "x")); /* feedback of 127 bytes */
}

static void test_every_truncation(void)
{
    static const char whole[] = "\xfc\x83"
                                "abc"
                                "\x00\x42"
                                "code";

    for (size_t len = 0; len < sizeof whole - 1; len++)
        g_assert_false(looks(whole, len));
    g_assert_true(LOOKS("\xfc\x83"
                        "abc"
                        "\x00\x42"
                        "code"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sigcomp/forms", test_forms);
    g_test_add_func("/sigcomp/others", test_others);
    g_test_add_func("/sigcomp/every-truncation", test_every_truncation);
    return g_test_run();
}
