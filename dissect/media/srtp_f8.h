/* dissect/media/srtp_f8.h - AES in f8 mode (RFC 3711 section 4.1.2), by OpenSSL: libsrtp2 has none
 * of it. Private to dissect/media/. */
#pragma once
#include "dissect/base/slice.h"

#define SRTP_F8_KEY_BYTES 16u
#define SRTP_F8_IV_BYTES  16u

typedef struct SrtpF8 SrtpF8;

/* Under a session key of 128 bits and its salt, of at most as many. NULL when OpenSSL fails. */
SrtpF8 *srtp_f8_new(const uint8_t key[SRTP_F8_KEY_BYTES], Slice salt);
void srtp_f8_free(SrtpF8 *f8);

/* What a packet is encrypted with: its RTP header of 12 bytes, and its roll-over counter. */
void srtp_f8_rtp_iv(const uint8_t *header, uint32_t roc, uint8_t iv[SRTP_F8_IV_BYTES]);
/* Of SRTCP: the header of 8 bytes, and the word that ends the packet: E flag and index. */
void srtp_f8_rtcp_iv(const uint8_t *header, uint32_t index_word, uint8_t iv[SRTP_F8_IV_BYTES]);
/* Encrypts or decrypts in place; false when OpenSSL fails. */
bool srtp_f8_apply(SrtpF8 *f8, const uint8_t iv[SRTP_F8_IV_BYTES], uint8_t *bytes, size_t length);
