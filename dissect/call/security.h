/* dissect/call/security.h - who attacks, and what makes an attack easy, by source address. Nothing
 * is flagged for what a phone, a proxy or a PBX does: requests count only where their sender began
 * them (one Via), and suspicions need that next to nothing of it was agreed to, where busy and not
 * answered are agreement, and a challenge is none of either when the request comes again with
 * credentials. One row a rule.
 *
 * Bounded: SECURITY_SOURCES_MAX addresses; those that come later are only counted. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/cache.h"
#include "dissect/base/clock.h"
#include "dissect/call/distinct_set.h"

#define SECURITY_SOURCES_MAX 50000u

typedef enum {
    SECURITY_SCANNER_AGENT, /* a User-Agent that only scanners have */
    SECURITY_HOST_SWEEP,    /* many addresses asked */
    SECURITY_ENUMERATION,   /* many users asked for that were refused */
    SECURITY_BRUTE_FORCE,   /* many wrong passwords in a minute */
    SECURITY_PASSWORD_FOUND,
    SECURITY_FLOOD,
    SECURITY_SPOOFED_REQUEST, /* in a dialog, from an address that had no part in it */
    SECURITY_TOLL_FRAUD,      /* many international or premium numbers tried */
    SECURITY_FRAUD_CALL,      /* and such a call was answered then */
    SECURITY_PLAIN_SDES,      /* keys of SRTP where everybody can read them */
    SECURITY_WEAK_DIGEST,
    SECURITY_RULES
} SecurityRule;

/* "brute-force", and a sentence about it. */
const char *security_rule_name(SecurityRule rule);
const char *security_rule_meaning(SecurityRule rule);
/* An attack by that source; else a weakness of it. */
bool security_rule_is_attack(SecurityRule rule);

/* The packets that speak for a rule. */
typedef struct {
    uint64_t count;
    int64_t first_ns, last_ns;
    uint32_t first_frame, last_frame;
} SecurityEvidence;

#define PASSWORD_USERS 8u

/* Wrong passwords for one user. */
typedef struct {
    uint32_t user; /* hash */
    unsigned count;
    int64_t since_ns; /* when the minute began */
} PasswordTries;

typedef struct {
    DistinctSet hosts, users, numbers; /* asked; refused; refused and expensive */
    DistinctSet number_tails;          /* last digits of @numbers: prefixes are tried before them */
    SecurityEvidence evidence[SECURITY_RULES];

    /* Private to security*.c. */
    PasswordTries tries[PASSWORD_USERS];
} Suspicion;

typedef struct {
    _Alignas(CACHE_LINE) IpAddress ip;
    const char *user_agent; /* interned; NULL */
    uint64_t requests;      /* INVITE, REGISTER, OPTIONS that it began outside of dialogs */
    uint64_t successes;     /* 2xx to them */
    uint64_t served;        /* 2xx it gave to INVITE and REGISTER */
    unsigned rejected_peak; /* wrong passwords within a minute, at most */
    unsigned request_peak;  /* requests within a second, at most */
    Suspicion *suspicion;   /* owned; NULL: nothing to note yet */

    /* Private to security*.c. */
    uint64_t agreed;      /* finals that nobody gets in vain: 2xx, 3xx, busy, not answered … */
    uint64_t challenged;  /* 401 and 407 to requests without credentials */
    uint64_t credentials; /* requests with them */
    uint64_t invites, invites_agreed, invite_credentials;
    uint64_t revisits; /* OPTIONS to a host that was asked before, another in between */
    IpAddress last_host;
    int64_t minute_ns, second_ns, number_ns; /* when they began */
    unsigned minute_rejected, minute_numbers, user_rejected_peak;
    unsigned second_requests, second_others; /* others: no REGISTER */
    int64_t burst_ns; /* a second with more requests than ever before; TIME_UNKNOWN */
    unsigned burst_others, burst_agreed;
    bool scanner_agent; /* @user_agent is one of those */
    bool hunted;        /* expensive numbers were tried in a way that no PBX does */
} SecuritySource;

typedef struct SecurityWatch SecurityWatch;
struct Model;

unsigned security_source_count(const struct Model *model);
const SecuritySource *security_source_at(const struct Model *model, unsigned index);
/* The source of an address; NULL: it began nothing. */
const SecuritySource *security_source_of(const struct Model *model, IpAddress ip);
/* Messages of sources beyond the table's end. */
uint64_t security_uncounted(const struct Model *model);
/* What speaks for @rule when it holds for @source; else NULL. */
const SecurityEvidence *security_finding(const SecuritySource *source, SecurityRule rule);
