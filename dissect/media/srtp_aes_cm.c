#include "dissect/media/srtp_aes_cm.h"
#include <openssl/evp.h>

#define IV_BYTES       16u
#define CIPHER_KEY_MAX 32u

struct SrtpCounterMode {
    EVP_CIPHER_CTX *cipher; /* owned */
    uint8_t salt[SRTP_SALT_BYTES_MAX];
};

static const EVP_CIPHER *cipher_of(const SrtpKey *key)
{
    switch (key->suite->key_bytes) {
    case 16:
        return EVP_aes_128_ctr();
    case 24:
        return EVP_aes_192_ctr();
    default:
        return EVP_aes_256_ctr();
    }
}

bool srtp_derive(const SrtpKey *key, SrtpLabel label, uint64_t round, uint8_t *out, size_t count)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    size_t salt_bytes = MIN(key->suite->salt_bytes, SRTP_SALT_BYTES_MAX);
    uint8_t iv[IV_BYTES] = { 0 };
    int written;

    memcpy(iv, key->master + key->suite->key_bytes, salt_bytes);
    iv[7] ^= (uint8_t)label;
    for (unsigned i = 0; i < 6; i++)
        iv[8 + i] ^= (uint8_t)(round >> (40 - 8 * i));
    memset(out, 0, count);
    bool done = context && EVP_EncryptInit_ex(context, cipher_of(key), NULL, key->master, iv) &&
                EVP_EncryptUpdate(context, out, &written, out, (int)count);
    EVP_CIPHER_CTX_free(context);
    return done;
}

SrtpCounterMode *srtp_counter_mode_new(const SrtpKey *key, SrtpLabel label, uint64_t round)
{
    SrtpCounterMode *mode = g_new0(SrtpCounterMode, 1);
    SrtpLabel salt = label == SRTP_LABEL_EXTENSION_KEY ? SRTP_LABEL_EXTENSION_SALT : label + 2;
    size_t salt_bytes = MIN(key->suite->salt_bytes, SRTP_SALT_BYTES_MAX);
    uint8_t cipher_key[CIPHER_KEY_MAX];

    mode->cipher = EVP_CIPHER_CTX_new();
    if (mode->cipher && srtp_derive(key, label, round, cipher_key, key->suite->key_bytes) &&
        srtp_derive(key, salt, round, mode->salt, salt_bytes) &&
        EVP_EncryptInit_ex(mode->cipher, cipher_of(key), NULL, cipher_key, NULL))
        return mode;
    srtp_counter_mode_free(mode);
    return NULL;
}

void srtp_counter_mode_free(SrtpCounterMode *mode)
{
    if (!mode)
        return;
    EVP_CIPHER_CTX_free(mode->cipher);
    g_free(mode);
}

/* The counter begins with salt, source and index added bit by bit. */
bool srtp_counter_mode_apply(SrtpCounterMode *mode, uint8_t *bytes, size_t length, uint32_t ssrc,
                             int64_t index)
{
    uint8_t iv[IV_BYTES] = { 0 };
    int written;

    memcpy(iv, mode->salt, sizeof mode->salt);
    for (unsigned i = 0; i < 4; i++)
        iv[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (unsigned i = 0; i < 6; i++)
        iv[8 + i] ^= (uint8_t)(index >> (40 - 8 * i));
    return EVP_EncryptInit_ex(mode->cipher, NULL, NULL, NULL, iv) &&
           EVP_EncryptUpdate(mode->cipher, bytes, &written, bytes, (int)length);
}
