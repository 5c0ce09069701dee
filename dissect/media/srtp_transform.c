#include "dissect/media/srtp_transform.h"
#include "dissect/base/cursor.h"
#include "dissect/media/srtp_aes_cm.h"
#include "dissect/media/srtp_f8.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#define AUTH_KEY_BYTES 20u
#define DIGEST_BYTES   20u
#define REPLAY_WINDOW  1024
#define RTP_HEADER     12u
#define RTCP_HEADER    8u
#define RTCP_INDEX     4u
#define RTCP_ENCRYPTED 0x80000000u

/* RTP or RTCP under its session keys (RFC 3711 section 4.3). */
typedef struct {
    SrtpLabel first;     /* of its cipher key; those of authentication and salt follow */
    uint64_t round;      /* of the key derivation, which made these: */
    SrtpCounterMode *cm; /* owned; one of both, or none: NULL cipher */
    SrtpF8 *f8;          /* owned */
    EVP_MAC_CTX *mac;    /* owned */
    unsigned tag_bytes;
    int64_t highest; /* index; -1: none */
    uint64_t seen[REPLAY_WINDOW / 64];
} Direction;

struct SrtpTransform {
    SrtpKey key;
    Direction rtp, rtcp;
};

bool srtp_transform_is_for(const SrtpKey *key)
{
    return key->suite->cipher == SRTP_CIPHER_AES_F8 || key->derivation_bits > 0 ||
           (srtp_key_is_ambiguous(key) && !key->padded);
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

static void close_direction(Direction *direction)
{
    g_clear_pointer(&direction->cm, srtp_counter_mode_free);
    g_clear_pointer(&direction->f8, srtp_f8_free);
    g_clear_pointer(&direction->mac, EVP_MAC_CTX_free);
}

static SrtpF8 *f8_new(const SrtpKey *key, SrtpLabel label, uint64_t round)
{
    uint8_t cipher_key[SRTP_F8_KEY_BYTES], salt[SRTP_SALT_BYTES_MAX];

    if (!srtp_derive(key, label, round, cipher_key, sizeof cipher_key) ||
        !srtp_derive(key, label + 2, round, salt, key->suite->salt_bytes))
        return NULL;
    return srtp_f8_new(cipher_key, slice_of(salt, key->suite->salt_bytes));
}

/* The session keys of @round. */
static bool derive(Direction *direction, const SrtpKey *key, uint64_t round)
{
    SrtpCipher cipher = key->suite->cipher;
    uint8_t auth_key[AUTH_KEY_BYTES];

    close_direction(direction);
    direction->round = round;
    if (!srtp_derive(key, direction->first + 1, round, auth_key, sizeof auth_key))
        return false;
    direction->mac = mac_new(auth_key);
    if (cipher == SRTP_CIPHER_AES_CM)
        direction->cm = srtp_counter_mode_new(key, direction->first, round);
    else if (cipher == SRTP_CIPHER_AES_F8)
        direction->f8 = f8_new(key, direction->first, round);
    return direction->mac && (direction->cm || direction->f8 || cipher == SRTP_CIPHER_NULL);
}

/* The session keys for a packet with @index (section 4.3.1). */
static bool derive_for(Direction *direction, const SrtpKey *key, int64_t index)
{
    uint64_t round = key->derivation_bits ? (uint64_t)index >> key->derivation_bits : 0;

    return (direction->mac && direction->round == round) || derive(direction, key, round);
}

SrtpTransform *srtp_transform_new(const SrtpKey *key, unsigned rtcp_tag_bytes)
{
    SrtpTransform *transform = g_new0(SrtpTransform, 1);

    transform->key = *key;
    transform->rtp = (Direction){ .first = SRTP_LABEL_RTP_KEY, .highest = -1 };
    transform->rtp.tag_bytes = key->unauthenticated ? 0 : key->suite->rtp_tag_bytes;
    transform->rtcp = (Direction){ .first = SRTP_LABEL_RTCP_KEY, .highest = -1 };
    transform->rtcp.tag_bytes = rtcp_tag_bytes;
    if (derive(&transform->rtp, key, 0) && derive(&transform->rtcp, key, 0))
        return transform;
    srtp_transform_free(transform);
    return NULL;
}

void srtp_transform_free(SrtpTransform *transform)
{
    if (!transform)
        return;
    close_direction(&transform->rtp);
    close_direction(&transform->rtcp);
    g_free(transform);
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
static bool cut_trailer(const SrtpTransform *transform, const Direction *direction, Slice *packet,
                        const uint8_t **ret_tag)
{
    if (packet->len < direction->tag_bytes + transform->key.mki_bytes)
        return false;
    *ret_tag = packet->data + packet->len - direction->tag_bytes;
    slice_drop_tail(packet, direction->tag_bytes + transform->key.mki_bytes);
    return slice_equal(slice_of(packet->data + packet->len, transform->key.mki_bytes),
                       slice_of(transform->key.mki, transform->key.mki_bytes));
}

/* The payload, which begins at @header. */
static bool decrypt_rtp(const Direction *direction, uint8_t *bytes, size_t header, size_t length,
                        int64_t index)
{
    uint8_t iv[SRTP_F8_IV_BYTES];

    if (direction->cm)
        return srtp_counter_mode_apply(direction->cm, bytes + header, length - header,
                                       bytes_be32(bytes + 8), index);
    if (!direction->f8)
        return true;
    srtp_f8_rtp_iv(bytes, (uint32_t)(index >> 16), iv);
    return srtp_f8_apply(direction->f8, iv, bytes + header, length - header);
}

/* All behind the first header; @word is what ends the packet. */
static bool decrypt_rtcp(const Direction *direction, uint8_t *bytes, size_t length, uint32_t word)
{
    uint8_t iv[SRTP_F8_IV_BYTES];

    if (direction->cm)
        return srtp_counter_mode_apply(direction->cm, bytes + RTCP_HEADER, length - RTCP_HEADER,
                                       bytes_be32(bytes + 4), word & ~RTCP_ENCRYPTED);
    if (!direction->f8)
        return true;
    srtp_f8_rtcp_iv(bytes, word, iv);
    return srtp_f8_apply(direction->f8, iv, bytes + RTCP_HEADER, length - RTCP_HEADER);
}

SrtpVerdict srtp_transform_rtp(SrtpTransform *transform, uint8_t *bytes, size_t *length,
                               uint32_t roc)
{
    const uint8_t roc_bytes[] = { (uint8_t)(roc >> 24), (uint8_t)(roc >> 16), (uint8_t)(roc >> 8),
                                  (uint8_t)roc };
    Slice packet = slice_of(bytes, *length);
    const uint8_t *tag;

    size_t header =
        cut_trailer(transform, &transform->rtp, &packet, &tag) ? rtp_header_bytes(packet) : 0;
    if (header == 0)
        return SRTP_FAILED;
    int64_t index = (int64_t)roc << 16 | bytes_be16(bytes + 2);
    if (is_replayed(&transform->rtp, index))
        return SRTP_REPLAYED;
    if (!derive_for(&transform->rtp, &transform->key, index) ||
        !is_authentic(&transform->rtp, packet, slice_of(roc_bytes, sizeof roc_bytes), tag))
        return SRTP_FAILED;
    if (!transform->key.clear_rtp &&
        !decrypt_rtp(&transform->rtp, bytes, header, packet.len, index))
        return SRTP_FAILED;
    note_index(&transform->rtp, index);
    *length = packet.len;
    return SRTP_OPEN;
}

SrtpVerdict srtp_transform_rtcp(SrtpTransform *transform, uint8_t *bytes, size_t *length)
{
    Slice packet = slice_of(bytes, *length);
    const uint8_t *tag;

    if (!cut_trailer(transform, &transform->rtcp, &packet, &tag) ||
        packet.len < RTCP_HEADER + RTCP_INDEX)
        return SRTP_FAILED;
    size_t size = packet.len - RTCP_INDEX;
    uint32_t word = bytes_be32(bytes + size);
    int64_t index = word & ~RTCP_ENCRYPTED;
    if (is_replayed(&transform->rtcp, index))
        return SRTP_REPLAYED;
    if (!derive_for(&transform->rtcp, &transform->key, index) ||
        !is_authentic(&transform->rtcp, packet, SLICE_EMPTY, tag))
        return SRTP_FAILED;
    if (word & RTCP_ENCRYPTED && !decrypt_rtcp(&transform->rtcp, bytes, size, word))
        return SRTP_FAILED;
    note_index(&transform->rtcp, index);
    *length = size;
    return SRTP_OPEN;
}
