/* dissect/media/srtp_transform.h - SRTP under one master key as RFC 3711 has it, with HMAC-SHA1, by
 * OpenSSL: what libsrtp2 has not. That is keys of 192 bits as RFC 6188 derives them (libsrtp2 takes
 * them for 256-bit keys that end in zeros), AES-f8, and session keys that are derived anew every so
 * many packets (KDR). Private to dissect/media/. */
#pragma once
#include "dissect/media/srtp_context.h"

typedef struct SrtpTransform SrtpTransform;

/* Is it for @key, or can libsrtp2 do it? */
bool srtp_transform_is_for(const SrtpKey *key);
/* NULL when OpenSSL fails. */
SrtpTransform *srtp_transform_new(const SrtpKey *key, unsigned rtcp_tag_bytes);
void srtp_transform_free(SrtpTransform *transform);
/* Both work in place and change *@length; @bytes need not hold anything of what they should. */
SrtpVerdict srtp_transform_rtp(SrtpTransform *transform, uint8_t *bytes, size_t *length,
                               uint32_t roc);
SrtpVerdict srtp_transform_rtcp(SrtpTransform *transform, uint8_t *bytes, size_t *length);
