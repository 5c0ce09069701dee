/* dissect/sip/sdp_crypto.h - what stands in a=crypto behind the suite: keys (RFC 4568 section 6.1)
 * and session parameters (section 6.3). Pure functions; slices borrowed. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

#define SDP_MKI_BYTES_MAX 128
#define SDP_KDR_MAX       24 /* RFC 4568 section 6.3.1 */

typedef struct {
    Slice key;         /* base64 of master key and salt; padding may be missing */
    uint64_t lifetime; /* packets; 0: not given */
    uint64_t mki;      /* valid when mki_bytes > 0 */
    uint8_t mki_bytes; /* of it in each packet; 0: there is none */
} SdpCryptoKey;

/* Cuts the next "inline:..." off @params. DISSECT_NOT_MINE at the end or for another key method;
 * DISSECT_MALFORMED when it breaks the grammar: that one is cut off all the same. */
DissectStatus sdp_crypto_next_key(Slice *params, SdpCryptoKey *out);

typedef struct {
    bool clear_srtp, clear_srtcp; /* UNENCRYPTED_SRTP, UNENCRYPTED_SRTCP */
    bool unauthenticated;         /* UNAUTHENTICATED_SRTP */
    uint8_t derivation_bits;      /* KDR: session keys change every 2^n packets; 0: they stay */
    unsigned window;              /* WSH; 0: not given */
    unsigned unknown;             /* parameters without meaning here that are not optional */
} SdpCryptoSession;

void sdp_crypto_session(Slice params, SdpCryptoSession *out);
