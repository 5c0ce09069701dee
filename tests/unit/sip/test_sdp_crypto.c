#include "dissect/sip/sdp_crypto.h"

#define KEY "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

/* RFC 4568 sections 6.1 and 9.1. */
static void test_keys(void)
{
    Slice params = SLICE_LITERAL("inline:" KEY "|2^20|1:4;INLINE:abcd|1066:2;inline:efgh|1000");
    SdpCryptoKey key;

    g_assert_cmpint(sdp_crypto_next_key(&params, &key), ==, DISSECT_OK);
    g_assert_true(slice_equal(key.key, SLICE_LITERAL(KEY)));
    g_assert_cmpuint(key.lifetime, ==, 1 << 20);
    g_assert_cmpuint(key.mki, ==, 1);
    g_assert_cmpuint(key.mki_bytes, ==, 4);
    g_assert_cmpint(sdp_crypto_next_key(&params, &key), ==, DISSECT_OK);
    g_assert_cmpuint(key.lifetime, ==, 0);
    g_assert_cmpuint(key.mki, ==, 1066);
    g_assert_cmpuint(key.mki_bytes, ==, 2);
    g_assert_cmpint(sdp_crypto_next_key(&params, &key), ==, DISSECT_OK);
    g_assert_cmpuint(key.lifetime, ==, 1000);
    g_assert_cmpuint(key.mki_bytes, ==, 0);
    g_assert_cmpint(sdp_crypto_next_key(&params, &key), ==, DISSECT_NOT_MINE);
}

static void test_bad_keys(void)
{
    static const char *const bad[] = { "inline:",        "inline:a|2^49",  "inline:a|x",
                                       "inline:a|1:0",   "inline:a|1:129", "inline:a|:4",
                                       "inline:a|1:4|b", "inline:a|-1" };
    SdpCryptoKey key;

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text = g_strconcat(bad[i], ";inline:next", NULL);
        Slice params = slice_from_string(text);
        g_assert_cmpint(sdp_crypto_next_key(&params, &key), ==, DISSECT_MALFORMED);
        g_assert_cmpint(sdp_crypto_next_key(&params, &key), ==, DISSECT_OK);
        g_assert_true(slice_equal(key.key, SLICE_LITERAL("next")));
    }
    Slice other = SLICE_LITERAL("prompt:x");
    g_assert_cmpint(sdp_crypto_next_key(&other, &key), ==, DISSECT_NOT_MINE);
}

static void test_session_parameters(void)
{
    SdpCryptoSession session;

    sdp_crypto_session(SLICE_LITERAL("KDR=1 UNENCRYPTED_SRTP  UNENCRYPTED_SRTCP "
                                     "UNAUTHENTICATED_SRTP WSH=128 FEC_ORDER=FEC_SRTP -x=1 y"),
                       &session);
    g_assert_cmpuint(session.derivation_bits, ==, 1);
    g_assert_true(session.clear_srtp);
    g_assert_true(session.clear_srtcp);
    g_assert_true(session.unauthenticated);
    g_assert_cmpuint(session.window, ==, 128);
    g_assert_cmpuint(session.unknown, ==, 1);
    sdp_crypto_session(SLICE_LITERAL("KDR=25"), &session); /* 24 at most */
    g_assert_false(session.derivation_bits || session.clear_srtp || session.unauthenticated);
}

static void test_every_truncation(void)
{
    static const char text[] = "inline:" KEY "|2^20|1:4;inline:abcd|1066:2";

    for (size_t length = 0; length < sizeof text; length++) {
        g_autofree char *exact = g_memdup2(text, length);
        Slice params = slice_of(exact, length);
        SdpCryptoSession session;
        SdpCryptoKey key;
        for (int i = 0; i < 3; i++)
            sdp_crypto_next_key(&params, &key);
        g_assert_cmpuint(params.len, ==, 0);
        sdp_crypto_session(slice_of(exact, length), &session);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sdp-crypto/keys", test_keys);
    g_test_add_func("/sdp-crypto/bad-keys", test_bad_keys);
    g_test_add_func("/sdp-crypto/session-parameters", test_session_parameters);
    g_test_add_func("/sdp-crypto/every-truncation", test_every_truncation);
    return g_test_run();
}
