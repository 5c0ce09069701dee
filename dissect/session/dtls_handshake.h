/* dissect/session/dtls_handshake.h - the handshake messages of DTLS that say which keys SRTP will
 * use: both hellos and the certificates (RFC 6347, RFC 9147; use_srtp: RFC 5764 section 4.1.1).
 * Pure functions over whole messages; slices borrowed. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

#define DTLS_RANDOM_BYTES  32
#define DTLS_PROFILES_MAX  8
#define DTLS_MKI_BYTES_MAX 16

enum {
    DTLS_VERSION_1_0 = 0xfeff,
    DTLS_VERSION_1_2 = 0xfefd,
    DTLS_VERSION_1_3 = 0xfefc,
};

enum {
    DTLS_CLIENT_HELLO = 1,
    DTLS_SERVER_HELLO = 2,
    DTLS_CERTIFICATE = 11,
};

typedef struct {
    uint8_t random[DTLS_RANDOM_BYTES];
    uint16_t version;      /* that of the message; of a ServerHello what supported_versions chose */
    uint16_t cipher_suite; /* ServerHello */
    bool retry;            /* ServerHello: a HelloRetryRequest (RFC 8446 section 4.1.3) */
    unsigned profile_count; /* of use_srtp: offered, or the one chosen */
    uint16_t profiles[DTLS_PROFILES_MAX];
    uint8_t mki[DTLS_MKI_BYTES_MAX];
    uint8_t mki_bytes; /* 0 as well when it is longer than there is room for */
} DtlsHello;

/* @body is that of a whole ClientHello or ServerHello. DISSECT_OK fills @out; DISSECT_TRUNCATED or
 * DISSECT_MALFORMED when a length does not fit. */
DissectStatus dtls_client_hello(Slice body, DtlsHello *out);
DissectStatus dtls_server_hello(Slice body, DtlsHello *out);
/* The first certificate of the list, DER: that of the sender itself. */
DissectStatus dtls_certificate(Slice body, Slice *out);
