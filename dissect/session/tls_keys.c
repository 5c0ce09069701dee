#include "dissect/session/tls_keys.h"
#include "dissect/session/tls_prf.h"
#include <openssl/evp.h>

#define KEY_BLOCK_MAX (2u * (48u + 32u + 16u))

void tls_parameters_clear(TlsParameters *parameters)
{
    for (unsigned i = 0; i < TLS_PARTS; i++)
        if (parameters->parts[i])
            g_byte_array_unref(parameters->parts[i]);
    if (parameters->encrypted_premaster)
        g_byte_array_unref(parameters->encrypted_premaster);
    explicit_bzero(parameters, sizeof *parameters);
}

bool tls_parameters_supported(const TlsParameters *parameters)
{
    const TlsSuite *suite = &parameters->suite;
    bool is_13 = parameters->version == TLS_1_3;

    if (parameters->version < TLS_1_0 || parameters->version > TLS_1_3 || parameters->compression)
        return false;
    if (suite->mode == TLS_MODE_UNKNOWN)
        return false;
    return is_13 == (strstr(suite->name, "_WITH_") == NULL) && (!is_13 || suite->tag_len);
}

static Slice random_of(const TlsParameters *parameters)
{
    return slice_of(parameters->client_random, TLS_RANDOM_LEN);
}

void tls_sha256(Slice bytes, uint8_t out[32])
{
    size_t len = 0;

    EVP_Q_digest(NULL, "SHA256", NULL, bytes.data, bytes.len, out, &len);
}

static const char *prf_of(const TlsParameters *parameters)
{
    return parameters->version == TLS_1_2 ? parameters->suite.prf : "MD5-SHA1";
}

/* RFC 7627 section 3: of all messages up to the client's key exchange. */
static size_t session_hash(const TlsParameters *parameters, uint8_t out[EVP_MAX_MD_SIZE])
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    size_t len = 0;

    for (unsigned i = 0; i < TLS_PARTS; i++)
        if (parameters->parts[i])
            g_byte_array_append(all, parameters->parts[i]->data, parameters->parts[i]->len);
    if (EVP_Q_digest(NULL, prf_of(parameters), NULL, all->data, all->len, out, &len) != 1)
        return 0;
    return len;
}

static bool master_from(TlsParameters *parameters, Slice premaster)
{
    uint8_t seed[MAX(2 * TLS_RANDOM_LEN, EVP_MAX_MD_SIZE)];
    const char *label = "master secret";
    size_t len = 2 * TLS_RANDOM_LEN;

    if (parameters->extended_master_secret) {
        label = "extended master secret";
        len = session_hash(parameters, seed);
    } else {
        memcpy(seed, parameters->client_random, TLS_RANDOM_LEN);
        memcpy(seed + TLS_RANDOM_LEN, parameters->server_random, TLS_RANDOM_LEN);
    }
    return len > 0 && tls_prf(prf_of(parameters), premaster, label, slice_of(seed, len),
                              parameters->master, TLS_MASTER_LEN);
}

static bool set_master(TlsParameters *parameters, Slice master)
{
    if (master.len != TLS_MASTER_LEN)
        return false;
    memcpy(parameters->master, master.data, TLS_MASTER_LEN);
    return true;
}

static bool master_from_premaster(const TlsSecrets *secrets, TlsParameters *parameters)
{
    Slice logged = keylog_find(secrets->log, KEYLOG_PREMASTER, random_of(parameters));
    const GByteArray *encrypted = parameters->encrypted_premaster;
    uint8_t premaster[TLS_PREMASTER_LEN];

    if (logged.len == 0 && encrypted && encrypted->len >= 8)
        logged = keylog_find(secrets->log, KEYLOG_RSA, slice_of(encrypted->data, 8));
    if (logged.len > 0)
        return master_from(parameters, logged);
    if (!encrypted || !secrets->server_keys ||
        !server_keys_decrypt(secrets->server_keys, slice_of(encrypted->data, encrypted->len),
                             premaster))
        return false;
    bool done = master_from(parameters, slice_of(premaster, sizeof premaster));
    explicit_bzero(premaster, sizeof premaster);
    return done;
}

static bool master_of_resumed(const TlsSecrets *secrets, TlsParameters *parameters)
{
    Slice id = slice_of(parameters->session_id, parameters->session_id_len);
    Slice ticket = slice_of(parameters->offered_ticket, sizeof parameters->offered_ticket);

    return set_master(parameters, keylog_find(secrets->log, KEYLOG_SESSION_ID, id)) ||
           (parameters->has_offered_ticket &&
            set_master(parameters, keylog_find(secrets->log, KEYLOG_TICKET, ticket)));
}

/* Where a server key is all there is, sessions resumed later have nothing in a key log, nor has a
 * capture that is saved. */
static void remember_master(const TlsSecrets *secrets, const TlsParameters *parameters)
{
    Slice master = slice_of(parameters->master, TLS_MASTER_LEN);

    if (secrets->server_keys && server_keys_count(secrets->server_keys) > 0)
        keylog_put(secrets->log, KEYLOG_CLIENT_RANDOM, random_of(parameters), master);
    if (parameters->has_key_exchange && !parameters->encrypted_premaster)
        return;
    keylog_put(secrets->log, KEYLOG_SESSION_ID,
               slice_of(parameters->session_id, parameters->session_id_len), master);
    if (parameters->has_new_ticket)
        keylog_put(secrets->log, KEYLOG_TICKET, slice_of(parameters->new_ticket, 32), master);
}

bool tls_keys_find_master(const TlsSecrets *secrets, TlsParameters *parameters)
{
    if (!parameters->has_master)
        parameters->has_master =
            set_master(parameters,
                       keylog_find(secrets->log, KEYLOG_CLIENT_RANDOM, random_of(parameters))) ||
            (parameters->has_key_exchange ? master_from_premaster(secrets, parameters)
                                          : master_of_resumed(secrets, parameters));
    if (parameters->has_master)
        remember_master(secrets, parameters);
    return parameters->has_master;
}

/* RFC 5246 section 6.3. */
TlsCipher *tls_keys_cipher(const TlsParameters *parameters, bool of_client)
{
    const TlsSuite *suite = &parameters->suite;
    uint8_t seed[2 * TLS_RANDOM_LEN], block[KEY_BLOCK_MAX];
    size_t macs = 2u * suite->mac_len, ciphers = macs + 2u * suite->key_len;
    size_t len = ciphers + 2u * suite->iv_len;

    memcpy(seed, parameters->server_random, TLS_RANDOM_LEN);
    memcpy(seed + TLS_RANDOM_LEN, parameters->client_random, TLS_RANDOM_LEN);
    g_assert(len <= sizeof block);
    if (len > 0 && !tls_prf(prf_of(parameters), slice_of(parameters->master, TLS_MASTER_LEN),
                            "key expansion", slice_of(seed, sizeof seed), block, len))
        return NULL;
    unsigned second = !of_client;
    TlsKeys keys = {
        .mac_key = block + (size_t)second * suite->mac_len,
        .key = block + macs + (size_t)second * suite->key_len,
        .iv = block + ciphers + (size_t)second * suite->iv_len,
    };
    TlsCipher *cipher =
        tls_cipher_new(suite, parameters->version, parameters->encrypt_then_mac, &keys);
    explicit_bzero(block, sizeof block);
    return cipher;
}

Slice tls_keys_secret(const TlsSecrets *secrets, const TlsParameters *parameters, TlsEpoch epoch,
                      bool of_client)
{
    static const KeyLogLabel labels[][2] = {
        [TLS_EPOCH_EARLY] = { KEYLOG_CLIENT_EARLY, KEYLOG_CLIENT_EARLY },
        [TLS_EPOCH_HANDSHAKE] = { KEYLOG_SERVER_HANDSHAKE, KEYLOG_CLIENT_HANDSHAKE },
        [TLS_EPOCH_TRAFFIC] = { KEYLOG_SERVER_TRAFFIC, KEYLOG_CLIENT_TRAFFIC },
    };

    if (epoch == TLS_EPOCH_EARLY && !of_client)
        return SLICE_EMPTY;
    return keylog_find(secrets->log, labels[epoch][of_client], random_of(parameters));
}
