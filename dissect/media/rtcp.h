/* dissect/media/rtcp.h - RTCP compound packets (RFC 3550 section 6, reduced size RFC 5506).
 * Pure functions; slices borrowed. */
#pragma once
#include "dissect/base/anomaly.h"
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

enum {
    RTCP_SR = 200,
    RTCP_RR = 201,
    RTCP_SDES = 202,
    RTCP_BYE = 203,
    RTCP_APP = 204,
    RTCP_RTPFB = 205,
    RTCP_PSFB = 206,
    RTCP_XR = 207,
};

typedef struct {
    uint32_t ssrc;           /* the stream it speaks of */
    uint8_t fraction_lost;   /* of 256 */
    int32_t cumulative_lost; /* signed 24 bits */
    uint32_t highest_seq;    /* extended */
    uint32_t jitter_ticks;
    uint32_t last_sr;             /* middle 32 bits of NTP; 0: no SR received yet */
    uint32_t delay_since_last_sr; /* 1/65536 s */
} RtcpReport;

typedef struct {
    uint8_t type;  /* RTCP_SR ... */
    uint8_t count; /* RC, SC or FMT */
    uint32_t
        ssrc; /* of the sender; SDES and BYE: the first they list; 0 when the packet has none */
    bool has_sender_info;
    uint64_t ntp; /* 32.32 */
    uint32_t rtp_ticks, packets, octets;
    Slice reports; /* the report blocks: rtcp_next_report() */
    Slice body; /* behind header and SSRC; SDES chunks and the list of BYE from their first SSRC */
} RtcpPacket;

/* Does a UDP payload begin like RTCP: version 2, types 192..223 (RFC 5761 section 4)? */
bool rtcp_looks_like(Slice bytes);

/* Cuts the next packet off a compound one. DISSECT_NOT_MINE at the end (@compound is empty) or for
 * no RTCP; DISSECT_TRUNCATED when it is longer than what is there, DISSECT_MALFORMED when what it
 * lists is longer than itself: @compound and @out are left alone then. */
DissectStatus rtcp_next(Slice *compound, RtcpPacket *out);
bool rtcp_next_report(Slice *reports, RtcpReport *out);
/* An item of SDES (6.5): @ssrc's. */
typedef struct {
    uint32_t ssrc;
    uint8_t type; /* 1: CNAME, 2: NAME ... */
    Slice text;
} RtcpSdesItem;

/* Goes through the items of all chunks: begin with { .chunks = packet->body, .left =
 * packet->count } of an SDES packet. */
typedef struct {
    Slice chunks;
    unsigned left;
    size_t done; /* private, as what follows: bytes */
    bool inside;
    uint32_t ssrc;
} RtcpSdesReader;

/* False at the end, or when the rest is damaged. */
bool rtcp_sdes_next(RtcpSdesReader *reader, RtcpSdesItem *out);
/* CNAME of the first SDES chunk; empty when there is none. */
Slice rtcp_sdes_cname(const RtcpPacket *packet);
