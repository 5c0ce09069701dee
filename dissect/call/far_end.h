/* dissect/call/far_end.h - what the ends of a call say of media that was not captured, in RTCP that
 * capture agents passed on (HEP): sender and receiver reports (RFC 3550 section 6.4), per stream.
 * Nothing here was measured. Bounded: FAR_END_MAX streams a call; further ones are not noted. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/media/rtcp.h"
#include "dissect/media/sender_times.h"

#define FAR_END_MAX 32u

typedef struct {
    uint32_t ssrc;
    Endpoint sender, receiver; /* of the newest report's RTCP */
    uint32_t clock_hz;         /* 0: the SDP does not tell */
    int64_t first_ns, last_ns; /* reports */
    uint32_t sender_reports, receiver_reports;
    uint32_t sent_packets, sent_octets; /* by its sender, last; with sender_reports > 0 */
    RtcpReport last;                    /* by its receiver; with receiver_reports > 0 */
    uint8_t fraction_lost_max;          /* of 256 */
    uint32_t jitter_max_ticks;
    double round_trip_ms; /* from the agent to the receiver and back, last; NAN: not known */

    SenderTimes sent; /* private */
} FarEndStream;

/* RTCP of the call came by between the ends of @flow. Streams of @call that were captured are
 * passed over. */
void far_end_follow(const Model *model, Call *call, const FlowKey *flow, int64_t time_ns,
                    Slice compound);

/* Of the streams that are not among those captured by now. */
unsigned call_far_end_count(const Call *call);
/* NULL: it was captured in the end. */
const FarEndStream *call_far_end(const Model *model, const Call *call, unsigned index);
/* Packets lost by its receiver's word, in percent of those sent by its sender's; NAN: unknown. */
double far_end_lost_percent(const FarEndStream *stream);
double far_end_jitter_ms(const FarEndStream *stream, uint32_t ticks);
