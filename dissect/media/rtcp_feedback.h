/* dissect/media/rtcp_feedback.h - RTCP feedback: transport layer (RTPFB) and payload specific
 * (PSFB) messages of RFC 4585 and 5104, and the two that WebRTC added: REMB
 * (draft-alvestrand-rmcat-remb) and transport-wide congestion control
 * (draft-holmer-rmcat-transport-wide-cc).
 * Pure functions; slices borrowed. */
#pragma once
#include "dissect/media/rtcp.h"

typedef enum {
    FEEDBACK_NACK,  /* packets that did not come: RFC 4585 6.2.1 */
    FEEDBACK_TMMBR, /* bit rate wanted: RFC 5104 4.2.1 */
    FEEDBACK_TMMBN, /* and acknowledged: 4.2.2 */
    FEEDBACK_TWCC,  /* arrival times of all packets */
    FEEDBACK_PLI,   /* picture loss: RFC 4585 6.3.1 */
    FEEDBACK_SLI,   /* slice loss: 6.3.2 */
    FEEDBACK_RPSI,  /* reference picture selection: 6.3.3 */
    FEEDBACK_FIR,   /* full intra request: RFC 5104 4.3.1 */
    FEEDBACK_TSTR,  /* temporal-spatial trade-off: 4.3.2 */
    FEEDBACK_TSTN,  /* 4.3.3 */
    FEEDBACK_VBCM,  /* 4.3.4 */
    FEEDBACK_REMB,  /* bit rate the receiver estimates */
    FEEDBACK_UNKNOWN,
} FeedbackKind;
const char *feedback_kind_name(FeedbackKind kind); /* "nack" */

typedef struct {
    FeedbackKind kind;
    uint32_t media_ssrc;   /* the stream it speaks of; 0: those that @targets names */
    unsigned lost_packets; /* NACK: how many it asks for */
    uint64_t bit_rate_bps; /* REMB */
    Slice targets;         /* FIR, TMMBR, REMB ...: feedback_next_target(); else empty */
    unsigned target_bytes; /* from one of them to the next */
} RtcpFeedback;

/* DISSECT_NOT_MINE when @packet is neither RTPFB nor PSFB; DISSECT_TRUNCATED when what its kind
 * needs is not there. */
DissectStatus rtcp_feedback_parse(const RtcpPacket *packet, RtcpFeedback *out);
/* The next SSRC that it speaks of; false at the end. */
bool feedback_next_target(RtcpFeedback *feedback, uint32_t *ssrc);
