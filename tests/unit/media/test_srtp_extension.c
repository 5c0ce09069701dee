#include "dissect/base/cursor.h"
#include "dissect/media/srtp_extension.h"

#ifdef RUNG_HAVE_SRTP
#include <srtp2/srtp.h>
#endif

/* RFC 6904 appendix A: elements 1, 3 and 4 are encrypted. */
static const uint8_t master[] = { 0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f,
                                  0xa3, 0x2c, 0x06, 0xde, 0x41, 0x39, 0x0e, 0xc6, 0x75, 0xad,
                                  0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6 };
static const uint8_t plain[] = { 0x90, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe, 0xba,
                                 0xbe, 0xbe, 0xde, 0x00, 0x06, 0x17, 0x41, 0x42, 0x73, 0xa4, 0x75,
                                 0x26, 0x27, 0x48, 0x22, 0x00, 0x00, 0xc8, 0x30, 0x8e, 0x46, 0x55,
                                 0x99, 0x63, 0x86, 0xb3, 0x95, 0xfb, 0x00, 0xab, 0xab, 0xab, 0xab };
static const uint8_t covered[] = { 0xbe, 0xde, 0x00, 0x06, 0x17, 0x58, 0x8a, 0x92, 0x70, 0xf4,
                                   0xe1, 0x5e, 0x1c, 0x22, 0x00, 0x00, 0xc8, 0x30, 0x95, 0x46,
                                   0xa9, 0x94, 0xf0, 0xbc, 0x54, 0x78, 0x97, 0x00 };

#define HEADER    12u
#define EXTENSION sizeof covered
#define IDS       (1u << 1 | 1u << 3 | 1u << 4)

static SrtpKey key_of(const char *suite)
{
    SrtpKey key = { .suite = srtp_suite_named(slice_from_string(suite)) };

    g_assert_nonnull(key.suite);
    for (unsigned i = 0; i < srtp_suite_master_bytes(key.suite); i++)
        key.master[i] = i < sizeof master ? master[i] : (uint8_t)i;
    return key;
}

static RtpPacket packet_with(Slice extension)
{
    return (RtpPacket){
        .seq = 0x1234,
        .ssrc = 0xcafebabe,
        .extension = extension,
        .extension_profile = 0xbede,
    };
}

static void expect_plain(const RtpPacket *packet)
{
    g_assert_true(slice_equal(packet->extension, slice_of(plain + HEADER, EXTENSION)));
}

static void test_standard(void)
{
    SrtpKey key = key_of("AES_CM_128_HMAC_SHA1_80");
    SrtpExtensions *extensions = srtp_extensions_new(&key);
    RtpPacket packet = packet_with(slice_of(covered, sizeof covered));

    g_assert_true(srtp_extensions_open(extensions, 0, IDS, &packet));
    expect_plain(&packet);
    packet = packet_with(slice_of(covered, sizeof covered));
    g_assert_true(srtp_extensions_open(extensions, 1, IDS, &packet)); /* another keystream */
    g_assert_false(slice_equal(packet.extension, slice_of(plain + HEADER, EXTENSION)));
    srtp_extensions_free(extensions);
}

/* An element that is cut is no element; nothing behind the end is read. */
static void test_every_truncation(void)
{
    SrtpKey key = key_of("AES_CM_128_HMAC_SHA1_80");
    SrtpExtensions *extensions = srtp_extensions_new(&key);

    for (size_t len = 0; len <= sizeof covered; len++) {
        g_autofree uint8_t *exact = g_memdup2(covered, len);
        RtpPacket packet = packet_with(slice_of(exact, len));
        g_assert_cmpint(srtp_extensions_open(extensions, 0, IDS, &packet), ==, len >= 4);
        g_assert_cmpuint(packet.extension.len, ==, len);
        size_t whole = len < 13 ? MIN(len, 5u) : 13; /* up to and with the first element */
        g_assert_true(slice_equal(slice_sub(packet.extension, 5, whole - MIN(whole, 5u)),
                                  slice_of(plain + HEADER + 5, whole - MIN(whole, 5u))));
    }
    srtp_extensions_free(extensions);
}

static void test_too_long(void)
{
    SrtpKey key = key_of("AES_CM_128_HMAC_SHA1_80");
    SrtpExtensions *extensions = srtp_extensions_new(&key);
    uint8_t bytes[SRTP_EXTENSION_BYTES_MAX + 4] = { 0xbe, 0xde, 0x00, 0x80 };
    RtpPacket packet = packet_with(slice_of(bytes, sizeof bytes));

    g_assert_false(srtp_extensions_open(extensions, 0, IDS, &packet));
    g_assert_true(packet.extension.data == bytes);
    srtp_extensions_free(extensions);
}

#ifdef RUNG_HAVE_SRTP
static void set_cipher(srtp_crypto_policy_t *policy, const char *suite)
{
    if (strcmp(suite, "AEAD_AES_128_GCM") == 0)
        srtp_crypto_policy_set_aes_gcm_128_16_auth(policy);
    else if (strcmp(suite, "AEAD_AES_256_GCM") == 0)
        srtp_crypto_policy_set_aes_gcm_256_16_auth(policy);
    else if (strcmp(suite, "AES_256_CM_HMAC_SHA1_80") == 0)
        srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(policy);
    else if (strcmp(suite, "NULL_HMAC_SHA1_80") == 0)
        srtp_crypto_policy_set_null_cipher_hmac_sha1_80(policy);
    else
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(policy);
}

/* What libsrtp2 sends, which browsers and servers use, is read, whatever the cipher; through a
 * context, which finds the roll-over counter. */
static void test_against_libsrtp(void)
{
    static const char *const suites[] = { "AES_CM_128_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_80",
                                          "AEAD_AES_128_GCM", "AEAD_AES_256_GCM",
                                          "NULL_HMAC_SHA1_80" };
    int ids[] = { 1, 3, 4 };

    for (unsigned i = 0; i < G_N_ELEMENTS(suites); i++) {
        SrtpKey key = key_of(suites[i]);
        g_autoptr(SrtpPool) pool = srtp_pool_new();
        SrtpContext *context = srtp_context_new(pool, 0xcafebabe);
        srtp_policy_t policy = { .ssrc = { ssrc_specific, 0xcafebabe },
                                 .key = key.master,
                                 .enc_xtn_hdr = ids,
                                 .enc_xtn_hdr_count = G_N_ELEMENTS(ids) };
        uint8_t bytes[sizeof plain + SRTP_MAX_TRAILER_LEN];
        int size = sizeof plain;
        srtp_t sender = NULL;
        RtpPacket packet;
        Slice out;
        srtp_context_add_keys(context, &key, 1);
        set_cipher(&policy.rtp, suites[i]);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
        g_assert_true(srtp_is_available());
        g_assert_cmpint(srtp_create(&sender, &policy), ==, srtp_err_status_ok);
        memcpy(bytes, plain, sizeof plain);
        g_assert_cmpint(srtp_protect(sender, bytes, &size), ==, srtp_err_status_ok);
        g_assert_cmpint(srtp_context_rtp(context, slice_of(bytes, (size_t)size), true, &out), ==,
                        SRTP_OPEN);
        g_assert_cmpint(rtp_parse(out, out.len, &packet), ==, DISSECT_OK);
        srtp_context_open_extension(context, IDS, &packet);
        g_test_message("%s", suites[i]);
        g_assert_true(packet.extension_open);
        expect_plain(&packet);
        srtp_dealloc(sender);
        srtp_context_free(context);
    }
}
#endif

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/srtp-extension/standard", test_standard);
    g_test_add_func("/srtp-extension/every-truncation", test_every_truncation);
    g_test_add_func("/srtp-extension/too-long", test_too_long);
#ifdef RUNG_HAVE_SRTP
    g_test_add_func("/srtp-extension/against-libsrtp", test_against_libsrtp);
#endif
    return g_test_run();
}
