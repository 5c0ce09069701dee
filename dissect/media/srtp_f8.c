#include "dissect/media/srtp_f8.h"
#include <openssl/evp.h>

#define BLOCK        SRTP_F8_IV_BYTES
#define SALT_PADDING 0x55

struct SrtpF8 {
    EVP_CIPHER_CTX *cipher; /* owned; of single blocks, under the session key */
    EVP_CIPHER_CTX *masked; /* owned; under the session key xor the mask made of its salt */
};

static EVP_CIPHER_CTX *block_cipher(const uint8_t key[SRTP_F8_KEY_BYTES])
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    if (context && EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), NULL, key, NULL))
        return context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

SrtpF8 *srtp_f8_new(const uint8_t key[SRTP_F8_KEY_BYTES], Slice salt)
{
    SrtpF8 *f8 = g_new(SrtpF8, 1);
    uint8_t masked[SRTP_F8_KEY_BYTES];

    for (size_t i = 0; i < sizeof masked; i++)
        masked[i] = key[i] ^ (i < salt.len ? salt.data[i] : SALT_PADDING);
    *f8 = (SrtpF8){ block_cipher(key), block_cipher(masked) };
    if (f8->cipher && f8->masked)
        return f8;
    srtp_f8_free(f8);
    return NULL;
}

void srtp_f8_free(SrtpF8 *f8)
{
    if (!f8)
        return;
    EVP_CIPHER_CTX_free(f8->cipher);
    EVP_CIPHER_CTX_free(f8->masked);
    g_free(f8);
}

static void put_be32(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Section 4.1.2.2: the header without the version, then the counter. */
void srtp_f8_rtp_iv(const uint8_t *header, uint32_t roc, uint8_t iv[SRTP_F8_IV_BYTES])
{
    memcpy(iv, header, 12);
    iv[0] = 0;
    put_be32(iv + 12, roc);
}

/* Section 4.1.2.3. */
void srtp_f8_rtcp_iv(const uint8_t *header, uint32_t index_word, uint8_t iv[SRTP_F8_IV_BYTES])
{
    memset(iv, 0, 4);
    put_be32(iv + 4, index_word);
    memcpy(iv + 8, header, 8);
}

static bool encrypt_block(EVP_CIPHER_CTX *cipher, const uint8_t in[BLOCK], uint8_t out[BLOCK])
{
    int written;
    return EVP_EncryptUpdate(cipher, out, &written, in, BLOCK) == 1;
}

bool srtp_f8_apply(SrtpF8 *f8, const uint8_t iv[SRTP_F8_IV_BYTES], uint8_t *bytes, size_t length)
{
    uint8_t start[BLOCK], counted[BLOCK], stream[BLOCK] = { 0 };

    if (!encrypt_block(f8->masked, iv, start))
        return false;
    for (size_t at = 0; at < length; at += BLOCK) {
        memset(counted, 0, BLOCK - 4);
        put_be32(counted + BLOCK - 4, (uint32_t)(at / BLOCK));
        for (unsigned i = 0; i < BLOCK; i++)
            counted[i] ^= start[i] ^ stream[i];
        if (!encrypt_block(f8->cipher, counted, stream))
            return false;
        for (size_t i = 0; i < MIN(BLOCK, length - at); i++)
            bytes[at + i] ^= stream[i];
    }
    return true;
}
