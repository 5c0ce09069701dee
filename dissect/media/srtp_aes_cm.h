/* dissect/media/srtp_aes_cm.h - AES in counter mode with HMAC-SHA1, as RFC 3711 and RFC 6188 have
 * it, by OpenSSL: for keys of 192 bits, whose session keys libsrtp2 derives in a way of its own (as
 * those of a 256-bit key that ends in zeros). Private to dissect/media/. */
#pragma once
#include "dissect/media/srtp_context.h"

typedef enum {
    SRTP_LABEL_RTP_KEY,
    SRTP_LABEL_RTP_AUTH,
    SRTP_LABEL_RTP_SALT,
    SRTP_LABEL_RTCP_KEY,
    SRTP_LABEL_RTCP_AUTH,
    SRTP_LABEL_RTCP_SALT,
    SRTP_LABEL_EXTENSION_KEY, /* RFC 6904 section 3.2 */
    SRTP_LABEL_EXTENSION_SALT,
} SrtpLabel;

/* Key derivation with a rate of 0 (RFC 3711 section 4.3, RFC 6188 section 3.1): @count bytes of the
 * session key @label from key->master. False when OpenSSL fails. */
bool srtp_aes_cm_derive(const SrtpKey *key, SrtpLabel label, uint8_t *out, size_t count);

/* AES in counter mode under one session key and its salt. */
typedef struct SrtpCounterMode SrtpCounterMode;

/* @label: of its key; that of its salt is SRTP_LABEL_EXTENSION_SALT or two behind it. NULL when
 * OpenSSL fails. */
SrtpCounterMode *srtp_counter_mode_new(const SrtpKey *key, SrtpLabel label);
void srtp_counter_mode_free(SrtpCounterMode *mode);
/* Encrypts or decrypts in place, with the counter of RFC 3711 section 4.1.1. */
bool srtp_counter_mode_apply(SrtpCounterMode *mode, uint8_t *bytes, size_t length, uint32_t ssrc,
                             int64_t index);

typedef struct SrtpAesCm SrtpAesCm;

/* NULL when OpenSSL fails. */
SrtpAesCm *srtp_aes_cm_new(const SrtpKey *key, unsigned rtcp_tag_bytes);
void srtp_aes_cm_free(SrtpAesCm *cm);
/* Both work in place and change *@length; @bytes need not hold anything of what they should. */
SrtpVerdict srtp_aes_cm_rtp(SrtpAesCm *cm, uint8_t *bytes, size_t *length, uint32_t roc);
SrtpVerdict srtp_aes_cm_rtcp(SrtpAesCm *cm, uint8_t *bytes, size_t *length);
