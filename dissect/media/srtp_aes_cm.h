/* dissect/media/srtp_aes_cm.h - session keys of SRTP (RFC 3711 section 4.3, RFC 6188 section 3) and
 * AES in counter mode under them, by OpenSSL. Private to dissect/media/. */
#pragma once
#include "dissect/media/srtp_context.h"

#define SRTP_SALT_BYTES_MAX 14u

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

/* @count bytes of the session key @label from key->master. @round: the packet's index divided by
 * the key derivation rate; 0 where there is none. False when OpenSSL fails. */
bool srtp_derive(const SrtpKey *key, SrtpLabel label, uint64_t round, uint8_t *out, size_t count);

/* AES in counter mode under one session key and its salt. */
typedef struct SrtpCounterMode SrtpCounterMode;

/* @label: of its key; that of its salt is SRTP_LABEL_EXTENSION_SALT or two behind it. NULL when
 * OpenSSL fails. */
SrtpCounterMode *srtp_counter_mode_new(const SrtpKey *key, SrtpLabel label, uint64_t round);
void srtp_counter_mode_free(SrtpCounterMode *mode);
/* Encrypts or decrypts in place, with the counter of RFC 3711 section 4.1.1. */
bool srtp_counter_mode_apply(SrtpCounterMode *mode, uint8_t *bytes, size_t length, uint32_t ssrc,
                             int64_t index);
