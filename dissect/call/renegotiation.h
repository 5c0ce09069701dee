/* dissect/call/renegotiation.h - re-INVITE and UPDATE: what they were for and how they went
 * (RFC 3261 section 14, RFC 3311, RFC 6337). */
#pragma once
#include "dissect/call/structure.h"

/* Why, as the SDP shows against what the party had said before. None of them: a refresh. */
enum {
    RENEGOTIATE_HOLD = 1 << 0,
    RENEGOTIATE_RESUME = 1 << 1,
    RENEGOTIATE_CODECS = 1 << 2,
    RENEGOTIATE_ADDRESS = 1 << 3,
    RENEGOTIATE_T38 = 1 << 4,
    RENEGOTIATE_MEDIA = 1 << 5, /* media lines added or given up */
    RENEGOTIATE_REASONS = 6,
};
/* Name of reason @index (bit 1 << @index): "hold". */
const char *renegotiation_reason_name(unsigned index);

#define RENEGOTIATIONS_MAX 256 /* of one call */

typedef struct {
    int64_t time_ns;
    int64_t answer_ns; /* final response; TIME_UNKNOWN: none */
    uint32_t frame;
    uint32_t cseq;
    uint32_t glare;  /* 1 + index of the request that it crossed; 0: none */
    uint32_t retry;  /* 1 + index of the request that tried again; 0: none */
    uint16_t status; /* final response; 0: none */
    uint16_t dialog;
    int16_t retry_after_s; /* of a 500 (section 14.2); -1: not given */
    uint8_t method;        /* SIP_INVITE or SIP_UPDATE */
    uint8_t reasons;       /* RENEGOTIATE_ */
    Party by;
    bool early;     /* in an early dialog: without a reason it is no refresh */
    bool has_offer; /* its request has an SDP */
} Renegotiation;

unsigned call_renegotiation_count(const Call *call);
const Renegotiation *call_renegotiation(const Call *call, unsigned index);
/* From the 491 or 500 to the retry; TIME_UNKNOWN: there was none. */
int64_t renegotiation_retry_delay(const Call *call, const Renegotiation *renegotiation);
/* Did the retry wait as section 14.1 demands: 2.1 to 4 s for the owner of the Call-ID, at most 2 s
 * for the other; after a 500 at least Retry-After? */
bool renegotiation_retry_in_time(const Call *call, const Renegotiation *renegotiation);
/* Requests that got 491. */
unsigned call_glares(const Call *call);
