/* dissect/media/passage.h - the same media seen at two points of its way: a stream comes to a relay
 * or a NAT, and another one leaves it with the same packets under other addresses. Both stay
 * streams of their own. Packets of both are matched, so that it is known how long the way between
 * the points took and which packets were lost on it. */
#pragma once
#include "dissect/media/stream.h"

typedef enum {
    PASSAGE_RELAY,          /* the later one is sent by the host that the earlier one was sent to */
    PASSAGE_SOURCE_CHANGED, /* source NAT: to the same destination */
    PASSAGE_DESTINATION_CHANGED, /* destination NAT: from the same source */
    PASSAGE_BOTH_CHANGED,        /* a relay with an address on either side, or both kinds of NAT */
    PASSAGE_KINDS
} PassageKind;
const char *passage_kind_name(PassageKind kind); /* "relay" */

#define PASSAGE_RING 256u /* packets that wait for their like */

typedef struct {
    uint32_t position; /* by which packets are matched */
    uint32_t time_us;  /* since the passage's epoch; wraps */
    uint8_t seen;      /* 0: free; 1: at the earlier point, 2: at the later, 3: at both */
} PassageSlot;

typedef struct Passage {
    uint32_t earlier, later; /* numbers of the streams */
    PassageKind kind;
    bool numbers_kept;   /* SSRC, sequence numbers and timestamps are the same */
    bool payloads_equal; /* else only the numbers were: one side is encrypted */
    unsigned evidence;   /* packets that were equal when it was found */
    uint64_t matched;    /* packets seen at both, since then */
    uint64_t lost;       /* seen at the earlier only, though later ones came through */
    uint64_t appeared;   /* seen at the later only */
    double delay_min_ms, delay_max_ms, delay_sum_ms; /* over matched + evidence packets; below 0
                                                        where the capture is not in order */
    /* Private. */
    struct Passage *next_onward; /* of the same earlier stream */
    int64_t epoch_ns;
    uint32_t base, step;   /* of positions in the ring */
    uint32_t shift;        /* the later's position less the earlier's */
    uint32_t newest;       /* position of the newest match, of the earlier */
    uint64_t missing, odd; /* overwritten without their like since the newest match */
    PassageSlot ring[PASSAGE_RING];
} Passage;

/* What it takes to match packets from here on. */
typedef struct {
    const Stream *earlier, *later;
    PassageKind kind;
    bool numbers_kept, payloads_equal;
    unsigned evidence;
    double delay_min_ms, delay_max_ms, delay_sum_ms;
    uint32_t ts_shift; /* timestamps of the later less those of the earlier */
    int64_t time_ns;
} PassageStart;

Passage *passage_new(const PassageStart *start);

/* A packet that is no copy came by at the earlier or the later point. */
void passage_note(Passage *passage, bool later, const RtpPacket *packet, int64_t time_ns);

/* With those that wait still, and behind which others came through. */
uint64_t passage_lost(const Passage *passage);
/* NAN before the first. */
double passage_delay_mean_ms(const Passage *passage);
