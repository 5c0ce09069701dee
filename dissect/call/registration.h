/* dissect/call/registration.h - the location service as the registrar sees it (RFC 3261 section
 * 10): one row per address of record and contact. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/clock.h"
#include "dissect/sip/message.h"

typedef enum {
    REGISTRATION_PENDING,    /* asked, no final answer yet */
    REGISTRATION_CHALLENGED, /* 401 or 407, and no credentials since */
    REGISTRATION_ACTIVE,
    REGISTRATION_EXPIRED, /* by the packet clock */
    REGISTRATION_REMOVED, /* expires 0 */
    REGISTRATION_FAILED,
    REGISTRATION_STATES
} RegistrationState;
const char *registration_state_name(RegistrationState state);

typedef enum { NAT_UNKNOWN, NAT_NONE, NAT_BETWEEN } RegistrationNat;

typedef struct Registration {
    char *aor, *contact;        /* owned; contact "" for a query or before one is known */
    char *user_agent;           /* owned; NULL */
    char *path;                 /* owned; NULL; RFC 3327 */
    RegistrationState state;    /* without the clock: registration_state() */
    uint32_t call;              /* number of the Call-ID's record; 0 when evicted */
    uint32_t source, registrar; /* endpoint ids */
    int64_t first_ns, last_ns;  /* requests */
    int64_t bound_ns;           /* last 2xx; TIME_UNKNOWN */
    int64_t expires_s;          /* granted; -1: not known */
    uint32_t requests, successes, challenges, failures;
    uint16_t last_status;
    int64_t delay_ns;   /* request to its 2xx, the last one: RRD (RFC 6076 4.1) */
    int64_t refresh_ns; /* between the last two 2xx of a binding; TIME_UNKNOWN */
    /* The contact names another IP address than the request came from; not known when it names a
     * host, or when the request was not seen as its sender sent it. */
    RegistrationNat nat;
    Endpoint received; /* what the registrar saw (RFC 3261 18.2.1, RFC 3581); port 0: not told */

    /* Private to call/registration.c. */
    int64_t asked_s; /* expiry asked for; -1: none */
    uint32_t cseq;
    struct Registration *next; /* of the same address of record */
} Registration;

RegistrationState registration_state(const Registration *registration, int64_t clock_ns);
/* When the binding ends; TIME_UNKNOWN when there is none. */
int64_t registration_expiry(const Registration *registration);
/* Seconds until then by the packet clock, 0 when it is over; -1: there is no binding. */
int64_t registration_left_s(const Registration *registration, int64_t clock_ns);
