/* dissect/call/redirection.h - 3xx responses to a call's INVITE, where they sent it, and what came
 * of that (RFC 3261 sections 8.1.3.4, 16.7 step 4). */
#pragma once
#include "dissect/call/structure.h"

#define REDIRECTS_MAX         16 /* of one call */
#define REDIRECT_CONTACTS_MAX 8
#define REDIRECT_Q_DEFAULT    1000

typedef struct {
    char *uri;           /* owned */
    int16_t q;           /* thousandths; -1: not given, which counts as 1 */
    bool tried_by_proxy; /* of what was tried: not by the caller itself */
    bool loop;           /* it had been tried before already */
    int64_t tried_ns;    /* first INVITE to it with this Call-ID; TIME_UNKNOWN: none */
    uint32_t frame;      /* of that INVITE; 0: none */
} RedirectContact;

typedef struct {
    int64_t time_ns;
    uint32_t frame;
    uint32_t by; /* endpoint id: who answered so */
    uint32_t cseq;
    uint64_t to_key; /* private: hash of its To-tag */
    uint16_t status;
    uint8_t contact_count; /* by falling q; further ones are left out */
    RedirectContact contacts[REDIRECT_CONTACTS_MAX];
} CallRedirect;

unsigned call_redirect_count(const Call *call);
const CallRedirect *call_redirect(const Call *call, unsigned index);
/* The call to which that contact led, with a Call-ID of its own; 0: none known. */
uint32_t redirect_contact_call(const Call *call, const RedirectContact *contact);
