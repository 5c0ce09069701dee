/* dissect/call/correlator.h - correlation.h as the tracker drives it. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/call/correlation.h"
#include "dissect/call/sign_table.h"

typedef enum {
    SIGN_SESSION,
    SIGN_HEADER,
    SIGN_CHARGING,
    SIGN_HOP,
    SIGN_MEDIA,
    SIGN_TARGET,   /* a REFER sent its receiver there */
    SIGN_REDIRECT, /* a 3xx did */
    SIGN_REFERRED, /* somebody is to call there, with Referred-By */
    SIGN_CONFERENCE,
    SIGN_KINDS
} SignKind;

typedef struct {
    char *name;     /* owned */
    SipHeaderId id; /* SIP_HEADER_UNKNOWN: it is found by name */
} CorrelationHeader;

typedef struct Correlator {
    SignTable passing;     /* of hops and media addresses: seconds */
    SignTable lasting;     /* identifiers and referrals */
    bool left[SIGN_KINDS]; /* was one of that kind ever left? */
    CorrelationHeader headers[CORRELATION_HEADERS_MAX];
    unsigned header_count;
    bool any_known; /* one of them has an id */
    bool off;
} Correlator;

void correlator_new(Model *model);
void correlator_free(Model *model);

/* The signs that a message will probably be known by, and leave. */
typedef struct {
    uint64_t keys[3];
    unsigned count;
} ExpectedSigns;

/* For a message that will be followed soon: begins to fetch from memory what its signs need first,
 * and tells which they are; then the rest of it. */
void correlator_expect(const Model *model, const SipMessage *sip, const MessageOrigin *origin,
                       ExpectedSigns *out);
void correlator_fetch(const Model *model, const ExpectedSigns *expected);
/* Behind dialog and session, for a message that is no retransmission. */
void correlator_follow(MessageContext *context);

/* The key of a sign; the text is what both sides carry, the address may be NULL. */
uint64_t sign_key(SignKind kind, Slice text, const IpAddress *address);
/* A sign of context->call, from this message. */
void correlator_leave(const MessageContext *context, SignKind kind, uint64_t key);
/* The newest call with the sign @found, other than that of @context; NULL: there is none. */
Call *correlator_find(const MessageContext *context, SignKind kind, uint64_t key,
                      const Sign **found);
/* Where signs of @kind are; NULL: there are none. */
const SignTable *correlator_signs(const Model *model, SignKind kind);
IpAddress context_source(const MessageContext *context);
IpAddress context_destination(const MessageContext *context);
