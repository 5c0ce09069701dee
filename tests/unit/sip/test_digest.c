#include "dissect/sip/digest.h"

#include "sip_test.h"

static const char credentials[] =
    "Digest username=\"bob, \\\"b\\\"\", realm = \"atlanta.com\",\r\n nonce=\"84a4=\", "
    "uri=\"sip:a@b;x=1,2\", qop=auth, nc=00000001, cnonce=\"0a4f113b\", ALGORITHM=MD5, "
    "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"\"";

static void test_credentials(void)
{
    SipDigest digest;
    g_assert_cmpint(sip_digest_parse(slice_of(credentials, sizeof credentials - 1), &digest), ==,
                    DISSECT_OK);
    assert_slice(digest.scheme, "Digest");
    assert_slice(digest.username, "bob, \\\"b\\\"");
    assert_slice(digest.realm, "atlanta.com");
    assert_slice(digest.nonce, "84a4=");
    assert_slice(digest.uri, "sip:a@b;x=1,2");
    assert_slice(digest.qop, "auth");
    assert_slice(digest.nc, "00000001");
    assert_slice(digest.cnonce, "0a4f113b");
    assert_slice(digest.algorithm, "MD5");
    assert_slice(digest.response, "6629fae49393a05397450978507c4ef1");
    assert_slice(digest.opaque, "");
    g_assert_false(digest.is_stale);
}

static void test_challenge(void)
{
    SipDigest digest;
    g_assert_cmpint(sip_digest_parse(SLICE_LITERAL("Digest realm=\"a\", realm=\"b\", stale=TRUE,"
                                                   "qop=\"auth,auth-int\""),
                                     &digest),
                    ==, DISSECT_OK);
    assert_slice(digest.realm, "a");
    assert_slice(digest.qop, "auth,auth-int");
    g_assert_true(digest.is_stale);
}

/* Fields of the usual form stand between others. */
static void test_unusual_fields(void)
{
    SipDigest digest;
    g_assert_cmpint(
        sip_digest_parse(SLICE_LITERAL("Digest ,realm=\"a\",, nonce=\"b\" , uri=\"c\";d,"
                                       "username=\"e\\\"f\",qop=,response=\"\",nc=1"),
                         &digest),
        ==, DISSECT_OK);
    assert_slice(digest.realm, "a");
    assert_slice(digest.nonce, "b");
    assert_slice(digest.uri, "c");
    assert_slice(digest.username, "e\\\"f");
    assert_slice(digest.qop, "");
    assert_slice(digest.response, "");
    assert_slice(digest.nc, "1");
}

static void test_malformed(void)
{
    SipDigest digest;
    g_assert_cmpint(sip_digest_parse(SLICE_EMPTY, &digest), ==, DISSECT_MALFORMED);
    g_assert_cmpint(sip_digest_parse(SLICE_LITERAL("Digest realm=\"open, nonce=1"), &digest), ==,
                    DISSECT_OK);
    g_assert_cmpint(sip_digest_parse(SLICE_LITERAL("Digest realm, nonce=1"), &digest), ==,
                    DISSECT_MALFORMED);
    assert_slice(digest.nonce, "1");
}

static void test_truncations(void)
{
    for (size_t len = 0; len < sizeof credentials; len++) {
        g_autofree uint8_t *exact = exact_copy(credentials, len);
        SipDigest digest;
        sip_digest_parse(slice_of(exact, len), &digest);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/digest/credentials", test_credentials);
    g_test_add_func("/sip/digest/challenge", test_challenge);
    g_test_add_func("/sip/digest/unusual-fields", test_unusual_fields);
    g_test_add_func("/sip/digest/malformed", test_malformed);
    g_test_add_func("/sip/digest/truncations", test_truncations);
    return g_test_run();
}
