#include "dissect/media/srtp_extension.h"
#include "dissect/media/srtp_aes_cm.h"

#define HEAD_BYTES     4u
#define CIPHER_KEY_MAX 32u

struct SrtpExtensions {
    SrtpCounterMode *cipher; /* owned; NULL: the suite encrypts nothing */
    uint8_t plain[SRTP_EXTENSION_BYTES_MAX];
};

SrtpExtensions *srtp_extensions_new(const SrtpKey *key)
{
    SrtpCounterMode *cipher = NULL;

    if (key->suite->cipher != SRTP_CIPHER_NULL) {
        bool known =
            !key->padded && !key->derivation_bits && key->suite->cipher != SRTP_CIPHER_AES_F8;
        cipher = known ? srtp_counter_mode_new(key, SRTP_LABEL_EXTENSION_KEY, 0) : NULL;
        if (!cipher)
            return NULL;
    }
    SrtpExtensions *extensions = g_new0(SrtpExtensions, 1);
    extensions->cipher = cipher;
    return extensions;
}

void srtp_extensions_free(SrtpExtensions *extensions)
{
    if (!extensions)
        return;
    srtp_counter_mode_free(extensions->cipher);
    g_free(extensions);
}

/* Section 3.1: the key stream runs over all of the extension behind its head; it is used for the
 * data of the elements alone, of which identifiers and lengths are in the clear. */
static void take_elements(uint8_t *plain, const RtpPacket *packet, uint16_t ids,
                          const uint8_t *decrypted)
{
    RtpExtensions elements = rtp_extensions(packet);
    RtpExtension element;

    while (rtp_extensions_next(&elements, &element)) {
        if (element.id >= HEADER_EXTENSION_IDS || !(ids >> element.id & 1))
            continue;
        size_t at = (size_t)(element.data.data - packet->extension.data);
        memcpy(plain + at, decrypted + at, element.data.len);
    }
}

bool srtp_extensions_open(SrtpExtensions *extensions, uint32_t roc, uint16_t ids, RtpPacket *packet)
{
    uint8_t decrypted[SRTP_EXTENSION_BYTES_MAX];
    Slice sent = packet->extension;
    int64_t index = (int64_t)roc << 16 | packet->seq;

    if (sent.len < HEAD_BYTES || sent.len > sizeof decrypted)
        return false;
    memcpy(extensions->plain, sent.data, sent.len);
    if (extensions->cipher) {
        memcpy(decrypted, sent.data, sent.len);
        if (!srtp_counter_mode_apply(extensions->cipher, decrypted + HEAD_BYTES,
                                     sent.len - HEAD_BYTES, packet->ssrc, index))
            return false;
        take_elements(extensions->plain, packet, ids, decrypted);
    }
    packet->extension = slice_of(extensions->plain, sent.len);
    return true;
}
