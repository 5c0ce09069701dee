/* dissect/session/tls_handshake.h - messages of the TLS handshake (RFC 5246 section 7.4, RFC 8446
 * section 4). Pure functions over their bodies, behind type and length; slices are borrowed from
 * them. DISSECT_TRUNCATED when a length leads beyond the body. */
#pragma once
#include "dissect/base/cursor.h"
#include "dissect/base/status.h"

typedef enum {
    TLS_HELLO_REQUEST = 0,
    TLS_CLIENT_HELLO = 1,
    TLS_SERVER_HELLO = 2,
    TLS_NEW_SESSION_TICKET = 4,
    TLS_END_OF_EARLY_DATA = 5,
    TLS_ENCRYPTED_EXTENSIONS = 8,
    TLS_CERTIFICATE = 11,
    TLS_CLIENT_KEY_EXCHANGE = 16,
    TLS_FINISHED = 20,
    TLS_KEY_UPDATE = 24,
} TlsHandshakeType;

/* What of a hello's extensions matters here. EncryptedExtensions fills these as well. */
typedef struct {
    uint16_t version; /* supported_versions: the highest offered, or the chosen one; 0: absent */
    Slice server_name;
    Slice alpn;                  /* the first protocol */
    Slice ticket;                /* RFC 5077; empty when it has none */
    bool extended_master_secret; /* RFC 7627 */
    bool encrypt_then_mac;       /* RFC 7366 */
    bool early_data;
    bool pre_shared_key;
} TlsExtensions;

typedef struct {
    uint16_t version; /* the highest offered, or the chosen one */
    Slice random;     /* 32 bytes */
    Slice session_id;
    uint16_t suite;      /* ServerHello only */
    uint8_t compression; /* ServerHello only */
    bool is_retry;       /* a HelloRetryRequest (RFC 8446 section 4.1.4) */
    TlsExtensions extensions;
} TlsHello;

DissectStatus tls_parse_client_hello(Slice body, TlsHello *out);
DissectStatus tls_parse_server_hello(Slice body, TlsHello *out);
DissectStatus tls_parse_encrypted_extensions(Slice body, TlsExtensions *out);
/* The end entity's certificate of a Certificate message (DER); empty when there is none. */
DissectStatus tls_parse_certificate(Slice body, uint16_t version, Slice *out);
/* TLS 1.2 and below. */
DissectStatus tls_parse_ticket(Slice body, Slice *out);
