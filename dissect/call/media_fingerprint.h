/* dissect/call/media_fingerprint.h - a=fingerprint of a call's SDP (RFC 8122), to be held against
 * the certificates that its media paths show. Bounded: 64 a call. */
#pragma once
#include "dissect/call/call_private.h"

/* Digests of a certificate: SHA-1, SHA-256, SHA-384, SHA-512. */
typedef struct {
    Slice of[4];
} CertificateDigests;

void media_fingerprint_note(Call *call, const Sdp *sdp);
/* The end at @endpoint showed this certificate: an anomaly when @call's SDP announced the address
 * with fingerprints of which none is its. */
void media_fingerprint_check(Model *model, Call *call, Endpoint endpoint,
                             const CertificateDigests *digests);
void media_fingerprint_release(Call *call);
