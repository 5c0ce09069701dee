#include "dissect/session/tls_cipher.h"
#include "dissect/session/tls_prf.h"
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#define BLOCK_MAX  16u
#define NONCE_LEN  12u
#define HEADER_LEN 13u /* sequence number, type, version, length: what is authenticated */

struct TlsCipher {
    TlsSuite suite;
    uint16_t version;
    bool encrypt_then_mac;
    uint64_t sequence;
    EVP_CIPHER_CTX *context; /* keyed; NULL in TLS_MODE_NULL */
    EVP_MAC_CTX *mac;        /* keyed; NULL in AEAD modes */
    uint8_t key[32];
    uint8_t iv[BLOCK_MAX]; /* fixed part of the nonce; TLS 1.0: the last block of ciphertext */
    bool iv_lost;          /* TLS 1.0: the record before was lost, or not authentic */
    bool mac_matched;      /* of the record that was tried last */
    uint8_t *plain;        /* borrowed during a call: where it decrypts to */
};

static bool begin_cipher(TlsCipher *cipher)
{
    EVP_CIPHER *algorithm = EVP_CIPHER_fetch(NULL, cipher->suite.cipher, NULL);
    bool done = false;

    cipher->context = EVP_CIPHER_CTX_new();
    if (algorithm && cipher->context &&
        EVP_DecryptInit_ex2(cipher->context, algorithm, NULL, NULL, NULL) == 1) {
        if (cipher->suite.mode == TLS_MODE_CBC)
            done = EVP_CIPHER_CTX_set_padding(cipher->context, 0) == 1;
        else
            done =
                EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_SET_IVLEN, NONCE_LEN, NULL) == 1;
        /* CCM wants the length of the tag before the key, so it is keyed for every record */
        if (done && cipher->suite.mode != TLS_MODE_CCM)
            done = EVP_DecryptInit_ex2(cipher->context, NULL, cipher->key, NULL, NULL) == 1;
    }
    EVP_CIPHER_free(algorithm);
    return done;
}

static bool begin_mac(TlsCipher *cipher, const uint8_t *key)
{
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, cipher->suite.mac, 0),
        OSSL_PARAM_construct_end(),
    };

    cipher->mac = algorithm ? EVP_MAC_CTX_new(algorithm) : NULL;
    EVP_MAC_free(algorithm);
    return cipher->mac && EVP_MAC_init(cipher->mac, key, cipher->suite.mac_len, parameters) == 1;
}

void tls_cipher_free(TlsCipher *cipher)
{
    if (!cipher)
        return;
    EVP_CIPHER_CTX_free(cipher->context);
    EVP_MAC_CTX_free(cipher->mac);
    explicit_bzero(cipher, sizeof *cipher);
    g_free(cipher);
}

TlsCipher *tls_cipher_new(const TlsSuite *suite, uint16_t version, bool encrypt_then_mac,
                          const TlsKeys *keys)
{
    g_autoptr(TlsCipher) cipher = g_new0(TlsCipher, 1);

    if (suite->mode == TLS_MODE_UNKNOWN)
        return NULL;
    cipher->suite = *suite;
    cipher->version = version;
    cipher->encrypt_then_mac = encrypt_then_mac && suite->mode == TLS_MODE_CBC;
    if (suite->key_len)
        memcpy(cipher->key, keys->key, suite->key_len);
    if (suite->iv_len && keys->iv)
        memcpy(cipher->iv, keys->iv, suite->iv_len);
    if (suite->mode != TLS_MODE_NULL && !begin_cipher(cipher))
        return NULL;
    if (suite->mac_len && !begin_mac(cipher, keys->mac_key))
        return NULL;
    return g_steal_pointer(&cipher);
}

TlsCipher *tls_cipher_new_13(const TlsSuite *suite, Slice secret)
{
    uint8_t key[32], iv[NONCE_LEN];
    TlsSuite whole_nonce = *suite;
    TlsCipher *cipher = NULL;

    whole_nonce.iv_len = NONCE_LEN;
    whole_nonce.explicit_iv_len = 0;
    if (suite->tag_len &&
        tls_expand_label(suite->prf, secret, "tls13 key", SLICE_EMPTY, key, suite->key_len) &&
        tls_expand_label(suite->prf, secret, "tls13 iv", SLICE_EMPTY, iv, sizeof iv))
        cipher = tls_cipher_new(&whole_nonce, TLS_1_3, false, &(TlsKeys){ .key = key, .iv = iv });
    explicit_bzero(key, sizeof key);
    return cipher;
}

static void put_be(uint8_t *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

/* RFC 5246 section 6.2.3.1; also the additional data of AEAD, section 6.2.3.3. */
static void put_header(uint8_t out[HEADER_LEN], uint64_t sequence, const TlsRecord *record,
                       size_t len)
{
    put_be(out, sequence, 8);
    out[8] = record->type;
    put_be(out + 9, record->version, 2);
    put_be(out + 11, len, 2);
}

/* The nonce's explicit part is the record's; otherwise the number is mixed in (RFC 7905, 8446). */
static void make_nonce(const TlsCipher *cipher, Slice explicit_part, uint64_t sequence,
                       uint8_t nonce[NONCE_LEN])
{
    memcpy(nonce, cipher->iv, NONCE_LEN);
    if (explicit_part.len) {
        memcpy(nonce + cipher->suite.iv_len, explicit_part.data, explicit_part.len);
        return;
    }
    uint8_t number[8];
    put_be(number, sequence, 8);
    for (unsigned i = 0; i < sizeof number; i++)
        nonce[4 + i] ^= number[i];
}

typedef struct {
    Slice ciphertext, tag, additional;
    uint8_t nonce[NONCE_LEN];
} Sealed;

static bool begin_sealed(TlsCipher *cipher, const Sealed *sealed)
{
    int tag_len = (int)sealed->tag.len, ignored;
    uint8_t *tag = (uint8_t *)sealed->tag.data;
    bool is_ccm = cipher->suite.mode == TLS_MODE_CCM;

    return EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_SET_TAG, tag_len, tag) == 1 &&
           EVP_DecryptInit_ex2(cipher->context, NULL, is_ccm ? cipher->key : NULL, sealed->nonce,
                               NULL) == 1 &&
           (!is_ccm || EVP_DecryptUpdate(cipher->context, NULL, &ignored, NULL,
                                         (int)sealed->ciphertext.len) == 1) &&
           EVP_DecryptUpdate(cipher->context, NULL, &ignored, sealed->additional.data,
                             (int)sealed->additional.len) == 1;
}

static bool open_sealed(TlsCipher *cipher, const Sealed *sealed)
{
    static const uint8_t nothing[1];
    const uint8_t *in = sealed->ciphertext.len ? sealed->ciphertext.data : nothing;
    int len = 0, rest = 0;

    if (!begin_sealed(cipher, sealed) || EVP_DecryptUpdate(cipher->context, cipher->plain, &len, in,
                                                           (int)sealed->ciphertext.len) != 1)
        return false;
    return cipher->suite.mode == TLS_MODE_CCM ||
           EVP_DecryptFinal_ex(cipher->context, cipher->plain + len, &rest) == 1;
}

static bool open_aead(TlsCipher *cipher, const TlsRecord *record, uint64_t sequence, size_t *ret)
{
    const TlsSuite *suite = &cipher->suite;
    Slice explicit_part = slice_sub(record->fragment, 0, suite->explicit_iv_len);
    Slice rest = slice_from(record->fragment, suite->explicit_iv_len);
    uint8_t header[HEADER_LEN], outer[5];
    Sealed sealed;

    if (rest.len < suite->tag_len)
        return false;
    size_t len = rest.len - suite->tag_len;
    sealed.ciphertext = slice_sub(rest, 0, len);
    sealed.tag = slice_from(rest, len);
    make_nonce(cipher, explicit_part, sequence, sealed.nonce);
    if (cipher->version == TLS_1_3) { /* RFC 8446 section 5.2 */
        outer[0] = record->type;
        put_be(outer + 1, record->version, 2);
        put_be(outer + 3, record->fragment.len, 2);
        sealed.additional = slice_of(outer, sizeof outer);
    } else {
        put_header(header, sequence, record, len);
        sealed.additional = slice_of(header, sizeof header);
    }
    *ret = len;
    return open_sealed(cipher, &sealed);
}

static bool mac_matches(TlsCipher *cipher, const TlsRecord *record, uint64_t sequence,
                        Slice content, Slice mac)
{
    uint8_t header[HEADER_LEN], computed[EVP_MAX_MD_SIZE];
    size_t len = 0;

    put_header(header, sequence, record, content.len);
    return EVP_MAC_init(cipher->mac, NULL, 0, NULL) == 1 &&
           EVP_MAC_update(cipher->mac, header, sizeof header) == 1 &&
           (content.len == 0 || EVP_MAC_update(cipher->mac, content.data, content.len) == 1) &&
           EVP_MAC_final(cipher->mac, computed, &len, sizeof computed) == 1 &&
           slice_equal(slice_of(computed, len), mac);
}

/* The number whose MAC is right, among @lost + 1 of them. */
static bool find_sequence(TlsCipher *cipher, const TlsRecord *record, unsigned lost, Slice content,
                          Slice mac)
{
    for (uint64_t next = cipher->sequence; next <= cipher->sequence + lost; next++)
        if (mac_matches(cipher, record, next, content, mac)) {
            cipher->iv_lost |= next > cipher->sequence;
            cipher->mac_matched = true;
            cipher->sequence = next;
            return true;
        }
    return false;
}

static Slice cut_mac(const TlsCipher *cipher, Slice *bytes)
{
    Slice mac = slice_from(*bytes, bytes->len - cipher->suite.mac_len);

    bytes->len -= cipher->suite.mac_len;
    return mac;
}

/* Removes the padding (RFC 5246 section 6.2.3.2); false when there is none that could be. */
static bool strip_padding(Slice *bytes)
{
    uint8_t count = slice_last(*bytes);

    for (size_t i = 0; i < count + 1u && i < bytes->len; i++)
        if (bytes->data[bytes->len - 1 - i] != count)
            return false;
    return bytes->len > 0 && slice_drop_tail(bytes, count + 1u);
}

/* The IV is the record's first block, and the last block of the one before in TLS 1.0. */
static bool decrypt_cbc(TlsCipher *cipher, Slice ciphertext, Slice *ret)
{
    const uint8_t *iv = cipher->iv;
    int len = 0;

    if (cipher->version > TLS_1_0) {
        iv = ciphertext.data;
        ciphertext = slice_from(ciphertext, cipher->suite.block_len);
    }
    if (ciphertext.len == 0 || ciphertext.len % cipher->suite.block_len != 0 ||
        EVP_DecryptInit_ex2(cipher->context, NULL, NULL, iv, NULL) != 1 ||
        EVP_DecryptUpdate(cipher->context, cipher->plain, &len, ciphertext.data,
                          (int)ciphertext.len) != 1)
        return false;
    *ret = slice_of(cipher->plain, (size_t)len);
    return strip_padding(ret);
}

static bool open_cbc(TlsCipher *cipher, const TlsRecord *record, unsigned lost, Slice *ret)
{
    Slice ciphertext = record->fragment, mac;
    size_t least =
        cipher->suite.mac_len + (cipher->version > TLS_1_0 ? (size_t)cipher->suite.block_len : 0);

    if (ciphertext.len < least)
        return false;
    if (cipher->encrypt_then_mac) {
        mac = cut_mac(cipher, &ciphertext);
        /* the MAC of a ciphertext does not cover the block it is chained to (RFC 7366) */
        return find_sequence(cipher, record, lost, ciphertext, mac) &&
               !(cipher->version == TLS_1_0 && cipher->iv_lost) &&
               decrypt_cbc(cipher, ciphertext, ret);
    }
    if (!decrypt_cbc(cipher, ciphertext, ret) || ret->len < cipher->suite.mac_len)
        return false;
    mac = cut_mac(cipher, ret);
    return find_sequence(cipher, record, lost, *ret, mac);
}

static bool open_null(TlsCipher *cipher, const TlsRecord *record, unsigned lost, Slice *ret)
{
    *ret = record->fragment;
    if (ret->len < cipher->suite.mac_len)
        return false;
    Slice mac = cut_mac(cipher, ret);
    return find_sequence(cipher, record, lost, *ret, mac);
}

/* The type of the content stands behind it, then zeros (RFC 8446 section 5.4). */
static bool unwrap_13(Slice *content, uint8_t *type)
{
    while (content->len && slice_last(*content) == 0)
        content->len--;
    *type = slice_last(*content);
    return slice_drop_tail(content, 1);
}

static bool open_record(TlsCipher *cipher, const TlsRecord *record, unsigned lost, Slice *ret)
{
    if (record->fragment.len > TLS_FRAGMENT_MAX)
        return false;
    if (cipher->suite.mode == TLS_MODE_CBC)
        return open_cbc(cipher, record, lost, ret);
    if (cipher->suite.mode == TLS_MODE_NULL)
        return open_null(cipher, record, lost, ret);
    for (uint64_t next = cipher->sequence; next <= cipher->sequence + lost; next++) {
        size_t len = 0;
        if (open_aead(cipher, record, next, &len)) {
            cipher->sequence = next;
            *ret = slice_of(cipher->plain, len);
            return true;
        }
    }
    return false;
}

/* TLS 1.0 goes on with the last block of ciphertext. */
static void keep_last_block(TlsCipher *cipher, Slice fragment)
{
    size_t block = cipher->suite.block_len;

    if (cipher->encrypt_then_mac && !slice_drop_tail(&fragment, cipher->suite.mac_len))
        return;
    if (cipher->suite.mode == TLS_MODE_CBC && cipher->version == TLS_1_0 && fragment.len >= block)
        memcpy(cipher->iv, fragment.data + fragment.len - block, block);
}

bool tls_cipher_open(TlsCipher *cipher, const TlsRecord *record, unsigned lost, uint8_t *plain,
                     uint8_t *ret_type, Slice *ret_content)
{
    uint8_t type = record->type;
    Slice content;

    cipher->plain = plain;
    cipher->mac_matched = false;
    if (!open_record(cipher, record, lost, &content))
        return false;
    cipher->sequence++;
    cipher->iv_lost = false;
    keep_last_block(cipher, record->fragment);
    if (cipher->version == TLS_1_3 && !unwrap_13(&content, &type))
        return false;
    *ret_type = type;
    *ret_content = content;
    return true;
}

void tls_cipher_skip(TlsCipher *cipher, Slice fragment)
{
    cipher->sequence++;
    cipher->iv_lost = !cipher->mac_matched;
    cipher->mac_matched = false;
    keep_last_block(cipher, fragment);
}
