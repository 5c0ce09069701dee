/* dissect/media/rtcp_xr.h - RTCP extended reports (RFC 3611).
 * Pure functions; slices borrowed. The seven blocks of RFC 3611 are read; later ones are told by
 * their name and the stream they speak of. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

enum {
    RTCP_XR_LOSS_RLE = 1,
    RTCP_XR_DUPLICATE_RLE = 2,
    RTCP_XR_RECEIPT_TIMES = 3,
    RTCP_XR_REFERENCE_TIME = 4,
    RTCP_XR_DLRR = 5,
    RTCP_XR_STATISTICS = 6,
    RTCP_XR_VOIP_METRICS = 7,
    RTCP_XR_POST_REPAIR_RLE = 10, /* RFC 5725 */
};

#define RTCP_XR_UNAVAILABLE 127 /* levels, RERL, R factors and MOS that nobody knows */

typedef enum {
    XR_PLC_UNSPECIFIED,
    XR_PLC_DISABLED,
    XR_PLC_ENHANCED,
    XR_PLC_STANDARD
} XrConcealment;
typedef enum { XR_JBA_UNKNOWN, XR_JBA_RESERVED, XR_JBA_FIXED, XR_JBA_ADAPTIVE } XrAdaptation;

/* 4.7, in its units; RTCP_XR_UNAVAILABLE where it says so. */
typedef struct {
    uint32_t ssrc;                                               /* the stream it speaks of */
    uint8_t loss_rate, discard_rate, burst_density, gap_density; /* of 256 */
    uint16_t burst_ms, gap_ms;                                   /* mean durations */
    uint16_t round_trip_ms, end_system_ms;                       /* 0: not known */
    int8_t signal_dbm0, noise_dbm0;
    uint8_t rerl_db; /* residual echo return loss */
    uint8_t gmin;
    uint8_t r_factor, external_r_factor;
    uint8_t mos_lq_10, mos_cq_10; /* ten times MOS */
    uint8_t concealment;          /* XrConcealment */
    uint8_t adaptation;           /* XrAdaptation */
    uint8_t adjustment_rate;      /* 0..15 */
    uint16_t buffer_nominal_ms, buffer_maximum_ms, buffer_limit_ms;
} RtcpXrVoipMetrics;

typedef struct {
    uint8_t type;
    uint8_t specific;
    Slice body; /* behind the block's header */
} RtcpXrBlock;

/* 4.6. A value is valid with its flag. */
typedef struct {
    uint32_t ssrc;
    uint16_t begin_seq,
        end_seq; /* the packets it speaks of: from @begin_seq up to before @end_seq */
    bool has_loss, has_duplicates, has_jitter, has_ttl;
    uint32_t lost, duplicates;
    uint32_t jitter_min_ticks, jitter_max_ticks, jitter_mean_ticks, jitter_deviation_ticks;
    uint8_t ttl_min, ttl_max, ttl_mean, ttl_deviation; /* or hop limits */
} RtcpXrStatistics;

/* 4.1 and 4.2, counted. */
typedef struct {
    uint32_t ssrc;
    uint16_t begin_seq, end_seq;
    unsigned packets; /* that it has a bit for */
    unsigned zeros;   /* of them lost (loss RLE), or with copies (duplicate RLE) */
} RtcpXrRuns;

/* Goes through the runs of equal bits of 4.1 and 4.2. */
typedef struct {
    uint32_t ssrc;
    uint16_t begin_seq, end_seq;
    uint8_t thinning; /* every 2^thinning-th packet has a bit */
    unsigned left;    /* bits */
    Slice chunks;     /* private, as what follows */
    uint16_t vector;
    uint8_t vector_bits;
} RtcpXrRunReader;

/* One receiver's entry of 4.5. */
typedef struct {
    uint32_t ssrc;                /* the receiver that it answers */
    uint32_t last_rr;             /* middle 32 bits of the NTP time of its block 4.4 */
    uint32_t delay_since_last_rr; /* 1/65536 s */
} RtcpXrDelay;

/* Cuts the next block off @blocks, the body of an XR packet behind its SSRC. DISSECT_NOT_MINE at
 * the end, DISSECT_TRUNCATED when the block is longer than what is there. */
DissectStatus rtcp_xr_next(Slice *blocks, RtcpXrBlock *out);
/* DISSECT_NOT_MINE for another type, DISSECT_MALFORMED for another length than 4.7 has. */
DissectStatus rtcp_xr_voip_metrics(const RtcpXrBlock *block, RtcpXrVoipMetrics *out);
/* As the one above, for 4.6. */
DissectStatus rtcp_xr_statistics(const RtcpXrBlock *block, RtcpXrStatistics *out);
/* 4.1, 4.2, and the post-repair runs of RFC 5725. DISSECT_TRUNCATED without its fixed part. */
DissectStatus rtcp_xr_runs(const RtcpXrBlock *block, RtcpXrRuns *out);
/* As the one above, bit by bit. */
DissectStatus rtcp_xr_run_reader(const RtcpXrBlock *block, RtcpXrRunReader *out);
/* The next @length bits (1 of a bit vector), all of them ones or not; false at the end. */
bool rtcp_xr_next_run(RtcpXrRunReader *reader, unsigned *length, bool *ones);
/* NTP time (32.32) of 4.4. */
DissectStatus rtcp_xr_reference_time(const RtcpXrBlock *block, uint64_t *ntp);
/* Cuts the next entry off @entries, the body of a block 4.5; false at the end. */
bool rtcp_xr_next_delay(Slice *entries, RtcpXrDelay *out);

/* "voip-metrics"; NULL for a type that nobody registered. */
const char *rtcp_xr_name(uint8_t type);
/* The stream that a block speaks of; false for the types that name none. */
bool rtcp_xr_ssrc(const RtcpXrBlock *block, uint32_t *ssrc);
