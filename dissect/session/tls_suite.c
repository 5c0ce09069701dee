#include "dissect/session/tls_suite.h"

static const struct {
    uint16_t id;
    const char *name;
} suites[] = {
#define TLS_SUITE(id, name) { id, name },
#include "dissect/session/tls_suite.def"
#undef TLS_SUITE
};

/* The name's part for the cipher. RFC 5288, 5289, 6655, 7251, 7905, 5932, 6209; CBC: RFC 5246. */
static const struct {
    const char *part, *cipher;
    TlsMode mode;
    uint8_t key_len, iv_len, explicit_iv_len, block_len, tag_len;
} ciphers[] = {
    { "AES_128_GCM", "AES-128-GCM", TLS_MODE_GCM, 16, 4, 8, 0, 16 },
    { "AES_256_GCM", "AES-256-GCM", TLS_MODE_GCM, 32, 4, 8, 0, 16 },
    { "AES_128_CCM_8", "AES-128-CCM", TLS_MODE_CCM, 16, 4, 8, 0, 8 },
    { "AES_256_CCM_8", "AES-256-CCM", TLS_MODE_CCM, 32, 4, 8, 0, 8 },
    { "AES_128_CCM", "AES-128-CCM", TLS_MODE_CCM, 16, 4, 8, 0, 16 },
    { "AES_256_CCM", "AES-256-CCM", TLS_MODE_CCM, 32, 4, 8, 0, 16 },
    { "ARIA_128_GCM", "ARIA-128-GCM", TLS_MODE_GCM, 16, 4, 8, 0, 16 },
    { "ARIA_256_GCM", "ARIA-256-GCM", TLS_MODE_GCM, 32, 4, 8, 0, 16 },
    { "CHACHA20_POLY1305", "ChaCha20-Poly1305", TLS_MODE_CHACHA, 32, 12, 0, 0, 16 },
    { "AES_128_CBC", "AES-128-CBC", TLS_MODE_CBC, 16, 16, 0, 16, 0 },
    { "AES_256_CBC", "AES-256-CBC", TLS_MODE_CBC, 32, 16, 0, 16, 0 },
    { "CAMELLIA_128_CBC", "CAMELLIA-128-CBC", TLS_MODE_CBC, 16, 16, 0, 16, 0 },
    { "CAMELLIA_256_CBC", "CAMELLIA-256-CBC", TLS_MODE_CBC, 32, 16, 0, 16, 0 },
    { "ARIA_128_CBC", "ARIA-128-CBC", TLS_MODE_CBC, 16, 16, 0, 16, 0 },
    { "ARIA_256_CBC", "ARIA-256-CBC", TLS_MODE_CBC, 32, 16, 0, 16, 0 },
    { "3DES_EDE_CBC", "DES-EDE3-CBC", TLS_MODE_CBC, 24, 8, 0, 8, 0 },
    { "NULL", "", TLS_MODE_NULL, 0, 0, 0, 0, 0 },
};

static const struct {
    const char *part, *digest;
    uint8_t len;
} digests[] = {
    { "_SHA384", "SHA384", 48 },
    { "_SHA256", "SHA256", 32 },
    { "_SHA", "SHA1", 20 },
    { "_MD5", "MD5", 16 },
};

static const char *name_of(uint16_t id)
{
    size_t low = 0, high = G_N_ELEMENTS(suites);

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (suites[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < G_N_ELEMENTS(suites) && suites[low].id == id ? suites[low].name : NULL;
}

static void set_cipher(TlsSuite *suite, const char *part)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        if (!g_str_has_prefix(part, ciphers[i].part))
            continue;
        suite->mode = ciphers[i].mode;
        g_strlcpy(suite->cipher, ciphers[i].cipher, sizeof suite->cipher);
        suite->key_len = ciphers[i].key_len;
        suite->iv_len = ciphers[i].iv_len;
        suite->explicit_iv_len = ciphers[i].explicit_iv_len;
        suite->block_len = ciphers[i].block_len;
        suite->tag_len = ciphers[i].tag_len;
        return;
    }
}

/* The digest that ends the name is that of the HMAC, and from SHA256 on of the PRF (RFC 5246
 * section 5, RFC 5289); AEAD ciphers have no HMAC. */
static void set_digest(TlsSuite *suite)
{
    bool has_mac = suite->mode == TLS_MODE_CBC || suite->mode == TLS_MODE_NULL;

    suite->prf = g_str_has_suffix(suite->name, "_SHA384") ? "SHA384" : "SHA256";
    for (size_t i = 0; has_mac && i < G_N_ELEMENTS(digests); i++)
        if (g_str_has_suffix(suite->name, digests[i].part)) {
            g_strlcpy(suite->mac, digests[i].digest, sizeof suite->mac);
            suite->mac_len = digests[i].len;
            return;
        }
}

bool tls_suite_find(uint16_t id, TlsSuite *out)
{
    const char *name = name_of(id);

    *out = (TlsSuite){ .id = id, .name = name };
    if (!name)
        return false;
    const char *with = strstr(name, "_WITH_");
    set_cipher(out, with ? with + strlen("_WITH_") : name + strlen("TLS_"));
    set_digest(out);
    out->rsa = g_str_has_prefix(name, "TLS_RSA_WITH_");
    return true;
}
