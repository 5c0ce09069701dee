/* dissect/sip/digest.h - challenges and credentials of WWW-Authenticate, Proxy-Authenticate,
 * Authorization and Proxy-Authorization (RFC 3261 sections 20.7, 22; RFC 7616; RFC 8760).
 * Pure functions; slices are borrowed, quoted values come without their quotes. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

typedef struct {
    Slice scheme; /* "Digest" */
    Slice username, realm, nonce, uri, response, algorithm, opaque, qop, nc, cnonce;
    bool is_stale; /* stale=true: the password was right, the nonce was too old */
} SipDigest;

/* Reads the value of one such header. A parameter that is absent is empty; of a repeated one the
 * first counts. DISSECT_MALFORMED: no scheme, or not a list of name=value; @out has what could be
 * read. */
DissectStatus sip_digest_parse(Slice value, SipDigest *out);
