#include "dissect/base/json_scan.h"
#include "dissect/sip/passport.h"
#include <glib.h>

static char *base64url(const char *text)
{
    char *encoded = g_base64_encode((const guchar *)text, strlen(text));
    g_strdelimit(encoded, "+", '-');
    g_strdelimit(encoded, "/", '_');
    *strchrnul(encoded, '=') = '\0';
    return encoded;
}

static char *identity(const char *header, const char *claims, const char *parameters)
{
    g_autofree char *first = base64url(header), *second = base64url(claims);
    return g_strconcat(first, ".", second, ".c2lnbmF0dXJl", parameters, NULL);
}

#define HEADER                                                                                     \
    "{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\",\"x5u\":\"https:\\/\\/"            \
    "c.example\"}"
#define CLAIMS                                                                                     \
    "{\"attest\":\"A\",\"dest\":{\"tn\":[\"12125551213\",\"12125551214\"]},\"iat\":1443208345,"    \
    "\"orig\":{\"tn\":\"12155551212\"},\"origid\":\"123e4567-e89b-12d3-a456-426655440000\"}"

static void test_full(void)
{
    g_autofree char *text = identity(HEADER, CLAIMS, ";info=<https://other.example>;alg=ES256");
    Passport p;

    g_assert_cmpint(passport_parse(slice_from_string(text), &p), ==, DISSECT_OK);
    g_assert_cmpint(p.form, ==, PASSPORT_FULL);
    g_assert_cmpstr(p.alg, ==, "ES256");
    g_assert_cmpstr(p.ppt, ==, "shaken");
    g_assert_cmpstr(p.x5u, ==, "https://c.example");
    g_assert_cmpstr(p.orig, ==, "12155551212");
    g_assert_cmpstr(p.dest, ==, "12125551213, 12125551214");
    g_assert_cmpstr(p.attest, ==, "A");
    g_assert_cmpstr(p.origid, ==, "123e4567-e89b-12d3-a456-426655440000");
    g_assert_cmpint(p.iat_s, ==, 1443208345);
    passport_clear(&p);
}

/* Header and claims of the example in RFC 8225 appendix A. */
static void test_rfc8225(void)
{
    static const char token[] =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9j"
        "ZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9."
        "eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6"
        "MTQ3MTM3NTQxOCwib3JpZyI6eyJ0biI6IjEyMTU1NTUxMjEyIn19."
        "VLBCIVDCaeK6M4hLJb6SHQvacAQVvoiiEOWQ_iUqqxGPYIZ7Y7nfiS0qVNcYLDX3zF9F";
    Passport p;

    g_assert_cmpint(passport_parse(slice_from_string(token), &p), ==, DISSECT_OK);
    g_assert_cmpstr(p.x5u, ==, "https://cert.example.org/passport.cer");
    g_assert_cmpstr(p.orig, ==, "12155551212");
    g_assert_cmpstr(p.dest, ==, "sip:alice@example.com");
    g_assert_cmpint(p.iat_s, ==, 1471375418);
    passport_clear(&p);
}

static void test_other_forms(void)
{
    Passport p;

    g_assert_cmpint(
        passport_parse(SLICE_LITERAL("..c2ln;info=<https://c.example>;ppt=\"shaken\""), &p), ==,
        DISSECT_OK);
    g_assert_cmpint(p.form, ==, PASSPORT_COMPACT);
    g_assert_cmpstr(p.x5u, ==, "https://c.example");
    g_assert_cmpstr(p.ppt, ==, "shaken");
    g_assert_cmpint(p.iat_s, ==, -1);
    passport_clear(&p);
    g_assert_cmpint(passport_parse(SLICE_LITERAL("\"c2lnbmF0dXJlZQ==\""), &p), ==, DISSECT_OK);
    g_assert_cmpint(p.form, ==, PASSPORT_RFC4474);
    passport_clear(&p);
}

static void test_malformed(void)
{
    static const char *const claims[] = { "",
                                          "[]",
                                          "{\"iat\":",
                                          "{\"iat\":1}x",
                                          "{\"a\":\"\\q\"}",
                                          ("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{"
                                           "\"h\":{}}}}}}}}}") };
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        g_autofree char *text = identity(HEADER, claims[i], "");
        Passport p;
        g_assert_cmpint(passport_parse(slice_from_string(text), &p), ==, DISSECT_MALFORMED);
        g_assert_cmpstr(p.ppt, ==, "shaken");
        passport_clear(&p);
    }
    Passport p;
    g_assert_cmpint(passport_parse(SLICE_LITERAL("a!.b.c"), &p), ==, DISSECT_MALFORMED);
    passport_clear(&p);
    g_assert_cmpint(passport_parse(SLICE_EMPTY, &p), ==, DISSECT_MALFORMED);
    passport_clear(&p);
}

static void ignore(void *context, const JsonValue *value)
{
    (void)context, (void)value;
}

static void test_every_truncation(void)
{
    static const char json[] = CLAIMS;
    for (size_t len = 0; len < sizeof json; len++) {
        g_autofree char *exact = g_memdup2(json, len);
        g_assert_true(json_scan(slice_of(exact, len), ignore, NULL) == (len == sizeof json - 1));
    }
    g_autofree char *text = identity(HEADER, CLAIMS, "");
    for (size_t len = 0; len < strlen(text); len++) {
        g_autofree char *exact = g_memdup2(text, len);
        Passport p;
        passport_parse(slice_of(exact, len), &p);
        passport_clear(&p);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/passport/full", test_full);
    g_test_add_func("/passport/rfc8225", test_rfc8225);
    g_test_add_func("/passport/other-forms", test_other_forms);
    g_test_add_func("/passport/malformed", test_malformed);
    g_test_add_func("/passport/every-truncation", test_every_truncation);
    return g_test_run();
}
