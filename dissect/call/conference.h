/* dissect/call/conference.h - calls to a conference, whose focus names itself with isfocus in
 * Contact (RFC 4579), and paging: media for a multicast group (RFC 8866 section 5.7). */
#pragma once
#include "dissect/call/structure.h"

typedef struct Conference {
    char *uri;         /* owned: Contact of the focus; NULL: none */
    Party focus;       /* of @uri */
    Endpoint group;    /* multicast address and port; port 0: no paging */
    int16_t group_ttl; /* behind it in c=, -1: not given */
    Party pager;       /* who named @group first */
} Conference;

/* URI of the conference the call is of; NULL: of none. */
const char *call_conference(const Call *call);
/* NULL: no media for a multicast group. */
const Conference *call_paging(const Call *call);
