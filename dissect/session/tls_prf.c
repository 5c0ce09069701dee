#include "dissect/session/tls_prf.h"
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#define LABEL_MAX 255u

static OSSL_PARAM octets(const char *name, Slice bytes)
{
    return OSSL_PARAM_construct_octet_string(name, (void *)bytes.data, bytes.len);
}

static OSSL_PARAM text(const char *name, const char *value)
{
    return OSSL_PARAM_construct_utf8_string(name, (char *)value, 0);
}

static bool derive(const char *function, const OSSL_PARAM *parameters, uint8_t *out, size_t len)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, function, NULL);
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    bool done = context && EVP_KDF_derive(context, out, len, parameters) == 1;

    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return done;
}

bool tls_prf(const char *digest, Slice secret, const char *label, Slice seed, uint8_t *out,
             size_t len)
{
    const OSSL_PARAM parameters[] = {
        text(OSSL_KDF_PARAM_DIGEST, digest),
        octets(OSSL_KDF_PARAM_SECRET, secret),
        octets(OSSL_KDF_PARAM_SEED, slice_from_string(label)),
        octets(OSSL_KDF_PARAM_SEED, seed),
        OSSL_PARAM_construct_end(),
    };

    return secret.len > 0 && derive("TLS1-PRF", parameters, out, len);
}

bool tls_expand_label(const char *digest, Slice secret, const char *label, Slice context,
                      uint8_t *out, size_t len)
{
    uint8_t info[2 + 1 + LABEL_MAX + 1 + LABEL_MAX];
    size_t label_len = strlen(label), at = 0;
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;

    if (secret.len == 0 || label_len > LABEL_MAX || context.len > LABEL_MAX || len > UINT16_MAX)
        return false;
    info[at++] = (uint8_t)(len >> 8);
    info[at++] = (uint8_t)len;
    info[at++] = (uint8_t)label_len;
    memcpy(info + at, label, label_len);
    at += label_len;
    info[at++] = (uint8_t)context.len;
    if (context.len)
        memcpy(info + at, context.data, context.len);
    const OSSL_PARAM parameters[] = {
        text(OSSL_KDF_PARAM_DIGEST, digest),
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        octets(OSSL_KDF_PARAM_KEY, secret),
        octets(OSSL_KDF_PARAM_INFO, slice_of(info, at + context.len)),
        OSSL_PARAM_construct_end(),
    };
    return derive("HKDF", parameters, out, len);
}
