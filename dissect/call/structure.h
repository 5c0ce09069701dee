/* dissect/call/structure.h - what is out of the ordinary in how a call is set up and goes on:
 * forks, redirections, challenges, reliable provisional responses, session timers, renegotiations,
 * holds, conferences. A plain call has none of it and pays one pointer. */
#pragma once
#include "dissect/call/call.h"

/* Of Call.structure; each member is owned and NULL until there is one. */
typedef struct CallStructure {
    GArray *branches;              /* CallBranch of call/fork.h */
    GArray *redirects;             /* CallRedirect of call/redirection.h */
    GArray *challenges;            /* AuthChallenge of call/challenge.h */
    GArray *provisionals;          /* ReliableProvisional of call/reliable.h */
    GArray *renegotiations;        /* Renegotiation of call/renegotiation.h */
    GArray *history;               /* IdentityHop of call/identity.h, told by a response */
    GArray *holds;                 /* CallHold of call/hold.h */
    struct SessionTimer *timer;    /* call/session_timer.h */
    struct Conference *conference; /* call/conference.h */
    struct KeptSide *kept;         /* private to call/renegotiation.c */
} CallStructure;

/* Length of one of the arrays of call->structure, whose member is @array: 0 where there is none. */
#define call_structure_count(call, array)                                                          \
    ((call)->structure && (call)->structure->array ? (call)->structure->array->len : 0u)
