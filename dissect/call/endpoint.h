/* dissect/call/endpoint.h - what each address of the model's endpoint table is, by what it does.
 * Counters are kept as INVITE, REGISTER and OPTIONS pass; roles are read from them on demand.
 * Bounded: the first ENDPOINTS_KNOWN_MAX endpoints. */
#pragma once
#include "dissect/base/cache.h"
#include "dissect/base/clock.h"
#include "dissect/media/media_host.h"
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define ENDPOINTS_KNOWN_MAX 100000u
#define BRIDGE_MEMORY       8u /* INVITEs */

typedef enum {
    ROLE_USER_AGENT,
    ROLE_PROXY,           /* adds a Via and sends on (RFC 3261 section 16) */
    ROLE_REGISTRAR,       /* accepts REGISTER (section 10) */
    ROLE_REDIRECT_SERVER, /* answers INVITE with 3xx and neither calls nor registers (section 8.3)
                           */
    ROLE_B2BUA,           /* an INVITE comes, one for the same user goes with another Call-ID, or
                             from another address one that is known to belong to it */
    ROLE_GATEWAY,         /* speaks ISUP (RFC 3372) */
    ROLE_MEDIA_RELAY,     /* streams come to it and go on: dissect/media/passage.h; TURN */
    ROLE_SCANNER,         /* dissect/call/security.h says so */
    ENDPOINT_ROLES
} EndpointRole;
const char *endpoint_role_name(EndpointRole role); /* "user-agent" */

/* An INVITE that was received, to be recognised when it leaves. */
typedef struct {
    int64_t time_ns;
    uint32_t call_id, from_user, to_user; /* hashes */
} BridgedInvite;

/* Calls are those outside of dialogs; what was challenged is not counted until it is repeated. */
typedef struct {
    uint64_t calls, answered;
    uint64_t delivered; /* answered, busy, not answered though it rang, refused (ITU-T E.425) */
} EndpointCalls;

typedef struct {
    _Alignas(CACHE_LINE) const char *agent; /* interned: User-Agent or Server; NULL */
    const char *allow;                      /* interned: Allow of its answer to OPTIONS; NULL */
    const char *codecs;                     /* interned: of its newest SDP; NULL */
    uint8_t transports;                     /* 1 << SipTransport */
    EndpointCalls from, to;
    int64_t pdd_sum_ns;
    uint64_t pdd_count;
    uint64_t requests; /* that it began: one Via */
    uint64_t answers;  /* final ones it gave */
    uint64_t relayed, record_routed;
    uint64_t registers_relayed, registers_accepted;
    uint64_t redirects;
    uint64_t bridged, isup;
    uint64_t registers; /* that it began */
    uint32_t joined;    /* legs that go on at, or come from, */
    uint32_t other_arm; /* this endpoint, a B2BUA's on the other side: id; the newest */

    /* Private to endpoint.c. */
    BridgedInvite *received; /* owned; grows to a ring of BRIDGE_MEMORY */
    unsigned next_received, received_count;
} EndpointFacts;

typedef struct EndpointWatch EndpointWatch;
struct Model;

/* NULL: nothing is known of it. */
const EndpointFacts *endpoint_facts(const struct Model *model, uint32_t id);
bool endpoint_has_role(const struct Model *model, uint32_t id, EndpointRole role);
/* What its host does with media, whatever its ports; NULL: nothing is known. */
const MediaHost *endpoint_host(const struct Model *model, uint32_t id);
/* Appends why: "12 requests sent on". */
void endpoint_role_evidence(const struct Model *model, uint32_t id, EndpointRole role,
                            GString *out);
