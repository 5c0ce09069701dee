/* dissect/call/model.h - everything that was found out: the calls, their streams, registrations and
 * counters. One owner (the dissect thread) writes under @lock, a block at a time; everybody else
 * takes the lock to read what it shows and nothing longer.
 *
 * Bounded: beyond limits.calls the oldest finished calls go, counted (call.table-full). */
#pragma once
#include "dissect/base/intern.h"
#include "dissect/base/slab.h"
#include "dissect/base/slot_index.h"
#include "dissect/call/call.h"
#include "dissect/call/endpoint.h"
#include "dissect/call/msrp.h"
#include "dissect/call/registration.h"
#include "dissect/call/security.h"
#include "dissect/call/subscription.h"
#include "dissect/media/fax/tracker.h"
#include "dissect/media/tracker.h"
#include "dissect/net/capture_point.h"
#include "dissect/net/decode_as.h"
#include "dissect/net/drop_log.h"
#include "dissect/net/net_packet.h"
#include "dissect/net/reassembly.h"
#include "dissect/net/sctp.h"
#include "dissect/net/tcp.h"
#include "dissect/net/tunnel_table.h"
#include "dissect/session/dtls.h"
#include "dissect/session/keylog.h"
#include "dissect/session/server_key.h"
#include "dissect/session/tls_session.h"
#include "dissect/session/websocket.h"

typedef struct {
    unsigned calls;             /* records kept; 0: 1,000,000 */
    unsigned messages_per_call; /* 0: 20,000 */
    unsigned registrations;     /* 0: 200,000 */
    bool calls_only;            /* keep only what an INVITE began (-c) */
} ModelLimits;

typedef struct {
    Endpoint endpoint;
    uint64_t messages_out, messages_in;
    DscpSeen dscp; /* of its messages */
} EndpointEntry;

/* What capture agents sent (HEP). */
typedef struct {
    uint64_t packets;
    uint64_t sip;       /* messages, copies included */
    uint64_t media;     /* RTP and RTCP packets */
    uint64_t msrp;      /* packets of it */
    uint64_t reports;   /* logs, quality and RTCP as JSON */
    uint64_t unmatched; /* of them, those of no call that is known */
    uint64_t copies;    /* of what was captured or reported already */
    uint64_t refused;   /* without the right key */
    uint64_t malformed, other;
} HepStats;

/* What the packets themselves were. */
typedef struct {
    uint64_t packets, bytes;   /* bytes on the wire */
    int64_t first_ns, last_ns; /* TIME_UNKNOWN before the first */
    uint64_t truncated;
    uint64_t fragments_waiting;    /* that completed no datagram */
    uint64_t sip_datagrams;        /* of UDP: copies and malformed ones too */
    uint64_t hep_datagrams;        /* likewise */
    uint64_t keep_alives;          /* likewise, on flows of SIP */
    uint64_t tcp_unrecognised;     /* connections over in which nothing was recognised */
    uint64_t undecoded;            /* no IP inside, or cut before its transport header */
    uint64_t unread[UNREAD_COUNT]; /* by reason: these, and of the others what carried nothing */
    uint64_t encapsulations[ENCAPSULATION_COUNT];
    GHashTable *link_types; /* link type + 1 -> uint64_t*; owned */
    uint64_t icmp_errors;   /* about calls */
    uint64_t udp, tcp, sip_messages, media_packets, other;
    uint64_t media_framed; /* RTP and RTCP packets in TCP streams; none of media_packets */
    ReassemblyStats fragments;
    TcpStats tcp_stats;
    CapturePoints points;         /* where packets were seen, and how many of them again */
    DropLog drops;                /* what the probe lost, and when */
    uint64_t disorder;            /* packets older than one before them, */
    int64_t disorder_ns;          /* by at most so much */
    uint64_t late_requests;       /* SIP requests that came behind their reply */
    uint64_t one_direction_calls; /* of whose signalling one direction only was captured */
    uint64_t coalesced; /* TCP or UDP packets larger than any frame of Ethernet: put together by
                           the network card of the capturing machine, or jumbo frames */
    WebSocketStats websocket;
    SctpStats sctp_stats;
    HepStats hep;
    uint64_t anomalies[ANOMALY_COUNT];
} CaptureFacts;

typedef struct {
    uint64_t requests[SIP_METHODS], requests_retransmitted[SIP_METHODS];
    uint64_t responses[700]; /* by status code; those beyond 699 count as 0 */
    uint64_t responses_retransmitted;
    uint64_t keep_alives;
} SipCounters;

/* Who knows keys of media paths; the functions may be NULL. */
typedef struct {
    void (*stream_found)(Stream *stream, void *context);  /* before its call is looked for */
    void (*stream_joined)(Stream *stream, void *context); /* afterwards, when it has one */
    void *context;
} ModelSecrets;

typedef struct Model {
    GMutex lock;
    gint readers;        /* atomic: how many wait in model_read_lock() */
    uint64_t generation; /* grows with every block that changed something */
    int64_t clock_ns; /* packet clock: time of the newest packet; TIME_UNKNOWN before the first */
    bool ended;       /* all sources are at their end */
    CaptureFacts facts;
    SipCounters sip;

    GPtrArray *calls;    /* owns Call, in order of arrival; evicted ones are NULL */
    uint32_t calls_base; /* number of calls->pdata[0], less 1: those before it are gone */
    unsigned calls_kept;
    SlotIndex by_call_id;     /* Call-ID -> number of the call that has a leg of it */
    GPtrArray *registrations; /* owns Registration, in order of arrival */
    GPtrArray *subscriptions; /* owns Subscription */
    ModelSecrets secrets;     /* set by dissect/media_secrets.c */
    MediaTracker *media;      /* owns the streams */
    FaxTracker *faxes;        /* owns the fax sessions */
    MsrpTracker *msrp;        /* owns the MSRP sessions */
    PayloadMapTable *payloads;
    InternTable *strings;
    Slab slab;               /* what calls are made of */
    KeyLog *keys;            /* owned; secrets of TLS and DTLS */
    ServerKeys *server_keys; /* owned; for the RSA key exchange of TLS */
    TlsSessionTable *tls;    /* owned */
    DtlsTable *dtls;         /* owned; handshakes on media paths */
    GArray *endpoints;       /* EndpointEntry; an endpoint's id is its index */
    SlotIndex endpoint_ids;  /* endpoint -> id + 1 */
    TunnelTable *tunnels;
    DecodeRules rules; /* the user's; set before the first packet */
    char *hep_key;     /* owned; what capture agents have to prove themselves with, or NULL */
    ModelLimits limits;
    struct CallTracker *tracker;         /* private to call/tracker.c */
    struct Correlator *correlator;       /* private to call/correlation.c */
    struct MediaMatcher *matcher;        /* private to call/media_match.c */
    struct FaxMatcher *fax_matcher;      /* private to call/fax_match.c */
    struct MsrpMatcher *msrp_matcher;    /* private to call/msrp_match.c */
    struct RegistrationTable *registrar; /* private to call/registration.c */
    EndpointWatch *endpoint_watch;       /* owned; private to call/endpoint.c */
    SecurityWatch *security;             /* owned; private to call/security.c */
} Model;

Model *model_new(const ModelLimits *limits);
void model_free(Model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Model, model_free)

/* For everybody but the writer: a mutex is not fair, so that a busy writer would keep them out for
 * long; it lets those in who are counted here, between two blocks. */
static inline void model_read_lock(Model *model)
{
    g_atomic_int_inc(&model->readers);
    g_mutex_lock(&model->lock);
    g_atomic_int_add(&model->readers, -1);
}

static inline void model_read_unlock(Model *model)
{
    g_mutex_unlock(&model->lock);
}

/* NULL when it was evicted or never was. */
Call *model_call(const Model *model, uint32_t number);
/* Highest call number given so far. */
uint32_t model_last_call(const Model *model);
Stream *model_stream(const Model *model, uint32_t number);
/* The stream of the same sender that this one goes on with under another SSRC: on the same path, of
 * the same kind, and ended when this one began. NULL: none. */
const Stream *model_stream_before(const Model *model, const Stream *stream);
/* Name of a message's or call's endpoint. */
Endpoint model_endpoint(const Model *model, uint32_t id);
uint32_t model_endpoint_id(Model *model, Endpoint endpoint);
/* A message of the endpoint came with @dscp, at @hops (TTL or hop limit; 0: not known). */
static inline void model_note_dscp(Model *model, uint32_t id, uint8_t dscp, uint8_t hops)
{
    if (hops)
        dscp_note(&g_array_index(model->endpoints, EndpointEntry, id).dscp, dscp, hops);
}

/* For net_decode_as(). */
static inline const DecodeRules *model_decode_rules(const Model *model)
{
    return model->rules.count ? &model->rules : NULL;
}

/* A SIP message that a mirror port copied: counted, and in no call. */
void model_note_copy(Model *model);
void model_count_anomalies(Model *model, const AnomalySet *set);
static inline void model_note_anomalies(Model *model, const AnomalySet *set)
{
    if (anomaly_any(set))
        model_count_anomalies(model, set);
}
