/* dissect/call/security_private.h - what the files of security.h share and nobody else needs. */
#pragma once
#include "dissect/base/pool.h"
#include "dissect/call/call_private.h"

#define NUMBERS_FRAUD   5u
#define REJECTED_ATTACK 5u /* a phone with a wrong password waits between its attempts */
#define MINUTE_NS       (60 * NS_PER_S)

struct SecurityWatch {
    Pool sources;           /* SecuritySource, in order of appearance */
    SlotIndex by_ip;        /* their numbers */
    GArray *of_endpoint;    /* uint32_t by endpoint id: its number; 0: not looked up yet */
    GHashTable *agents;     /* interned User-Agent -> is it a scanner's? */
    const char *last_agent; /* of them: the one asked for last, and the answer */
    bool last_is_scanner;
    GHashTable *strangers; /* call number -> owned Stranger; private to security_dialog.c */
    uint64_t uncounted;
};

/* The source of an endpoint's address, made if need be; NULL: the table is full. */
SecuritySource *security_source_for(const MessageContext *context, uint32_t endpoint);
/* Makes it if need be. */
Suspicion *security_suspect(SecuritySource *source);
/* The message of @context speaks for @rule; or another packet does. */
void security_note(const MessageContext *context, SecuritySource *source, SecurityRule rule);
void security_note_packet(SecuritySource *source, SecurityRule rule, int64_t time_ns,
                          uint32_t frame);

/* security_password.c: a final answer to a request with credentials that @source began. */
void security_follow_password(const MessageContext *context, SecuritySource *source);

/* security_refusal.c: users and numbers that were asked for in vain. */
/* A challenge to a request without credentials: it may come again with them. */
bool security_is_challenge(const MessageContext *context);
bool security_calls_in_vain(const SecuritySource *source);
/* @user is a number that costs, or one that was tried with other prefixes. */
bool security_is_fraud_number(const SecuritySource *source, const char *user);
/* @source repeats a request with credentials: the challenge before was no refusal. */
void security_follow_credentials(const MessageContext *context, SecuritySource *source);
/* What @source asked for was refused, or challenged. */
void security_note_refusal(const MessageContext *context, SecuritySource *source);
