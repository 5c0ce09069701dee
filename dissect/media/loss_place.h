/* dissect/media/loss_place.h - where packets were lost: before the point of capture, after it, or
 * in the capture itself.
 *
 * A receiver report says up to which packet it speaks (RFC 3550 6.4.1: extended highest sequence
 * number) and how many of them never came. From one report to the next, both ends of the interval
 * are numbers of packets, so what was seen here of the same packets can be set beside it. Missing
 * at both: lost on the way to here. Missing there only: lost behind. Missing here only: the
 * receiver has what the capture has not. Within one interval only numbers are known: what is
 * missing at both is taken for the same packets.
 *
 * Written in dissect/media/ only; the figures are for everybody. */
#pragma once
#include "dissect/media/rtcp.h"

/* What was seen here of a stream when a report about it came by. */
typedef struct {
    uint64_t received;   /* distinct packets up to the report's highest, all segments */
    uint64_t duplicates; /* copies: receivers count them as packets (RFC 3550 A.3) */
    uint64_t restarts;   /* of the sequence numbers: nothing is compared across one */
    uint64_t
        from_first; /* numbers from the first packet seen to the report's highest; 0: unknown */
} LossView;

typedef struct {
    uint32_t intervals;                /* from one report to the next; 0: nothing could be placed */
    uint64_t packets;                  /* sequence numbers in them */
    int64_t before, after, in_capture; /* may be below zero for a while: packets come late */

    /* Private: the report that the next one is compared with, and what had been seen here. */
    uint32_t reporter, highest_seq;
    int32_t cumulative_lost;
    uint32_t duplicates, restarts;
    bool marked;
    uint64_t received;
} LossPlace;

/* @reporter is the SSRC that made @report; only the first one's are used, so that several receivers
 * of one stream are not mixed. */
void loss_place_add(LossPlace *place, const RtcpReport *report, uint32_t reporter,
                    const LossView *here);
/* One of its three figures, for reading. */
static inline uint64_t loss_placed(int64_t figure)
{
    return figure > 0 ? (uint64_t)figure : 0;
}
