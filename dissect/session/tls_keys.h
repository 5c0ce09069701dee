/* dissect/session/tls_keys.h - from what a handshake agreed and what the key log knows to the
 * ciphers of its records. */
#pragma once
#include "dissect/session/keylog.h"
#include "dissect/session/server_key.h"
#include "dissect/session/tls_cipher.h"
#include "dissect/session/tls_handshake.h"

#define TLS_MASTER_LEN 48u
#define TLS_RANDOM_LEN 32u

/* Where secrets come from; all borrowed. */
typedef struct {
    KeyLog *log;
    const ServerKeys *server_keys;
} TlsSecrets;

/* The parts of a handshake that make the session hash (RFC 7627 section 3), kept apart because the
 * directions are not captured in step. */
typedef enum { TLS_PART_HELLO, TLS_PART_SERVER, TLS_PART_CLIENT, TLS_PARTS } TlsPart;

/* What one handshake agreed. */
typedef struct {
    bool has_client, has_server; /* the hellos came */
    uint8_t client_random[TLS_RANDOM_LEN], server_random[TLS_RANDOM_LEN];
    uint16_t version;
    TlsSuite suite;
    uint8_t compression;
    bool extended_master_secret, encrypt_then_mac, early_data;
    uint8_t session_id[32]; /* the server's */
    uint8_t session_id_len;
    bool has_offered_ticket, has_new_ticket;
    uint8_t offered_ticket[32], new_ticket[32]; /* SHA-256 */
    bool has_key_exchange;
    GByteArray *encrypted_premaster; /* owned; NULL: none */
    GByteArray *parts[TLS_PARTS];    /* owned; NULL: empty */
    bool server_part_over;
    bool has_master;
    uint8_t master[TLS_MASTER_LEN]; /* TLS 1.2 and below */
} TlsParameters;

void tls_parameters_clear(TlsParameters *parameters);
/* Whether version, suite and compression are of those that can be decrypted. */
bool tls_parameters_supported(const TlsParameters *parameters);

/* TLS 1.2 and below. Finds the master secret, by client random, premaster secret, server key,
 * session ID or ticket; false when nothing is known (yet). */
bool tls_keys_find_master(const TlsSecrets *secrets, TlsParameters *parameters);
/* One direction's cipher by the master secret; NULL when libcrypto cannot do it. */
TlsCipher *tls_keys_cipher(const TlsParameters *parameters, bool of_client);

/* TLS 1.3. */
typedef enum { TLS_EPOCH_EARLY, TLS_EPOCH_HANDSHAKE, TLS_EPOCH_TRAFFIC } TlsEpoch;
/* The traffic secret of one direction; empty when it is not known (yet). */
Slice tls_keys_secret(const TlsSecrets *secrets, const TlsParameters *parameters, TlsEpoch epoch,
                      bool of_client);

void tls_sha256(Slice bytes, uint8_t out[32]);
