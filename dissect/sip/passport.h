/* dissect/sip/passport.h - the Identity header: PASSporTs of STIR (RFC 8224, 8225; SHAKEN, RFC
 * 8588), and that of RFC 4474, which is only named. Decoded, never verified: that takes the
 * certificate. Bounded: PASSPORT_BYTES_MAX of base64 a part, PASSPORT_TARGETS_MAX destinations. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

enum { PASSPORT_BYTES_MAX = 8192, PASSPORT_TARGETS_MAX = 16 };

/* A claim's iat may differ by so much from the clock (RFC 8224 section 6.2.2 step 4). */
#define PASSPORT_FRESH_S 60

typedef enum {
    PASSPORT_FULL,
    PASSPORT_COMPACT, /* the verifier rebuilds header and claims from the request (8224 4.1.1) */
    PASSPORT_RFC4474, /* a bare signature */
} PassportForm;
const char *passport_form_name(PassportForm form); /* "full" */

/* Strings are owned; NULL: not there. */
typedef struct {
    PassportForm form;
    char *alg, *ppt;       /* of the token, else of the header's parameters */
    char *x5u;             /* where the certificate is: of the token, else ;info= */
    char *orig, *dest;     /* numbers or URIs; several separated by ", " */
    unsigned dest_count;   /* private: of those in @dest */
    char *attest, *origid; /* SHAKEN: "A", "B", "C" */
    char *div;             /* RFC 8946: who diverted it */
    int64_t iat_s;         /* Unix time; -1: not there */
} Passport;

/* DISSECT_OK, or DISSECT_MALFORMED: no base64url, or no JSON in it; @out has what could be read
 * either way. Clear it afterwards. */
DissectStatus passport_parse(Slice identity, Passport *out);
void passport_clear(Passport *passport);
/* Was it issued within PASSPORT_FRESH_S of @time_ns? False when it does not say when. */
bool passport_is_fresh(const Passport *passport, int64_t time_ns);
