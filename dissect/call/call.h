/* dissect/call/call.h - what one conversation is: a Call-ID (or several correlated ones), its
 * messages, dialogs, media and times. Plain data, written by the dissect thread and read by
 * everybody else under the model's lock. */
#pragma once
#include "capture/packet.h"
#include "dissect/base/address.h"
#include "dissect/base/anomaly.h"
#include "dissect/base/cache.h"
#include "dissect/base/clock.h"
#include "dissect/media/payload.h"
#include "dissect/sip/method.h"
#include "dissect/sip/sdp.h"

typedef enum {
    CALL_CALLING,
    CALL_PROCEEDING, /* a 1xx that is not ringing */
    CALL_RINGING,
    CALL_IN_CALL,
    CALL_COMPLETED,
    CALL_CANCELLED,
    CALL_BUSY,         /* 486, 600 */
    CALL_REJECTED,     /* a refusal: 403, 433, 488, 603, 606, 607, 608 */
    CALL_REDIRECTED,   /* 3xx that nobody followed */
    CALL_UNAUTHORIZED, /* ended in 401 or 407 */
    CALL_FAILED,       /* the rest of 4xx to 6xx */
    CALL_TIMED_OUT,    /* 408, or no final response in the transaction's time */
    CALL_INCOMPLETE,   /* the capture began or ended inside it */
    CALL_STATES
} CallState;
const char *call_state_name(CallState state); /* "in-call" */

typedef enum { ENDED_BY_NOBODY, ENDED_BY_CALLER, ENDED_BY_CALLEE, ENDED_BY_NETWORK } EndedBy;
const char *ended_by_name(EndedBy by); /* NULL for nobody */

typedef enum {
    SIP_OVER_UDP,
    SIP_OVER_TCP,
    SIP_OVER_TLS,
    SIP_OVER_SCTP,
    SIP_OVER_WS,
    SIP_OVER_WSS,
    SIP_TRANSPORTS
} SipTransport;
const char *sip_transport_name(SipTransport transport); /* "UDP" */

enum {
    MESSAGE_RETRANSMISSION = 1 << 0,
    MESSAGE_HAS_SDP = 1 << 1,
    MESSAGE_HAS_AUTH = 1 << 2,    /* carries credentials */
    MESSAGE_REASSEMBLED = 1 << 3, /* from IP fragments or a stream: no single packet holds it */
    MESSAGE_TRUNCATED = 1 << 4,   /* the snap length cut it */
    MESSAGE_IN_DIALOG = 1 << 5,   /* has both tags: a re-INVITE is one, an INVITE is not */
    MESSAGE_ANOMALY = 1 << 6,     /* something is wrong with it */
    MESSAGE_SENT_AGAIN = 1 << 7,  /* its IP identification is another than a moment ago: no copy */
};

/* One SIP message of a call. Its text stands in the capture and is read back by @text. */
typedef struct {
    int64_t time_ns;
    PacketRef text;               /* the message itself: headers and body */
    uint32_t frame;               /* number of the packet that completed it, from 1 */
    uint32_t source, destination; /* of the model's endpoint table */
    uint32_t cseq;
    uint16_t status;    /* 0: a request */
    uint8_t method;     /* SipMethod; of a response: of its CSeq */
    uint8_t flags;      /* MESSAGE_... */
    uint8_t transport;  /* SipTransport */
    uint8_t leg;        /* number of its leg in the call, from 0 */
    uint16_t dialog;    /* index into call->dialogs; DIALOG_NONE */
    const char *phrase; /* interned: reason phrase, or the name of a method without an id, or what
                           stands behind that of a REFER or NOTIFY ("to carol (blind)"); or NULL */
    const char *codecs; /* interned: "PCMA, opus", "hold PCMA", "T.38"; NULL: no SDP */
} CallMessage;

#define DIALOG_NONE UINT16_MAX

typedef enum { PARTY_CALLER, PARTY_CALLEE, PARTIES } Party;

/* One m= line of one party's newest SDP. */
typedef struct {
    char media[12];       /* "audio" */
    Endpoint rtp, rtcp;   /* port 0: rejected or unknown */
    PayloadMap *payloads; /* counted reference; NULL when not RTP */
    const char *content;  /* interned: what it carries, when neither RTP nor T.38: "MSRP" */
    SdpDirection direction;
    uint16_t ptime_ms;
    uint8_t security; /* StreamSecurity */
    bool rejected, rtcp_mux, t38, over_tcp;
    bool hold; /* sendonly, inactive, or address 0.0.0.0 (RFC 3264 section 8.4) */
} MediaLine;

typedef enum { OFFER_NONE, OFFER_PENDING, OFFER_ANSWERED, OFFER_REJECTED } OfferState;

/* What a party said last; @lines is owned. */
typedef struct {
    int64_t time_ns; /* TIME_UNKNOWN: nothing yet */
    unsigned line_count;
    bool is_offer;
    MediaLine *lines;
    uint64_t content;   /* hash of the SDP, to know a repetition */
    const char *codecs; /* interned: what CallMessage.codecs says of it */
} SessionSide;

typedef enum { DIALOG_EARLY, DIALOG_CONFIRMED, DIALOG_TERMINATED } DialogState;

/* RFC 3261 section 12: Call-ID and two tags; one per To-tag that answered. */
typedef struct {
    uint64_t caller_key, callee_key; /* private: hashes of the tags; callee 0 before an answer */
    DialogState state : 8;
    OfferState offer : 8;
    Party offerer : 8;
    bool acked;
    uint32_t offer_cseq;
    uint16_t offers;                                       /* offer/answer rounds begun */
    uint32_t tags_size;                                    /* private: of both tags */
    int64_t early_ns, confirmed_ns, bye_ns, terminated_ns; /* TIME_UNKNOWN */
    char *caller_tag, *callee_tag; /* owned, the latter points behind it; "" when missing */
    SessionSide sides[PARTIES];
} Dialog;

/* One Call-ID. */
typedef struct Leg {
    struct Leg *next;
    uint32_t length; /* of call_id, without its NUL */
    uint8_t number;
    char call_id[];
} Leg;

/* A URI as people want to see it; each NULL when absent, and borrowed from the call. */
typedef struct {
    char *uri;  /* "sip:alice@example.org" */
    char *user; /* unescaped; NULL: none */
    char *host;
    char *display_name;
} CallAddress;

/* What most calls do not have: each owned, NULL while there is none. */
typedef struct {
    AnomalySet anomalies; /* of its messages and its media; written by call_note_anomalies() */
    GArray *notes;        /* CallNote of messages whose bodies say something */
    GArray *fingerprints; /* private to call/media_fingerprint.c */
    struct MediaKeys *media_keys;  /* private to call/media_keys.c */
    GArray *faxes;                 /* uint32_t numbers of fax sessions */
    struct FaxTarget *fax_targets; /* private to call/fax_match.c */
    GArray *msrp;                  /* uint32_t numbers of MSRP sessions */
    struct MsrpTerms *msrp_terms;  /* see call/msrp_match.h */
    GArray *info_digits;           /* InfoDigit of call/digits.h */
    GArray *tunnels;               /* CallTunnel of messages that came through one */
    GPtrArray *vq_reports;         /* VqRecord of call/vq.h */
    GArray *reports;               /* CallReport, in order of arrival */
    GArray *far_end;               /* FarEndStream of call/far_end.h */
    GArray *icmp;                  /* CallIcmp of call/icmp.h */
    GArray *transfers;             /* CallTransfer of call/transfer.h */
} CallExtras;

typedef struct Call {
    /* What every message touches stands first. */
    uint32_t number;      /* from 1, in order of arrival; never reused */
    CallState state : 8;  /* of the messages alone: call_state() adds the clock */
    SipMethod method : 8; /* of the request it began with */
    EndedBy ended_by : 8;
    SipTransport transport : 8;
    Leg *legs;         /* owned list; never empty */
    bool is_call;      /* an INVITE began it, or one of its dialogs' messages was seen */
    bool began_inside; /* the first message seen was not the beginning of it */
    bool cancel_seen, bye_seen;
    bool one_direction; /* on some hop one direction of its signalling was not captured */
    bool ring_at_origin, answer_at_origin; /* private: those times were taken at that hop */
    uint8_t origin_vias; /* private: Via headers of the first request, the hop nearest its sender */
    uint32_t generation; /* changes with every change: for what is drawn */
    unsigned retransmissions;
    int64_t last_ns;                  /* last message */
    struct Transaction *transactions; /* owned, oldest first; private to call/transaction.c */
    CallMessage *messages;            /* owned */
    unsigned message_count, message_allocated;
    uint64_t messages_seen; /* all, with those no longer kept */
    Dialog *dialogs;        /* owned */
    unsigned dialog_count;
    uint8_t transaction_count, transaction_allocated;
    uint16_t final_status;           /* of the INVITE (or the request of @method); 0: none */
    uint32_t source, destination;    /* endpoint ids: of the first request */
    char *request_uri;               /* owned; or to.uri, when it is the same */
    const CallExtras *extras;        /* never NULL; written through call_own_extras() */
    struct CallStructure *structure; /* owned; see call/structure.h; NULL: a plain call */
    struct MediaTarget *targets;     /* owned; private to call/media_match.c */
    GArray *streams;                 /* uint32_t stream numbers, NULL while there are none */
    int64_t invite_ns;   /* first INVITE; this and the following: TIME_UNKNOWN until seen */
    int64_t ring_ns;     /* first 18x that is not 100 */
    int64_t answer_ns;   /* first 2xx to an INVITE */
    int64_t bye_ns;      /* first BYE */
    int64_t end_ns;      /* answer to BYE, or the final failure */
    int64_t attempt_ns;  /* private: first copy of the request that is being tried now */
    int64_t progress_ns; /* private: last provisional response */

    /* The rest is touched once or twice in the life of a call. */
    CallAddress from, to;
    char *party_texts; /* owned: what stands in @from and @to */
    uint32_t party_texts_size;
    int64_t first_ns;              /* first message */
    GArray *related;               /* CallRelation of call/relation.h, NULL while there are none */
    struct CallIdentity *identity; /* owned; see call/identity.h; NULL: the INVITE says nothing */
    struct CallReason *reason;     /* owned; likewise */
    const char *final_reason;      /* interned */
} Call;

/* Begins to fetch from memory what most messages touch, and most reports read, of @call. */
static inline void call_fetch(const Call *call)
{
    cache_fetch(call, offsetof(Call, from));
}

/* The call's own, made when it has none. */
CallExtras *call_own_extras(Call *call);
/* What was found wrong is of this call. */
void call_note_anomalies(Call *call, const AnomalySet *anomalies);

/* What the body of a message says in few words (dissect/sip/body/body.h). */
typedef struct {
    uint32_t message; /* index into call->messages; ascending */
    char *text;       /* as it came; owned */
} CallNote;

/* The note of call->messages[@index], or NULL. */
const char *call_message_note(const Call *call, unsigned index);

/* A path of the model's tunnel table that a message came through. */
typedef struct {
    uint32_t message; /* index into call->messages; ascending */
    uint32_t path;
} CallTunnel;

/* What a capture agent reported of a call, other than its messages. */
typedef struct {
    int64_t time_ns;
    PacketRef text;               /* JSON, or a line of a log */
    uint32_t frame;               /* number of the packet that brought it */
    uint32_t source, destination; /* of the model's endpoint table */
    uint32_t agent;               /* its capture id */
    uint8_t type;                 /* HepType of session/hep.h */
    char *note;                   /* in few words, as it came; owned; NULL: figures of RTCP */
} CallReport;

/* The path of call->messages[@index]; 0: it came through no tunnel. */
uint32_t call_message_tunnel(const Call *call, unsigned index);

/* State at packet time @clock_ns; @ended: the capture is over, what is open stays open. */
CallState call_state(const Call *call, int64_t clock_ns, bool ended);
bool call_state_is_final(CallState state);

/* Durations in ns, TIME_UNKNOWN when they cannot be told (METRICS: SRD, setup, ring, talk). */
int64_t call_post_dial_delay(const Call *call); /* first INVITE to first 18x, else to the 2xx */
int64_t call_setup_time(const Call *call);      /* first INVITE to 2xx */
int64_t call_ring_time(const Call *call);       /* first 18x to 2xx */
int64_t call_talk_time(const Call *call);       /* 2xx to BYE */
/* First message to the last, or to @clock_ns while it lives. */
int64_t call_duration(const Call *call, int64_t clock_ns, bool ended);
