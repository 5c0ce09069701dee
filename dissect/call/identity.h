/* dissect/call/identity.h - who the first INVITE says is calling, and how the call came there:
 * P-Asserted-Identity and P-Preferred-Identity (RFC 3325), Privacy (RFC 3323), Remote-Party-ID,
 * Diversion (RFC 5806), History-Info (RFC 7044), PASSporTs (RFC 8224); and why it ended: Reason
 * (RFC 3326). */
#pragma once
#include "dissect/call/call.h"
#include "dissect/sip/passport.h"

#define IDENTITY_LIST_MAX 16 /* values kept of one header */

/* A hop of Diversion or History-Info; strings are owned, NULL: not there. */
typedef struct {
    char *uri;
    char *reason;      /* "user-busy"; of History-Info: the cause of the URI (RFC 4458), "486" */
    char *index;       /* History-Info; and what follows */
    char *mapping;     /* "rc", "mp", "np" (RFC 7044 section 10.1): how its target was chosen */
    char *mapped_from; /* the index that it names */
    int ended_with;    /* SIP cause in the Reason of its URI; 0: none */
} IdentityHop;

typedef struct CallIdentity {
    int64_t time_ns;       /* of the INVITE */
    char **asserted;       /* URIs; NULL-terminated, never NULL */
    char **preferred;      /* these three: likewise */
    char **remote_parties; /* URIs of Remote-Party-ID */
    char *privacy;         /* NULL: not there */
    GArray *diversions;    /* IdentityHop, the latest first */
    GArray *history;       /* IdentityHop, the oldest first */
    GArray *passports;     /* Passport */
} CallIdentity;

/* Reason of the first BYE, CANCEL or final failure that has one. */
typedef struct CallReason {
    char *protocol; /* "Q.850" */
    int cause;      /* -1: not there */
    char *text;     /* NULL: not there */
} CallReason;

/* What Q.850 or SIP calls the cause; NULL when it is unknown. */
const char *call_reason_meaning(const CallReason *reason);
/* The first value of a Reason header; NULL when it is empty. */
CallReason *call_reason_parse(Slice value);
void call_reason_free(CallReason *reason);
