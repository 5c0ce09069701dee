/* dissect/call/challenge.h - authentication rounds of a call: challenges (401, 407) and what
 * answered them (RFC 3261 section 22, RFC 7616, RFC 8760). Credentials themselves are not kept. */
#pragma once
#include "dissect/call/structure.h"

typedef enum {
    CHALLENGE_UNANSWERED, /* no request with credentials for it was seen */
    CHALLENGE_ANSWERED,   /* with credentials; no response to them yet */
    CHALLENGE_ACCEPTED,
    CHALLENGE_STALE,     /* challenged again because the nonce was too old */
    CHALLENGE_REFUSED,   /* challenged again: the credentials were wrong */
    CHALLENGE_FORBIDDEN, /* 403 behind credentials: wrong ones, or no permission */
    CHALLENGE_RESULTS
} ChallengeResult;
const char *challenge_result_name(ChallengeResult result); /* "accepted" */

#define CHALLENGES_MAX 64 /* of one call */

typedef struct {
    int64_t request_ns;  /* the request that was challenged; TIME_UNKNOWN: not seen */
    int64_t time_ns;     /* 401 or 407 */
    int64_t answered_ns; /* request with credentials; TIME_UNKNOWN: none */
    char *realm;         /* owned; NULL: none given */
    char *algorithm;     /* owned; NULL: none given, which means MD5 */
    uint64_t nonce;      /* private: its hash */
    uint32_t frame;
    uint32_t by; /* endpoint id: who challenged, or passed it on first */
    uint32_t cseq, answered_cseq;
    uint16_t status;
    uint8_t method;   /* SipMethod */
    uint8_t result;   /* ChallengeResult */
    bool in_dialog;   /* of a re-INVITE, BYE ... */
    bool stale;       /* it says that the credentials before were right */
    bool other_nonce; /* it was answered with another nonce than it gave */
} AuthChallenge;

unsigned call_challenge_count(const Call *call);
const AuthChallenge *call_challenge(const Call *call, unsigned index);
/* Rounds: challenged requests; several realms may challenge one. */
unsigned call_auth_rounds(const Call *call);
/* What the rounds of the INVITE cost: from a challenged one to that with credentials, in sum. */
int64_t call_auth_time(const Call *call);
/* The worst of the newest result of every realm. */
ChallengeResult call_auth_result(const Call *call);
