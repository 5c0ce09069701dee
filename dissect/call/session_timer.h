/* dissect/call/session_timer.h - how long a session may go on without a refresh (RFC 4028). */
#pragma once
#include "dissect/call/structure.h"

typedef enum {
    SESSION_TIMER_RUNNING,
    SESSION_TIMER_OFF,     /* the newest 2xx has no Session-Expires any more */
    SESSION_TIMER_REFUSED, /* 422, and never agreed upon */
    SESSION_TIMER_ENDED,   /* a BYE came when the refresh was missing (section 10) */
    SESSION_TIMER_EXPIRED, /* neither refresh nor BYE came in time */
    SESSION_TIMER_STATES
} SessionTimerState;
const char *session_timer_state_name(SessionTimerState state); /* "running" */

typedef struct SessionTimer {
    int64_t refreshed_ns;  /* newest 2xx that set it; TIME_UNKNOWN: none */
    uint32_t interval_s;   /* Session-Expires of that; 0: none */
    uint32_t min_s;        /* the largest Min-SE of a 422; 0: none */
    uint32_t set_cseq;     /* private: of the request that set it last */
    uint32_t refused_cseq; /* private: of the newest that got 422 */
    uint32_t asked_cseq;   /* private: of the newest refresh that has a Session-Expires, */
    uint32_t asked_s;      /* and what it says */
    uint16_t dialog;       /* private */
    uint16_t refreshes;    /* re-INVITE or UPDATE with 2xx since it was set first */
    uint16_t late;         /* of them, after the moment at which the other side should say BYE */
    uint16_t refusals;     /* 422 */
    Party set_by;          /* private: whose request set it last */
    Party refresher;
    bool refresher_known;
    bool off;
} SessionTimer;

/* NULL: none. */
const SessionTimer *call_session_timer(const Call *call);
/* When it will expire or did; TIME_UNKNOWN when it is off. */
int64_t session_timer_expiry(const SessionTimer *timer);
/* At packet time @clock_ns. */
SessionTimerState session_timer_state(const Call *call, int64_t clock_ns);
