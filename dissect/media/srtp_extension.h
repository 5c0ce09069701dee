/* dissect/media/srtp_extension.h - encrypted header extensions of SRTP (RFC 6904): those elements
 * of a packet's extension that the SDP says are encrypted, under keys of their own, in counter
 * mode; with AES-GCM in counter mode as well, its shorter salt in front of zeros, as libsrtp2 does
 * it. Private to dissect/media/. */
#pragma once
#include "dissect/media/rtp_extension.h"
#include "dissect/media/srtp_context.h"

#define SRTP_EXTENSION_BYTES_MAX 512u /* a longer one stays as it is */

typedef struct SrtpExtensions SrtpExtensions;

/* NULL when its elements cannot be decrypted with @key: one of 192 bits that is padded. */
SrtpExtensions *srtp_extensions_new(const SrtpKey *key);
void srtp_extensions_free(SrtpExtensions *extensions);
/* Decrypts the elements of @packet whose ids are in @ids (bit n: id n): its extension becomes a
 * copy, borrowed from @extensions until its next use. False when it cannot; @packet is as it was
 * then. */
bool srtp_extensions_open(SrtpExtensions *extensions, uint32_t roc, uint16_t ids,
                          RtpPacket *packet);
