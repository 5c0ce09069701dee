/* dissect/media/stream.h - one RTP stream: source, destination, SSRC; one direction (RFC 3550).
 * Counts exactly, in constant memory, without allocation per packet.
 *
 * Sequence numbers are unwrapped and kept in a window bitmap, so that duplicates never hide loss
 * and reordering is no loss (RFC 3550 A.1, A.3). Jitter is A.8 with the clock of each packet's
 * payload type; what makes it meaningless (events, duplicates, clock changes) is left out and said
 * so. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/clock.h"
#include "dissect/media/content.h"
#include "dissect/media/loss_place.h"
#include "dissect/media/payload.h"
#include "dissect/media/reported_loss.h"
#include "dissect/media/rtcp.h"
#include "dissect/media/rtcp_feedback.h"
#include "dissect/media/rtcp_text.h"
#include "dissect/media/rtcp_xr.h"
#include "dissect/media/rtp.h"
#include "dissect/media/sender_times.h"
#include "dissect/media/srtp_context.h"

typedef struct {
    Endpoint source, destination;
    uint32_t ssrc;
    uint32_t network; /* net/network.h: 0 but for one that overlaps another's addresses */
} StreamKey;

typedef enum {
    STREAM_SECURITY_NONE,
    STREAM_SECURITY_SDES,
    STREAM_SECURITY_DTLS,
    STREAM_SECURITY_ZRTP,
    STREAM_SECURITY_UNKNOWN,
} StreamSecurity;
const char *stream_security_name(StreamSecurity security);

/* Why an encrypted stream cannot be read: media/stream_obstacle.h has the words. */
typedef enum {
    OBSTACLE_NONE,
    OBSTACLE_NO_KEY,
    OBSTACLE_BAD_KEY,
    OBSTACLE_SUITE,
    OBSTACLE_KEY_DERIVATION,
    OBSTACLE_NO_HANDSHAKE,
    OBSTACLE_HANDSHAKE_OPEN,
    OBSTACLE_DTLS_VERSION,
    OBSTACLE_NO_PROFILE,
    OBSTACLE_NO_KEY_LOG,
    OBSTACLE_NOT_IN_KEY_LOG,
    OBSTACLE_ZRTP,
    OBSTACLE_KEYS_DO_NOT_FIT,
    OBSTACLE_CUT,
    OBSTACLE_NO_LIBRARY,
} StreamObstacle;

/* Who knows how loud a stream was: its time series. */
typedef enum {
    LEVEL_UNKNOWN,
    LEVEL_TOLD,    /* its sender, in every packet: RFC 6464 */
    LEVEL_DECODED, /* its sound was decoded here */
} LevelOrigin;
const char *level_origin_name(LevelOrigin origin); /* "rfc6464"; NULL for LEVEL_UNKNOWN */

/* How a stream came to its call, strongest first. */
typedef enum {
    STREAM_MATCH_NONE,
    STREAM_MATCH_SDP,     /* the receiver's SDP names the destination */
    STREAM_MATCH_ICE,     /* one of its candidates does */
    STREAM_MATCH_LATCHED, /* source differs from SDP; the reverse of a matched stream (NAT) */
    STREAM_MATCH_SSRC,    /* a=ssrc, or RTCP names it */
    STREAM_MATCH_SOURCE,  /* the sender's SDP names the source */
} StreamMatch;
const char *stream_match_name(StreamMatch match);

#define STREAM_PAYLOAD_TYPES_MAX 8

/* The numbers of a stream as anybody may read them. Durations in ns; TIME_UNKNOWN or NAN: not
 * known. */
typedef struct {
    uint64_t packets;  /* seen, copies included */
    uint64_t expected; /* highest - lowest extended sequence number + 1, over all restarts; a stray
                          number far from all others counts as one, so it is never lost */
    uint64_t lost;     /* expected - (packets - duplicates); never negative */
    double lost_percent; /* of expected; NAN when nothing was expected */
    uint64_t
        duplicates; /* copies of a sequence number seen before; in nothing below but the next */
    uint64_t mirror_copies; /* those of them that the mirror port made: net/sighting.h */
    uint64_t reordered;     /* first copies that came after a higher sequence number */
    uint64_t restarts;      /* sequence numbers began anew, confirmed by a second packet */
    uint64_t octets;        /* RTP payload on the wire */
    double
        bit_rate_bps; /* IP level, mean over the stream's duration; NAN: fewer than two packets */
    double jitter_last_ms, jitter_min_ms, jitter_mean_ms,
        jitter_max_ms;                                /* NAN: the clock is not known */
    double delta_min_ms, delta_mean_ms, delta_max_ms; /* NAN: fewer than two packets */
    double skew_ms;     /* of the last packet: sum of timestamps - sum of arrivals; NAN */
    double max_skew_ms; /* the largest by absolute value, with its sign */
    double drift_ppm;   /* slope of timestamps against arrivals; NAN before 10 s */
    uint64_t markers, comfort_noise, events; /* packets */
    uint64_t
        timestamp_jumps; /* timestamps left the arrival times; nothing else is measured there */
    int64_t first_ns, last_ns, duration_ns;
    uint16_t ptime_ms; /* the most frequent; 0: not known */
    const char *codec; /* of the payload type with most packets, events and CN aside; NULL */
    uint32_t clock_hz; /* its clock; 0: not known */
    uint8_t payload_types[STREAM_PAYLOAD_TYPES_MAX]; /* in order of appearance */
    unsigned payload_type_count;
    uint8_t dscp; /* of the last packet */
    bool dscp_changed;
} StreamReport;

#define STREAM_APP_NAME_BYTES 4
#define STREAM_AGENTS_MAX     4u

/* Of what few receivers say: extended reports (RFC 3611), feedback (RFC 4585), APP packets. */
typedef struct {
    uint64_t voip_reports;       /* RFC 3611 4.7 about it, by its receiver */
    RtcpXrVoipMetrics last_voip; /* valid when voip_reports > 0 */
    uint64_t xr_types;           /* bit n: a block of type n about it, or by its sender */
    bool has_statistics;
    RtcpXrStatistics last_statistics;          /* RFC 3611 4.6, by its receiver */
    ReportedLoss loss;                         /* 4.1, by its receiver */
    uint32_t duplicate_blocks, receipt_blocks; /* 4.2 and 4.3 */
    uint64_t reported_duplicates;              /* packets with copies, by those of 4.2 */
    uint32_t
        feedback[FEEDBACK_UNKNOWN + 1];   /* messages about it by its receiver, by FeedbackKind */
    uint32_t nack_packets;                /* that they asked for */
    uint64_t remb_bps;                    /* the last; valid when feedback[FEEDBACK_REMB] > 0 */
    uint32_t apps;                        /* APP packets of its sender */
    uint8_t app_subtype;                  /* of the last */
    char app_name[STREAM_APP_NAME_BYTES]; /* of the last: bytes of the wire */
    uint64_t agent_reports;               /* sender and receiver reports that capture agents told */
    uint32_t agents[STREAM_AGENTS_MAX];   /* their capture ids, the first ones */
    unsigned agent_count;
} StreamRtcpExtra;

/* What RTCP said about a stream, beside what was seen of it. */
typedef struct {
    uint64_t sender_reports;            /* by its sender */
    uint32_t sent_packets, sent_octets; /* of the last SR */
    uint64_t receiver_reports;          /* about it, by its receiver */
    RtcpReport last_report;             /* valid when receiver_reports > 0 */
    double round_trip_ms;               /* receiver side of the probe, NAN */
    double sender_round_trip_ms;        /* sender side: from reports about what comes back; NAN */
    LossPlace loss;
    bool bye;
    uint64_t encrypted;     /* SRTCP of its sender: counted, not read */
    char cname[64];         /* "" when not seen; bytes of the wire */
    RtcpText *texts;        /* of its sender; owned */
    StreamRtcpExtra *extra; /* owned; NULL: nothing of it was seen; for reading see below */
} StreamRtcp;

/* Never NULL: all zero when nothing of it was seen. */
const StreamRtcpExtra *stream_rtcp_extra(const StreamRtcp *rtcp);

/* Was there any that could be read? */
bool stream_rtcp_any(const StreamRtcp *rtcp);

typedef struct Stream Stream;

typedef struct {
    Stream *next, **slot; /* @slot points here; NULL: not in the list */
} StreamLink;

typedef enum {
    STREAM_BY_DESTINATION,
    STREAM_BY_SOURCE,
    STREAM_BY_SSRC,
    STREAM_BY_KEY,
    STREAM_INDEXES,
    STREAM_OF_FLOW = STREAM_INDEXES, /* SSRCs of one flow, the last one first */
    STREAM_LISTS,
} StreamList;

typedef struct Stream {
    StreamKey key;
    struct StreamCounters *counters; /* owned; private to media/stream.c */
    uint32_t number;                 /* 1-based, order of discovery */
    uint32_t call;                   /* number of the call it belongs to; 0: none */
    uint32_t tunnel;                 /* it first came through: model's tunnel table; 0: none */
    uint16_t dialog;                 /* of that call: index; media line below */
    uint8_t media_line;
    bool from_caller; /* direction within the call; valid when call != 0 */
    StreamMatch match;
    StreamSecurity security;
    uint8_t obstacle;        /* StreamObstacle that its keys met on their way; stream_obstacle() */
    bool levels_decoded : 1; /* stream_note_level() was told what its sound was like */
    bool dtls_agreed : 1;    /* a DTLS handshake of its path agreed on keys: SDP's are not in use */
    bool overlaps : 1;     /* its addresses and SSRC are in use in another network too: overlap.h */
    uint8_t transport : 2; /* FlowTransport, of its first packet */
    uint8_t looked_at;     /* private to passage_finder.c: packets so far, of the first ones */
    bool passes;           /* it is one side of a passage at least: passage.h */
    uint16_t tcp_gaps;    /* holes in the capture of the TCP stream that brings it; at most 65535 */
    uint16_t vlan;        /* of its first packet; 0: none */
    SrtpContext *srtp;    /* owned; NULL while there are no keys to try */
    PayloadMap *payloads; /* counted reference, NULL before an SDP is known */
    StreamRtcp rtcp;
    StreamContent *content; /* owned; NULL: plain audio so far */

    /* Private to media/tracker.c and what belongs to it. */
    uint32_t previous; /* number of the stream that its path had before; 0: none */
    unsigned position; /* in the tracker's list */
    struct Flow *flow; /* that brings its packets; NULL when evicted or closed */
    StreamLink links[STREAM_LISTS];
    SenderTimes sender_times; /* of sender reports; receiver reference times too */
} Stream;

Stream *stream_new(const StreamKey *key, uint32_t number);
/* Releases all but @payloads, which its owner has to take first. */
void stream_free(Stream *stream);

typedef struct {
    int64_t time_ns;
    uint32_t wire_bytes; /* IP packet length, for the bit rate */
    uint8_t dscp;
    uint8_t sighting; /* SightingVerdict */
} StreamArrival;

/* For a stream that a packet will be added to soon: begins to fetch it from memory. */
void stream_fetch(const Stream *stream);
/* What a packet was for its stream. */
typedef enum {
    STREAM_NEXT,      /* above the highest number so far */
    STREAM_LATE,      /* below it, and not seen before */
    STREAM_DUPLICATE, /* a copy */
    STREAM_OUTAGE,    /* the next after thousands that are lost */
    STREAM_HELD,      /* far from all others: the next one tells */
    STREAM_RESTART,   /* the first of new sequence numbers */
    STREAM_STRAY,     /* far from all others, before and after */
} StreamFate;

/* Per packet: no lock, no allocation but one per stream, when its clock turns out to be unknown.
 * Returns what it was; RESTART and STRAY only by stream_settle_held(). */
StreamFate stream_add(Stream *stream, const RtpPacket *packet, const StreamArrival *arrival);
/* For a packet that was added before its payload type had a name: reads what it carries, now that
 * it has one, unless stream_set_payloads() did. */
void stream_read_again(Stream *stream, const RtpPacket *packet, const StreamArrival *arrival);
/* Names the payload types (again); takes effect for what was counted before as well, where it can.
 * The reference to @map becomes the stream's; that to the former map goes back to the caller, who
 * has read it from @stream before. */
void stream_set_payloads(Stream *stream, PayloadMap *map);
/* What was seen of the packets up to @seq, which a report says is its highest; false when that is
 * too long ago to tell. */
bool stream_loss_view(const Stream *stream, uint16_t seq, LossView *out);
/* Time of the last packet; TIME_UNKNOWN before the first. */
int64_t stream_last_ns(const Stream *stream);
LevelOrigin stream_level_origin(const Stream *stream);
void stream_report(const Stream *stream, StreamReport *out);
