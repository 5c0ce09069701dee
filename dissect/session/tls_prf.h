/* dissect/session/tls_prf.h - how TLS and DTLS make keys of secrets. Pure functions. @digest is a
 * name OpenSSL knows: "SHA256", "SHA384"; false when it does not, or a length is impossible. */
#pragma once
#include "dissect/base/slice.h"

/* P_hash of TLS 1.2 (RFC 5246 section 5); with @digest "MD5-SHA1" that of TLS 1.0 and 1.1
 * (RFC 2246 section 5). @seed is what follows the label. */
bool tls_prf(const char *digest, Slice secret, const char *label, Slice seed, uint8_t *out,
             size_t len);

/* HKDF-Expand-Label of TLS 1.3 (RFC 8446 section 7.1). @label is whole: "tls13 key", and "dtls13"
 * and the rest, without a space, in DTLS 1.3 (RFC 9147 section 5.9). */
bool tls_expand_label(const char *digest, Slice secret, const char *label, Slice context,
                      uint8_t *out, size_t len);
