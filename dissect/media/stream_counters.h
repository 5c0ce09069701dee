/* dissect/media/stream_counters.h - what a stream counts, between stream.c, which counts, and
 * stream_report.c, which reads. Private to dissect/media/. */
#pragma once
#include "dissect/media/early_packets.h"
#include "dissect/media/held_packet.h"
#include "dissect/media/quality_meter.h"
#include "dissect/media/sequence.h"
#include "dissect/media/stream.h"
#include "dissect/media/timing.h"

#define PAYLOAD_SLOTS   (STREAM_PAYLOAD_TYPES_MAX + 1)
#define SLOT_SPILL      STREAM_PAYLOAD_TYPES_MAX /* of all types without a slot */
#define USUAL_SLOTS     2                        /* a codec and its events */
#define STEP_CANDIDATES 4

/* Timestamp steps between consecutive packets: the most frequent survive (Misra and Gries). */
typedef struct {
    uint32_t ticks, weight;
    uint8_t payload_type;
} StepCount;

typedef struct {
    uint8_t type;
    bool named;        /* by SDP or RFC 3551 */
    uint8_t kind;      /* PayloadKind; a guess when not named; of RED what is in it */
    uint8_t reader;    /* of what is no plain audio: content.h; 0: none */
    uint8_t inner;     /* RED: payload type of what is in it; else @type */
    bool repair;       /* FEC */
    bool units;        /* its marker ends a frame or an access unit, and begins no talkspurt */
    uint32_t clock_hz; /* 0: not known */
    uint64_t packets;
} PayloadSlot;

/* The packet that the next one is compared with. */
typedef struct {
    int64_t arrival_ns;
    int64_t extended_seq;
    uint32_t ts_ticks;
    uint32_t clock_hz;
    uint8_t payload_type;
    bool valid;
} Reference;

struct StreamCounters {
    uint64_t packets, octets, wire_bytes, markers;
    int64_t first_ns, last_ns;
    int64_t previous_ns; /* arrival of the last packet that was no copy */
    int64_t delta_min_ns, delta_max_ns;
    double delta_sum_ns;
    uint64_t deltas;
    uint32_t first_wire_bytes;
    double elapsed_s; /* over the packets that tell time */
    Reference reference;
    uint32_t newest_ts_ticks; /* of the highest sequence number */
    uint32_t copies;          /* duplicates seen at another point of the network */
    uint32_t identical;       /* duplicates that nothing tells from their first sighting */
    uint8_t dscp;
    bool dscp_changed;
    bool unread;         /* payloads of unnamed types passed by */
    uint8_t slot, slots; /* that of the last packet; in use */
    Timing timing;       /* of the packets whose clock is known */
    EarlyPackets *early; /* owned; NULL: no clock is missing */
    QualityPending pending;
    int64_t timed_since_ns; /* the first packet for the jitter buffers; 0: none yet */
    Sequence sequence;
    PayloadSlot *payloads; /* @usual, or PAYLOAD_SLOTS that are owned */
    PayloadSlot usual[USUAL_SLOTS];
    StepCount steps[STEP_CANDIDATES];
    SteadyStep steady;
    uint8_t media_slot;   /* 1 + payload type of the media lately; 0: none yet */
    uint16_t replayed;    /* packets that were timed when their clock became known */
    HeldPacket *held;     /* owned; NULL: none is held back */
    QualityMeter quality; /* without what is pending */
};

/* The slot with most packets, events and comfort noise aside; NULL when there is none. */
const PayloadSlot *stream_main_slot(const struct StreamCounters *counters);
/* The most frequent timestamp step of a payload type, 0 when there was none. */
uint32_t stream_usual_step(const struct StreamCounters *counters, uint8_t payload_type);
/* Before stream_add(@next), which does it by itself: counts the packet held back, if there is one
 * and
 * @next is no copy of it. Returns what it was; STREAM_HELD: nothing was counted. */
StreamFate stream_settle_held(Stream *stream, const RtpPacket *next);
/* Counts to the quality meter what waits for it: before it is read. */
void stream_settle_quality(const Stream *stream);
