/* dissect/session/dtls_srtp.h - the keys that a DTLS handshake gives to SRTP (RFC 5764 section
 * 4.2), by the exporters of TLS 1.2 (RFC 5705) and 1.3 (RFC 8446 section 7.5), from the secrets of
 * a key log. */
#pragma once
#include "dissect/session/dtls.h"
#include "dissect/session/keylog.h"

typedef enum {
    DTLS_SRTP_OK,
    DTLS_SRTP_OPEN,        /* a hello is missing */
    DTLS_SRTP_NO_PROFILE,  /* no use_srtp */
    DTLS_SRTP_UNSUPPORTED, /* a version or cipher suite without known functions */
    DTLS_SRTP_NO_SECRET,   /* the key log lacks its client random */
} DtlsSrtpStatus;

/* The profiles it may be: the one the server chose; of DTLS 1.3, where that is encrypted, those the
 * client offered. */
unsigned dtls_srtp_profiles(const DtlsHandshake *handshake, const uint16_t **out);

typedef struct {
    size_t key_bytes, salt_bytes;
    uint8_t *client,
        *server; /* room for a master key and its salt each: what that end sends with */
} DtlsSrtpKeys;

/* Fills what @keys points to when DTLS_SRTP_OK. */
DtlsSrtpStatus dtls_srtp_export(const DtlsHandshake *handshake, const KeyLog *log,
                                const DtlsSrtpKeys *keys);
