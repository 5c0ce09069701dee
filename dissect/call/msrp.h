/* dissect/call/msrp.h - MSRP sessions (RFC 4975): what two ends say to one another on one hop, as
 * records of messages. Texts and files stay where they were captured and are read back by their
 * pieces. Plain data, written by the dissect thread and read under the model's lock. */
#pragma once
#include "capture/packet.h"
#include "dissect/base/address.h"
#include "dissect/base/anomaly.h"
#include "dissect/base/clock.h"
#include "dissect/session/msrp.h"

enum {
    MSRP_ENDS = 2,
    MSRP_TYPES_MAX = 16,    /* content types a session tells apart; the others count as "other" */
    MSRP_STATUSES_MAX = 16, /* status codes likewise, as 0 */
    MSRP_CONNECTIONS_MAX = 16, /* of one session */
    MSRP_UNWRAP_MAX = 8192,    /* bytes of a message that are looked into */
};

/* A run of bytes of a message. */
typedef struct {
    uint64_t offset; /* from 0 */
    PacketRef ref;
} MsrpPiece;

/* Bytes [begin, end) of a message. */
typedef struct {
    uint64_t begin, end;
} MsrpSpan;

/* What a SEND bears, with all its chunks. Small: most come in one piece. */
typedef struct {
    const char *type; /* interned media type; of what message/cpim wraps; NULL: not told */
    char *note;       /* what it says in few words, as SIP bodies do; owned, wire text; or NULL */
    char *file_name;  /* of Content-Disposition; owned, wire text; or NULL */
    bool in_cpim;
    bool is_composing;   /* RFC 3994 */
    bool is_attachment;  /* Content-Disposition says so */
    bool looked;         /* its beginning was looked into */
    bool ended, aborted; /* a chunk with $, with # */
    bool left_out;       /* some pieces were not kept */
    uint16_t answer;     /* the worst status of its responses; 0: none came */
    uint16_t report;     /* status of its last REPORT; 0: none came */
    uint32_t wrapped_at; /* where the wrapped content begins; 0: it is not wrapped */
    uint32_t chunks;
    uint64_t size;       /* bytes in all; MSRP_UNKNOWN */
    uint64_t received;   /* of them, each counted once */
    int64_t response_ns; /* from its last answered chunk to the response; TIME_UNKNOWN */

    /* Private to msrp_content.c. */
    MsrpSpan span;                   /* the only one; empty: none, or they are in @scattered */
    MsrpPiece piece;                 /* likewise */
    struct MsrpScattered *scattered; /* owned; NULL: no more than one of each */
    struct MsrpBeginning *beginning; /* owned; NULL: it tells no more */
} MsrpContent;

/* What was received: apart, ascending. */
unsigned msrp_span_count(const MsrpContent *content);
MsrpSpan msrp_span(const MsrpContent *content, unsigned index);
/* Where it stands, in order of arrival. */
unsigned msrp_piece_count(const MsrpContent *content);
MsrpPiece msrp_piece(const MsrpContent *content, unsigned index);

typedef enum {
    MSRP_CONTENT_COMPLETE,
    MSRP_CONTENT_INCOMPLETE, /* bytes are missing, or were not kept, or its end was not seen */
    MSRP_CONTENT_ABORTED,    /* by its sender */
    MSRP_CONTENT_STATES
} MsrpContentState;
const char *msrp_content_state_name(MsrpContentState state); /* "complete" */
MsrpContentState msrp_content_state(const MsrpContent *content);

/* One arrow: a message with all its chunks, any other request, or a response that is not 200. */
typedef struct {
    int64_t first_ns, last_ns;
    uint32_t frame; /* number of the packet it began in */
    uint8_t side;   /* the end that sent it */
    uint8_t method; /* MsrpMethod, of requests */
    bool is_request;
    bool anomaly;    /* something is wrong with it */
    uint16_t status; /* of a response; of REPORT: of its Status; 0 */
    const char
        *phrase;      /* interned: comment of the status, name of another method, nickname; NULL */
    PacketRef head;   /* start line and headers of its first chunk */
    char *message_id; /* owned; NULL: none */
    MsrpContent *content; /* owned; NULL: no data */
} MsrpEvent;

typedef struct {
    uint64_t messages, chunks, bytes; /* SEND that it sent; bytes of data, repeated ones too */
    uint64_t requests[MSRP_METHODS];
    uint64_t expected, answered;     /* requests that want a response, and those that got it */
    uint64_t delivered, undelivered; /* REPORTs it sent of success, of failure */
} MsrpCounts;

typedef struct {
    const char *type; /* interned */
    uint64_t messages;
} MsrpTypeCount;

typedef struct {
    uint16_t status; /* 0: all others */
    uint64_t count;
} MsrpStatusCount;

typedef struct {
    Endpoint source, destination; /* as the first message on it went */
    int64_t first_ns, last_ns;
} MsrpConnection;

typedef struct MsrpSession {
    uint32_t number;
    uint32_t call;               /* 0: none */
    uint8_t line;                /* of its SDP; meaningful with a call */
    bool from_caller[MSRP_ENDS]; /* likewise: this end is the caller's */
    Endpoint ends[MSRP_ENDS];    /* of the connection seen first; 0 sent the first message */
    char *uris[MSRP_ENDS];       /* of the endpoints, behind relays; owned, "" when missing */
    MsrpUri parsed[MSRP_ENDS];   /* the same; borrows */
    unsigned relays;             /* URIs beside the endpoints' in its longest path */
    uint8_t carriers;            /* StreamCarriers */
    int64_t first_ns, last_ns;
    MsrpCounts counts[MSRP_ENDS];
    GArray *events; /* MsrpEvent, in order of their begin; owned */
    uint64_t events_left_out;
    unsigned type_count, status_count, connection_count;
    MsrpTypeCount types[MSRP_TYPES_MAX];
    MsrpStatusCount statuses[MSRP_STATUSES_MAX]; /* of responses */
    MsrpConnection connections[MSRP_CONNECTIONS_MAX];
    uint64_t responses_timed;
    int64_t response_min_ns, response_max_ns, response_sum_ns;
    AnomalySet anomalies;
    GArray *open, *pending; /* private to call/msrp_table.h */
} MsrpSession;

typedef struct MsrpTracker MsrpTracker;

/* By number; NULL when it was dropped or never was. */
MsrpSession *msrp_tracker_session(const MsrpTracker *tracker, uint32_t number);
/* Highest number given so far. */
uint32_t msrp_tracker_last(const MsrpTracker *tracker);

static inline const MsrpEvent *msrp_event(const MsrpSession *session, uint32_t index)
{
    return index < session->events->len ? &g_array_index(session->events, MsrpEvent, index) : NULL;
}

/* Messages that both ends sent. */
uint64_t msrp_session_messages(const MsrpSession *session);
/* Responses and REPORTs that say no. */
uint64_t msrp_session_failures(const MsrpSession *session);
/* Requests of either end that wanted a response and got none. */
uint64_t msrp_session_unanswered(const MsrpSession *session);
/* "TCP", "TLS", "WS", "WSS". */
const char *msrp_session_transport(const MsrpSession *session);
