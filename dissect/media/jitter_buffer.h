/* dissect/media/jitter_buffer.h - which packets a receiver would have had in time.
 *
 * Three receivers at once, in one pass and constant memory: fixed buffers of 50 and 200 ms as
 * hardware has them, and an adaptive one of at most 500 ms. A packet is told by its transit: its
 * arrival less its timestamp, on any base that stays the same.
 *
 * A fixed buffer is anchored on its first packet, as real ones are, and anew where timestamps
 * break, where a talkspurt begins after silence, and when it has played nothing for a second. A
 * packet later than the nominal delay is late; one so early that it does not fit is discarded as
 * well. The adaptive one plays 40 ms behind the 97th percentile of the last 500 packets; it grows
 * at once and shrinks in silence only, by 20 ms. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    JITTER_BUFFER_FIXED_50,
    JITTER_BUFFER_FIXED_200,
    JITTER_BUFFER_ADAPTIVE,
    JITTER_BUFFERS,
} JitterBufferKind;
/* "fixed50", "fixed200", "adaptive". */
const char *jitter_buffer_name(JitterBufferKind kind);

typedef struct {
    int64_t arrival_ns;
    int64_t transit_ns;
    bool silence_before; /* a talkspurt begins: its marker, after a pause of 200 ms or more */
    bool discontinuity;  /* the timestamps left the arrivals; @transit_ns has been carried on */
} JitterPacket;

typedef enum { JITTER_PLAYED, JITTER_LATE, JITTER_EARLY } JitterVerdict;

typedef struct {
    int64_t anchor_ns;          /* transit that is played after exactly the nominal delay */
    int64_t rejecting_since_ns; /* TIME_UNKNOWN: the last packet was played */
    uint64_t late, early;
    uint16_t nominal_ms, resync_ms;
    bool anchored;
} FixedBuffer;

/* A packet more than @resync_ms before its nominal arrival is discarded as early. */
FixedBuffer fixed_buffer(unsigned nominal_ms, unsigned resync_ms);
JitterVerdict fixed_buffer_add(FixedBuffer *buffer, const JitterPacket *packet);

#define JITTER_MARGIN_MS 40 /* of the adaptive one, behind the 97th percentile */

#define DELAY_HISTORY 500 /* packets */
#define DELAY_STEPS   192 /* of 4.2 ms */
#define DELAY_CROWD   (DELAY_HISTORY / 2)

/* The transits of the last packets, ordered by counting. */
typedef struct {
    int64_t floor_ns;              /* transit of step 0 */
    int64_t low_ns, low_before_ns; /* the fastest of this block of half the history, and the last */
    uint16_t count, next, below;   /* held; slot to replace; held below @quantile */
    uint8_t quantile;              /* step of the 97th percentile */
    uint8_t slots[DELAY_HISTORY];  /* a ring of steps */
    uint8_t packets[DELAY_STEPS];  /* those of @crowded less DELAY_CROWD */
    uint8_t crowded;               /* the step of more than half of them; DELAY_STEPS: none */
} DelayHistory;

typedef struct {
    DelayHistory history;
    int64_t playout_ns; /* the slowest transit that is in time */
    uint64_t late, packets;
    int64_t delay_sum_ns; /* of the buffer, over @packets */
} AdaptiveBuffer;

JitterVerdict adaptive_buffer_add(AdaptiveBuffer *buffer, const JitterPacket *packet);
/* How long it holds the fastest packets, on average; 0 before the first. */
double adaptive_buffer_mean_ms(const AdaptiveBuffer *buffer);
/* The fastest transit of the last 250 to 500 packets. */
int64_t adaptive_buffer_base_ns(const AdaptiveBuffer *buffer);

typedef struct {
    FixedBuffer fixed_50, fixed_200;
    AdaptiveBuffer adaptive;
} JitterBuffers;

void jitter_buffers_init(JitterBuffers *buffers);
/* The buffers that discarded it: a set of bits 1 << JitterBufferKind. */
unsigned jitter_buffers_add(JitterBuffers *buffers, const JitterPacket *packet);

typedef struct {
    uint64_t late, early;
    double delay_ms; /* nominal, or the mean of the adaptive one */
} JitterDiscards;
JitterDiscards jitter_buffers_discards(const JitterBuffers *buffers, JitterBufferKind kind);
