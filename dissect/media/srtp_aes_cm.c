#include "dissect/media/srtp_aes_cm.h"
#include "dissect/base/cursor.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#define SALT_BYTES     14u
#define IV_BYTES       16u
#define AUTH_KEY_BYTES 20u
#define DIGEST_BYTES   20u
#define REPLAY_WINDOW  1024
#define RTP_HEADER     12u
#define RTCP_HEADER    8u
#define RTCP_INDEX     4u
#define RTCP_ENCRYPTED 0x80000000u
#define CIPHER_KEY_MAX 32u

struct SrtpCounterMode {
    EVP_CIPHER_CTX *cipher; /* owned */
    uint8_t salt[SALT_BYTES];
};

/* RTP or RTCP under its session keys (RFC 3711 section 4.3). */
typedef struct {
    SrtpCounterMode *cipher; /* owned */
    EVP_MAC_CTX *mac;        /* owned */
    unsigned tag_bytes;
    int64_t highest; /* index; -1: none */
    uint64_t seen[REPLAY_WINDOW / 64];
} Direction;

struct SrtpAesCm {
    SrtpKey key;
    Direction rtp, rtcp;
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

bool srtp_aes_cm_derive(const SrtpKey *key, SrtpLabel label, uint8_t *out, size_t count)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t iv[IV_BYTES] = { 0 };
    int written;

    memcpy(iv, key->master + key->suite->key_bytes, MIN(key->suite->salt_bytes, SALT_BYTES));
    iv[7] ^= (uint8_t)label;
    memset(out, 0, count);
    bool done = context && EVP_EncryptInit_ex(context, cipher_of(key), NULL, key->master, iv) &&
                EVP_EncryptUpdate(context, out, &written, out, (int)count);
    EVP_CIPHER_CTX_free(context);
    return done;
}

SrtpCounterMode *srtp_counter_mode_new(const SrtpKey *key, SrtpLabel label)
{
    SrtpCounterMode *mode = g_new0(SrtpCounterMode, 1);
    SrtpLabel salt = label == SRTP_LABEL_EXTENSION_KEY ? SRTP_LABEL_EXTENSION_SALT : label + 2;
    uint8_t cipher_key[CIPHER_KEY_MAX];

    mode->cipher = EVP_CIPHER_CTX_new();
    if (mode->cipher && srtp_aes_cm_derive(key, label, cipher_key, key->suite->key_bytes) &&
        srtp_aes_cm_derive(key, salt, mode->salt, MIN(key->suite->salt_bytes, SALT_BYTES)) &&
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

    memcpy(iv, mode->salt, SALT_BYTES);
    for (unsigned i = 0; i < 4; i++)
        iv[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (unsigned i = 0; i < 6; i++)
        iv[8 + i] ^= (uint8_t)(index >> (40 - 8 * i));
    return EVP_EncryptInit_ex(mode->cipher, NULL, NULL, NULL, iv) &&
           EVP_EncryptUpdate(mode->cipher, bytes, &written, bytes, (int)length);
}

static EVP_MAC_CTX *mac_new(const uint8_t auth_key[AUTH_KEY_BYTES])
{
    char digest[] = "SHA1";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);

    EVP_MAC_free(mac); /* the context keeps it */
    if (context && EVP_MAC_init(context, auth_key, AUTH_KEY_BYTES, params))
        return context;
    EVP_MAC_CTX_free(context);
    return NULL;
}

/* @first: the label of its cipher key; those of authentication and salt follow. */
static bool open_direction(Direction *direction, const SrtpKey *key, SrtpLabel first)
{
    uint8_t auth_key[AUTH_KEY_BYTES];

    direction->highest = -1;
    direction->cipher = srtp_counter_mode_new(key, first);
    if (!direction->cipher || !srtp_aes_cm_derive(key, first + 1, auth_key, sizeof auth_key))
        return false;
    direction->mac = mac_new(auth_key);
    return direction->mac != NULL;
}

SrtpAesCm *srtp_aes_cm_new(const SrtpKey *key, unsigned rtcp_tag_bytes)
{
    SrtpAesCm *cm = g_new0(SrtpAesCm, 1);

    cm->key = *key;
    cm->rtp.tag_bytes = key->unauthenticated ? 0 : key->suite->rtp_tag_bytes;
    cm->rtcp.tag_bytes = rtcp_tag_bytes;
    if (open_direction(&cm->rtp, key, SRTP_LABEL_RTP_KEY) &&
        open_direction(&cm->rtcp, key, SRTP_LABEL_RTCP_KEY))
        return cm;
    srtp_aes_cm_free(cm);
    return NULL;
}

void srtp_aes_cm_free(SrtpAesCm *cm)
{
    if (!cm)
        return;
    srtp_counter_mode_free(cm->rtp.cipher);
    srtp_counter_mode_free(cm->rtcp.cipher);
    EVP_MAC_CTX_free(cm->rtp.mac);
    EVP_MAC_CTX_free(cm->rtcp.mac);
    g_free(cm);
}

/* --- copies (RFC 3711 section 3.3.2) --- */

static bool is_replayed(const Direction *direction, int64_t index)
{
    if (index > direction->highest)
        return false;
    return direction->highest - index >= REPLAY_WINDOW ||
           (direction->seen[index % REPLAY_WINDOW / 64] >> index % 64 & 1);
}

static void note_index(Direction *direction, int64_t index)
{
    int64_t forget = MAX(direction->highest + 1, index - REPLAY_WINDOW + 1);

    for (; forget <= index; forget++)
        direction->seen[forget % REPLAY_WINDOW / 64] &= ~(UINT64_C(1) << forget % 64);
    direction->seen[index % REPLAY_WINDOW / 64] |= UINT64_C(1) << index % 64;
    direction->highest = MAX(direction->highest, index);
}

/* --- one packet --- */

/* Is @tag that of @bytes with @suffix behind them (section 4.2)? */
static bool is_authentic(Direction *direction, Slice bytes, Slice suffix, const uint8_t *tag)
{
    uint8_t digest[DIGEST_BYTES];
    size_t written;

    return direction->tag_bytes == 0 ||
           (EVP_MAC_init(direction->mac, NULL, 0, NULL) &&
            EVP_MAC_update(direction->mac, bytes.data, bytes.len) &&
            EVP_MAC_update(direction->mac, suffix.data, suffix.len) &&
            EVP_MAC_final(direction->mac, digest, &written, sizeof digest) &&
            CRYPTO_memcmp(digest, tag, direction->tag_bytes) == 0);
}

/* Where the payload begins; 0: the header is not all there. */
static size_t rtp_header_bytes(Slice packet)
{
    Cursor c = cursor_over(packet);
    uint8_t first = cursor_u8(&c);

    cursor_skip(&c, RTP_HEADER - 1 + 4u * (first & 15));
    if (first & 0x10) {
        cursor_skip(&c, 2);
        cursor_skip(&c, 4u * cursor_be16(&c));
    }
    return c.failed ? 0 : packet.len - c.rest.len;
}

/* Cuts the tag and the master key identifier off; false when they are not there. */
static bool cut_trailer(const SrtpAesCm *cm, const Direction *direction, Slice *packet,
                        const uint8_t **ret_tag)
{
    if (packet->len < direction->tag_bytes + cm->key.mki_bytes)
        return false;
    *ret_tag = packet->data + packet->len - direction->tag_bytes;
    slice_drop_tail(packet, direction->tag_bytes + cm->key.mki_bytes);
    return slice_equal(slice_of(packet->data + packet->len, cm->key.mki_bytes),
                       slice_of(cm->key.mki, cm->key.mki_bytes));
}

SrtpVerdict srtp_aes_cm_rtp(SrtpAesCm *cm, uint8_t *bytes, size_t *length, uint32_t roc)
{
    const uint8_t roc_bytes[] = { (uint8_t)(roc >> 24), (uint8_t)(roc >> 16), (uint8_t)(roc >> 8),
                                  (uint8_t)roc };
    Slice packet = slice_of(bytes, *length);
    const uint8_t *tag;

    size_t header = cut_trailer(cm, &cm->rtp, &packet, &tag) ? rtp_header_bytes(packet) : 0;
    if (header == 0)
        return SRTP_FAILED;
    int64_t index = (int64_t)roc << 16 | bytes_be16(bytes + 2);
    if (is_replayed(&cm->rtp, index))
        return SRTP_REPLAYED;
    if (!is_authentic(&cm->rtp, packet, slice_of(roc_bytes, sizeof roc_bytes), tag))
        return SRTP_FAILED;
    if (!cm->key.clear_rtp &&
        !srtp_counter_mode_apply(cm->rtp.cipher, bytes + header, packet.len - header,
                                 bytes_be32(bytes + 8), index))
        return SRTP_FAILED;
    note_index(&cm->rtp, index);
    *length = packet.len;
    return SRTP_OPEN;
}

SrtpVerdict srtp_aes_cm_rtcp(SrtpAesCm *cm, uint8_t *bytes, size_t *length)
{
    Slice packet = slice_of(bytes, *length);
    const uint8_t *tag;

    if (!cut_trailer(cm, &cm->rtcp, &packet, &tag) || packet.len < RTCP_HEADER + RTCP_INDEX)
        return SRTP_FAILED;
    size_t size = packet.len - RTCP_INDEX;
    uint32_t word = bytes_be32(bytes + size);
    int64_t index = word & ~RTCP_ENCRYPTED;
    if (is_replayed(&cm->rtcp, index))
        return SRTP_REPLAYED;
    if (!is_authentic(&cm->rtcp, packet, SLICE_EMPTY, tag))
        return SRTP_FAILED;
    if (word & RTCP_ENCRYPTED &&
        !srtp_counter_mode_apply(cm->rtcp.cipher, bytes + RTCP_HEADER, size - RTCP_HEADER,
                                 bytes_be32(bytes + 4), index))
        return SRTP_FAILED;
    note_index(&cm->rtcp, index);
    *length = size;
    return SRTP_OPEN;
}
