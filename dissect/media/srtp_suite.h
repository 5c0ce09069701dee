/* dissect/media/srtp_suite.h - what the names of SRTP protection mean: the crypto suites of SDP
 * (RFC 4568 section 6.2, RFC 6188, RFC 7714) and the protection profiles of DTLS (RFC 5764 section
 * 4.1.2, IANA "DTLS-SRTP Protection Profiles"). */
#pragma once
#include "dissect/base/slice.h"

#define SRTP_MASTER_BYTES_MAX 46 /* AES 256 with its salt */

typedef enum {
    SRTP_CIPHER_AES_CM,
    SRTP_CIPHER_AES_F8,
    SRTP_CIPHER_AES_GCM,
    SRTP_CIPHER_NULL,
    SRTP_CIPHER_UNSUPPORTED, /* known by name alone */
} SrtpCipher;

typedef struct {
    const char *name;
    SrtpCipher cipher;
    uint8_t key_bytes, salt_bytes;
    uint8_t rtp_tag_bytes, rtcp_tag_bytes;
    uint16_t dtls_profile; /* 0: none */
} SrtpSuite;

/* By the name in a=crypto, whose case does not matter, or a spelling that is in use for it; NULL
 * when it is none of the registered ones. */
const SrtpSuite *srtp_suite_named(Slice name);
/* By the number in use_srtp; NULL when it is none of the registered ones. */
const SrtpSuite *srtp_suite_of_profile(uint16_t dtls_profile);
static inline size_t srtp_suite_master_bytes(const SrtpSuite *suite)
{
    return (size_t)suite->key_bytes + suite->salt_bytes;
}
