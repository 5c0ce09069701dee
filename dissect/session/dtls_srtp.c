#include "dissect/session/dtls_srtp.h"
#include "dissect/session/tls_prf.h"
#include <openssl/evp.h>

#define LABEL     "EXTRACTOR-dtls_srtp"
#define BLOCK_MAX 192

/* RFC 5289, 5288, 5487, 8442 and others: suites of TLS 1.2 whose PRF is not that of SHA-256. */
static bool is_sha384(uint16_t suite)
{
    static const uint16_t suites[] = {
        0x009d, 0x009f, 0x00a1, 0x00a3, 0x00a5, 0x00a7, 0x00a9, 0x00ab, 0x00ad,
        0x00af, 0x00b1, 0x00b3, 0x00b5, 0x00b7, 0x00b9, 0xc024, 0xc026, 0xc028,
        0xc02a, 0xc02c, 0xc02e, 0xc030, 0xc032, 0xc038, 0xc03b, 0xd002, 0x1302,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(suites); i++)
        if (suites[i] == suite)
            return true;
    return false;
}

static const char *digest_of(const DtlsHello *server)
{
    if (server->version == DTLS_VERSION_1_0)
        return "MD5-SHA1";
    return is_sha384(server->cipher_suite) ? "SHA384" : "SHA256";
}

unsigned dtls_srtp_profiles(const DtlsHandshake *handshake, const uint16_t **out)
{
    bool hidden = handshake->server_hello.version == DTLS_VERSION_1_3;
    const DtlsHello *hello = hidden ? &handshake->client_hello : &handshake->server_hello;

    *out = hello->profiles;
    return hello->profile_count;
}

/* RFC 5705 section 4, without a context. */
static bool export_1_2(const DtlsHandshake *handshake, Slice master, uint8_t *out, size_t size)
{
    uint8_t seed[2 * DTLS_RANDOM_BYTES];

    memcpy(seed, handshake->client_hello.random, DTLS_RANDOM_BYTES);
    memcpy(seed + DTLS_RANDOM_BYTES, handshake->server_hello.random, DTLS_RANDOM_BYTES);
    return tls_prf(digest_of(&handshake->server_hello), master, LABEL, slice_of(seed, sizeof seed),
                   out, size);
}

/* RFC 8446 section 7.5 with the labels of RFC 9147 section 5.9. */
static bool export_1_3(const DtlsHandshake *handshake, Slice secret, uint8_t *out, size_t size)
{
    const char *digest = digest_of(&handshake->server_hello);
    uint8_t empty[EVP_MAX_MD_SIZE], derived[EVP_MAX_MD_SIZE];
    unsigned hash_bytes = 0;

    if (!EVP_Digest("", 0, empty, &hash_bytes, EVP_get_digestbyname(digest), NULL))
        return false;
    Slice nothing = slice_of(empty, hash_bytes);
    return tls_expand_label(digest, secret, "dtls13" LABEL, nothing, derived, hash_bytes) &&
           tls_expand_label(digest, slice_of(derived, hash_bytes), "dtls13exporter", nothing, out,
                            size);
}

static bool is_known_version(uint16_t version)
{
    return version == DTLS_VERSION_1_0 || version == DTLS_VERSION_1_2 ||
           version == DTLS_VERSION_1_3;
}

static DtlsSrtpStatus export_block(const DtlsHandshake *handshake, const KeyLog *log, uint8_t *out,
                                   size_t size)
{
    bool is_1_3 = handshake->server_hello.version == DTLS_VERSION_1_3;
    Slice random = slice_of(handshake->client_hello.random, DTLS_RANDOM_BYTES);
    Slice secret = keylog_find(log, is_1_3 ? KEYLOG_EXPORTER : KEYLOG_CLIENT_RANDOM, random);

    if (secret.len == 0)
        return DTLS_SRTP_NO_SECRET;
    bool done = is_1_3 ? export_1_3(handshake, secret, out, size)
                       : export_1_2(handshake, secret, out, size);
    return done ? DTLS_SRTP_OK : DTLS_SRTP_UNSUPPORTED;
}

DtlsSrtpStatus dtls_srtp_export(const DtlsHandshake *handshake, const KeyLog *log,
                                const DtlsSrtpKeys *keys)
{
    size_t size = 2 * (keys->key_bytes + keys->salt_bytes);
    uint8_t block[BLOCK_MAX];
    const uint16_t *profiles;

    if (!handshake->client_seen || !handshake->server_seen)
        return DTLS_SRTP_OPEN;
    if (!is_known_version(handshake->server_hello.version) || size > sizeof block)
        return DTLS_SRTP_UNSUPPORTED;
    if (dtls_srtp_profiles(handshake, &profiles) == 0)
        return DTLS_SRTP_NO_PROFILE;
    DtlsSrtpStatus status = export_block(handshake, log, block, size);
    if (status != DTLS_SRTP_OK)
        return status;
    const uint8_t *salts = block + 2 * keys->key_bytes;
    memcpy(keys->client, block, keys->key_bytes);
    memcpy(keys->client + keys->key_bytes, salts, keys->salt_bytes);
    memcpy(keys->server, block + keys->key_bytes, keys->key_bytes);
    memcpy(keys->server + keys->key_bytes, salts + keys->salt_bytes, keys->salt_bytes);
    return DTLS_SRTP_OK;
}
