/* dissect/session/tls_cipher.h - records of one direction decrypted with the keys of one epoch:
 * TLS 1.0 to 1.2 (RFC 2246, 4346, 5246; encrypt-then-MAC RFC 7366) and 1.3 (RFC 8446). What is
 * returned as decrypted was authentic. */
#pragma once
#include "dissect/session/tls_suite.h"

enum { TLS_1_0 = 0x0301, TLS_1_1 = 0x0302, TLS_1_2 = 0x0303, TLS_1_3 = 0x0304 };
enum { TLS_DRAFT_MAJOR = 0x7f }; /* of the drafts of TLS 1.3, which are not decrypted */

#define TLS_FRAGMENT_MAX ((1u << 14) + 2048u) /* of a record, RFC 5246 section 6.2.3 */

typedef struct TlsCipher TlsCipher;

/* One direction's part of the key block (RFC 5246 section 6.3), as long as @suite says. */
typedef struct {
    const uint8_t *mac_key, *key, *iv;
} TlsKeys;

/* NULL when libcrypto does not have the cipher. */
TlsCipher *tls_cipher_new(const TlsSuite *suite, uint16_t version, bool encrypt_then_mac,
                          const TlsKeys *keys);
/* TLS 1.3: @secret is a traffic secret. */
TlsCipher *tls_cipher_new_13(const TlsSuite *suite, Slice secret);
void tls_cipher_free(TlsCipher *cipher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsCipher, tls_cipher_free)

typedef struct {
    uint8_t type; /* content type of the record; TLS 1.3: of the outer one */
    uint16_t version;
    Slice fragment;
} TlsRecord;

/* Decrypts @record to @plain, which holds as many bytes as its fragment. Up to @lost records may be
 * missing before it: their numbers are tried. True with the content, which stands in @plain or is
 * part of the fragment, and its type. False when it is not authentic; the cipher stays where it
 * was. */
bool tls_cipher_open(TlsCipher *cipher, const TlsRecord *record, unsigned lost, uint8_t *plain,
                     uint8_t *ret_type, Slice *ret_content);
/* A record passed that is not decrypted. */
void tls_cipher_skip(TlsCipher *cipher, Slice fragment);
