/* dissect/session/tls_suite.h - what a TLS cipher suite is made of. Pure functions. */
#pragma once
#include "dissect/base/slice.h"

typedef enum {
    TLS_MODE_UNKNOWN, /* cannot be decrypted here: RC4, Camellia GCM ... */
    TLS_MODE_NULL,
    TLS_MODE_CBC,
    TLS_MODE_GCM,
    TLS_MODE_CCM,
    TLS_MODE_CHACHA,
} TlsMode;

typedef struct {
    uint16_t id;
    const char *name; /* of the IANA registry; NULL: not known */
    TlsMode mode;
    char cipher[24];         /* as OpenSSL names it: "AES-128-GCM"; empty in TLS_MODE_NULL */
    char mac[8];             /* digest of the HMAC: "SHA1"; empty where the cipher authenticates */
    const char *prf;         /* digest of the PRF from TLS 1.2 on, and of HKDF: "SHA256" */
    uint8_t key_len;         /* bytes, as all below */
    uint8_t iv_len;          /* from the key block: the fixed part of the nonce, or the first IV */
    uint8_t explicit_iv_len; /* AEAD of TLS 1.2: what of the nonce every record carries */
    uint8_t block_len;       /* CBC */
    uint8_t mac_len;         /* of the HMAC */
    uint8_t tag_len;         /* AEAD */
    bool rsa;                /* the premaster secret is encrypted for the server's RSA key */
} TlsSuite;

/* Fills @out; false, with only its id set, for a number that is not in tls_suite.def. */
bool tls_suite_find(uint16_t id, TlsSuite *out);
