#include "dissect/media/srtp_suite.h"

#define CM   SRTP_CIPHER_AES_CM
#define F8   SRTP_CIPHER_AES_F8
#define GCM  SRTP_CIPHER_AES_GCM
#define NONE SRTP_CIPHER_NULL
#define NO   SRTP_CIPHER_UNSUPPORTED

static const SrtpSuite suites[] = {
    { "AES_CM_128_HMAC_SHA1_80", CM, 16, 14, 10, 10, 0x0001 },
    { "AES_CM_128_HMAC_SHA1_32", CM, 16, 14, 4, 10, 0x0002 },
    { "F8_128_HMAC_SHA1_80", F8, 16, 14, 10, 10, 0 },
    { "AES_192_CM_HMAC_SHA1_80", CM, 24, 14, 10, 10, 0 },
    { "AES_192_CM_HMAC_SHA1_32", CM, 24, 14, 4, 10, 0 },
    { "AES_256_CM_HMAC_SHA1_80", CM, 32, 14, 10, 10, 0 },
    { "AES_256_CM_HMAC_SHA1_32", CM, 32, 14, 4, 10, 0 },
    { "AEAD_AES_128_GCM", GCM, 16, 12, 16, 16, 0x0007 },
    { "AEAD_AES_256_GCM", GCM, 32, 12, 16, 16, 0x0008 },
    { "AEAD_AES_128_GCM_8", GCM, 16, 12, 8, 8, 0 },
    { "AEAD_AES_256_GCM_8", GCM, 32, 12, 8, 8, 0 },
    { "NULL_HMAC_SHA1_80", NONE, 16, 14, 10, 10, 0x0005 },
    { "NULL_HMAC_SHA1_32", NONE, 16, 14, 4, 10, 0x0006 },
    { "SEED_CTR_128_HMAC_SHA1_80", NO, 16, 14, 10, 10, 0 },
    { "SEED_128_CCM_80", NO, 16, 12, 10, 10, 0 },
    { "SEED_128_GCM_96", NO, 16, 12, 12, 12, 0 },
    { "DOUBLE_AEAD_AES_128_GCM_AEAD_AES_128_GCM", NO, 32, 24, 16, 16, 0x0009 },
    { "DOUBLE_AEAD_AES_256_GCM_AEAD_AES_256_GCM", NO, 64, 24, 16, 16, 0x000a },
    { "ARIA_128_CTR_HMAC_SHA1_80", NO, 16, 14, 10, 10, 0x000b },
    { "ARIA_128_CTR_HMAC_SHA1_32", NO, 16, 14, 4, 10, 0x000c },
    { "ARIA_256_CTR_HMAC_SHA1_80", NO, 32, 14, 10, 10, 0x000d },
    { "ARIA_256_CTR_HMAC_SHA1_32", NO, 32, 14, 4, 10, 0x000e },
    { "AEAD_ARIA_128_GCM", NO, 16, 12, 16, 16, 0x000f },
    { "AEAD_ARIA_256_GCM", NO, 32, 12, 16, 16, 0x0010 },
};

/* What drafts called them, and programs still do. */
static const struct {
    const char *spelling, *name;
} aliases[] = {
    { "AES_CM_192_HMAC_SHA1_80", "AES_192_CM_HMAC_SHA1_80" },
    { "AES_CM_192_HMAC_SHA1_32", "AES_192_CM_HMAC_SHA1_32" },
    { "AES_CM_256_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_80" },
    { "AES_CM_256_HMAC_SHA1_32", "AES_256_CM_HMAC_SHA1_32" },
};

const SrtpSuite *srtp_suite_named(Slice name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(aliases); i++)
        if (slice_equal_nocase(name, slice_from_string(aliases[i].spelling)))
            name = slice_from_string(aliases[i].name);
    for (size_t i = 0; i < G_N_ELEMENTS(suites); i++)
        if (slice_equal_nocase(name, slice_from_string(suites[i].name)))
            return &suites[i];
    return NULL;
}

const SrtpSuite *srtp_suite_of_profile(uint16_t dtls_profile)
{
    for (size_t i = 0; dtls_profile && i < G_N_ELEMENTS(suites); i++)
        if (suites[i].dtls_profile == dtls_profile)
            return &suites[i];
    return NULL;
}
