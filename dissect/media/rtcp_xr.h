/* dissect/media/rtcp_xr.h - RTCP extended reports (RFC 3611).
 * Pure functions; slices borrowed. Of the blocks only VoIP metrics (4.7) are read; the others are
 * told by their type. */
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

/* Cuts the next block off @blocks, the body of an XR packet behind its SSRC. DISSECT_NOT_MINE at
 * the end, DISSECT_TRUNCATED when the block is longer than what is there. */
DissectStatus rtcp_xr_next(Slice *blocks, RtcpXrBlock *out);
/* DISSECT_NOT_MINE for another type, DISSECT_MALFORMED for another length than 4.7 has. */
DissectStatus rtcp_xr_voip_metrics(const RtcpXrBlock *block, RtcpXrVoipMetrics *out);
