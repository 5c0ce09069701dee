/* dissect/media/packet_trace.h - one stream packet by packet: what each was and what it did to the
 * figures. Streams keep nothing of their packets, so these are read again and counted a second
 * time, by the same rules and code; the rows add up to what the stream reports.
 * No I/O and no lock: whoever reads the packets again feeds them in order of arrival. */
#pragma once
#include "dissect/media/stream.h"

/* What is to be said of a packet; without any it is just the next one. */
typedef enum {
    PACKET_LOST_BEFORE = 1 << 0, /* numbers are missing right before it: .lost_before */
    PACKET_DUPLICATE = 1 << 1,
    PACKET_LATE = 1 << 2, /* came after a higher number: reordered */
    PACKET_RESTART = 1 << 3,
    PACKET_STRAY = 1 << 4,          /* far from all others */
    PACKET_TIME_JUMP = 1 << 5,      /* its timestamp left the arrival times */
    PACKET_TYPE_CHANGE = 1 << 6,    /* of the payload */
    PACKET_MARKER_MISSING = 1 << 7, /* a talkspurt begins without one (RFC 3551 4.1) */
    PACKET_DISCARDED = 1 << 8,      /* too late or early for the adaptive jitter buffer */
    PACKET_BAD_PADDING = 1 << 9,    /* RFC 3550 5.1 */
    PACKET_COMFORT_NOISE = 1 << 10, /* the rest are no faults */
    PACKET_EVENT = 1 << 11,         /* RFC 4733 */
} PacketStatus;
#define PACKET_PROBLEMS (PACKET_COMFORT_NOISE - 1u)

typedef struct {
    uint64_t number; /* in the capture, from 1 */
    int64_t time_ns;
    int64_t delta_ns;          /* since the packet before that was no copy; TIME_UNKNOWN: none, or
                                  this is a copy */
    double jitter_ms, skew_ms; /* after it; NAN: not known, or it was not measured */
    double bandwidth_kbps;     /* IP packets of the second up to it */
    uint32_t ts_ticks;
    uint32_t lost_before;
    uint32_t payload_octets;
    uint16_t seq;
    uint16_t status; /* a set of PacketStatus */
    uint8_t payload_type;
    bool marker;
} PacketRow;

/* "lost 3 before, marker missing"; "" for nothing. */
void packet_status_append(GString *out, const PacketRow *row);

typedef struct PacketTrace PacketTrace;
typedef void PacketSink(const PacketRow *row, void *context);

typedef struct {
    StreamKey key;
    PayloadMap *payloads; /* borrowed; NULL: static payload types only */
    PacketSink *sink;     /* gets the rows in order of arrival; one far from all others comes
                             together with the next */
    void *context;
} PacketTraceSetup;

PacketTrace *packet_trace_new(const PacketTraceSetup *setup);
void packet_trace_free(PacketTrace *trace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketTrace, packet_trace_free)

typedef struct {
    const RtpPacket *rtp;
    StreamArrival arrival;
    uint64_t number;  /* in the capture */
    bool bad_padding; /* rtp_parse() said so */
} TracedPacket;
void packet_trace_add(PacketTrace *trace, const TracedPacket *packet);
/* The last packet, if it still waits. */
void packet_trace_finish(PacketTrace *trace);
/* What the rows added up to. */
const Stream *packet_trace_stream(const PacketTrace *trace);
