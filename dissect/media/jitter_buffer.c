/* dissect/media/jitter_buffer.c - see jitter_buffer.h */
#include "dissect/media/jitter_buffer.h"
#include "dissect/base/clock.h"
#include <string.h>

#define RESYNC_AFTER_NS NS_PER_S
#define MARGIN_NS       (JITTER_MARGIN_MS * NS_PER_MS)
#define DELAY_MAX_NS    (500 * NS_PER_MS)
#define SHRINK_NS       (20 * NS_PER_MS)
#define STEP_NS         (INT64_C(1) << 22)
#define HEADROOM_STEPS  32 /* below the fastest packet when the history is moved */
#define LATE_PERCENT    3  /* what is above the 97th percentile */
#define LOW_BLOCK       (DELAY_HISTORY / 2)

const char *jitter_buffer_name(JitterBufferKind kind)
{
    static const char *const names[] = { "fixed50", "fixed200", "adaptive" };
    return (unsigned)kind < JITTER_BUFFERS ? names[kind] : "";
}

/* --- fixed --- */

FixedBuffer fixed_buffer(unsigned nominal_ms, unsigned resync_ms)
{
    return (FixedBuffer){
        .nominal_ms = (uint16_t)nominal_ms,
        .resync_ms = (uint16_t)resync_ms,
        .rejecting_since_ns = TIME_UNKNOWN,
    };
}

static JitterVerdict anchor(FixedBuffer *buffer, int64_t transit_ns)
{
    buffer->anchored = true;
    buffer->anchor_ns = transit_ns;
    buffer->rejecting_since_ns = TIME_UNKNOWN;
    return JITTER_PLAYED;
}

JitterVerdict fixed_buffer_add(FixedBuffer *buffer, const JitterPacket *packet)
{
    int64_t behind_ns = packet->transit_ns - buffer->anchor_ns;

    if (!buffer->anchored || packet->silence_before || packet->discontinuity)
        return anchor(buffer, packet->transit_ns);
    if (behind_ns <= buffer->nominal_ms * NS_PER_MS &&
        behind_ns >= -buffer->resync_ms * NS_PER_MS) {
        buffer->rejecting_since_ns = TIME_UNKNOWN;
        return JITTER_PLAYED;
    }
    if (buffer->rejecting_since_ns == TIME_UNKNOWN)
        buffer->rejecting_since_ns = packet->arrival_ns;
    if (time_between(buffer->rejecting_since_ns, packet->arrival_ns) >= RESYNC_AFTER_NS)
        return anchor(buffer, packet->transit_ns);
    if (behind_ns > 0) {
        buffer->late++;
        return JITTER_LATE;
    }
    buffer->early++;
    return JITTER_EARLY;
}

/* --- history --- */

static int64_t history_low(const DelayHistory *history)
{
    return MIN(history->low_ns, history->low_before_ns);
}

/* One step can hold more than half of the packets, so that a byte is enough for the others. */
static inline unsigned packets_at(const DelayHistory *history, unsigned step)
{
    return history->packets[step] + (step == history->crowded ? DELAY_CROWD : 0u);
}

static inline void add_to_step(DelayHistory *history, uint8_t step)
{
    if (history->packets[step] == UINT8_MAX) {
        history->crowded = step;
        history->packets[step] = (uint8_t)(UINT8_MAX - DELAY_CROWD);
    }
    history->packets[step]++;
}

static inline void take_from_step(DelayHistory *history, uint8_t step)
{
    if (step == history->crowded && history->packets[step] == 0) {
        history->crowded = DELAY_STEPS;
        history->packets[step] = DELAY_CROWD;
    }
    history->packets[step]--;
}

/* Walks to the step below which 97 % of the packets are; nearly always it stays. */
static void find_quantile(DelayHistory *history)
{
    unsigned rank = history->count - history->count * LATE_PERCENT / 100u;

    while (history->below >= rank)
        history->below = (uint16_t)(history->below - packets_at(history, --history->quantile));
    while (history->below + packets_at(history, history->quantile) < rank)
        history->below = (uint16_t)(history->below + packets_at(history, history->quantile++));
}

/* Sets step 0 to another transit; what does not fit any more counts at the end. */
static void move_floor(DelayHistory *history, int64_t floor_ns)
{
    int64_t steps = (history->floor_ns - floor_ns) / STEP_NS;

    memset(history->packets, 0, sizeof history->packets);
    history->crowded = DELAY_STEPS;
    for (unsigned i = 0; i < history->count; i++) {
        int64_t step = CLAMP(history->slots[i] + steps, 0, DELAY_STEPS - 1);
        history->slots[i] = (uint8_t)step;
        add_to_step(history, (uint8_t)step);
    }
    history->floor_ns = floor_ns;
    history->below = 0;
    history->quantile = 0;
}

static void note_low(DelayHistory *history, int64_t transit_ns)
{
    if (history->count == 0)
        history->low_ns = history->low_before_ns = transit_ns;
    if (history->next % LOW_BLOCK == 0 && history->count > 0) {
        history->low_before_ns = history->low_ns;
        history->low_ns = transit_ns;
    }
    history->low_ns = MIN(history->low_ns, transit_ns);
}

static void replace_slot(DelayHistory *history, uint8_t step)
{
    if (history->count == DELAY_HISTORY) {
        uint8_t old = history->slots[history->next];
        take_from_step(history, old);
        history->below = (uint16_t)(history->below - (old < history->quantile));
    } else {
        history->count++;
    }
    history->slots[history->next] = step;
    add_to_step(history, step);
    history->below = (uint16_t)(history->below + (step < history->quantile));
    history->next = (uint16_t)(history->next + 1 == DELAY_HISTORY ? 0 : history->next + 1);
}

/* Whole steps, so that nothing held changes its place among the others. */
static int64_t floor_below(const DelayHistory *history, int64_t transit_ns)
{
    int64_t steps = (transit_ns - history->floor_ns) / STEP_NS - HEADROOM_STEPS;
    return history->floor_ns + steps * STEP_NS;
}

static void history_add(DelayHistory *history, int64_t transit_ns)
{
    if (history->count == 0) {
        history->floor_ns = transit_ns - HEADROOM_STEPS * STEP_NS;
        history->crowded = DELAY_STEPS;
    }
    note_low(history, transit_ns);
    if (transit_ns < history->floor_ns ||
        history_low(history) - history->floor_ns > 2 * HEADROOM_STEPS * STEP_NS)
        move_floor(history, floor_below(history, history_low(history)));
    int64_t step = (transit_ns - history->floor_ns) / STEP_NS;
    replace_slot(history, (uint8_t)MIN(step, DELAY_STEPS - 1));
    find_quantile(history);
}

static int64_t history_quantile(const DelayHistory *history)
{
    return MAX(history->floor_ns + history->quantile * STEP_NS, history_low(history));
}

/* --- adaptive --- */

JitterVerdict adaptive_buffer_add(AdaptiveBuffer *buffer, const JitterPacket *packet)
{
    DelayHistory *history = &buffer->history;

    if (history->count == 0)
        buffer->playout_ns = packet->transit_ns + MARGIN_NS;
    bool late = packet->transit_ns > buffer->playout_ns;

    history_add(history, packet->transit_ns);
    int64_t base_ns = history_low(history);
    int64_t wanted_ns = MIN(history_quantile(history) + MARGIN_NS, base_ns + DELAY_MAX_NS);
    if (wanted_ns > buffer->playout_ns)
        buffer->playout_ns = wanted_ns;
    else if (packet->silence_before)
        buffer->playout_ns = MAX(wanted_ns, buffer->playout_ns - SHRINK_NS);
    buffer->playout_ns = MIN(buffer->playout_ns, base_ns + DELAY_MAX_NS);
    buffer->delay_sum_ns += buffer->playout_ns - base_ns;
    buffer->packets++;
    buffer->late += late;
    return late ? JITTER_LATE : JITTER_PLAYED;
}

double adaptive_buffer_mean_ms(const AdaptiveBuffer *buffer)
{
    if (buffer->packets == 0)
        return 0;
    return (double)buffer->delay_sum_ns / (double)buffer->packets / (double)NS_PER_MS;
}

int64_t adaptive_buffer_base_ns(const AdaptiveBuffer *buffer)
{
    return history_low(&buffer->history);
}

/* --- all of them --- */

void jitter_buffers_init(JitterBuffers *buffers)
{
    *buffers = (JitterBuffers){
        .fixed_50 = fixed_buffer(50, 100),
        .fixed_200 = fixed_buffer(200, 200),
    };
}

unsigned jitter_buffers_add(JitterBuffers *buffers, const JitterPacket *packet)
{
    bool late_50 = fixed_buffer_add(&buffers->fixed_50, packet) != JITTER_PLAYED;
    bool late_200 = fixed_buffer_add(&buffers->fixed_200, packet) != JITTER_PLAYED;
    bool late_adaptive = adaptive_buffer_add(&buffers->adaptive, packet) != JITTER_PLAYED;

    return (unsigned)late_50 << JITTER_BUFFER_FIXED_50 |
           (unsigned)late_200 << JITTER_BUFFER_FIXED_200 |
           (unsigned)late_adaptive << JITTER_BUFFER_ADAPTIVE;
}

static JitterDiscards fixed_discards(const FixedBuffer *buffer)
{
    return (JitterDiscards){ buffer->late, buffer->early, buffer->nominal_ms };
}

JitterDiscards jitter_buffers_discards(const JitterBuffers *buffers, JitterBufferKind kind)
{
    switch (kind) {
    case JITTER_BUFFER_FIXED_50:
        return fixed_discards(&buffers->fixed_50);
    case JITTER_BUFFER_FIXED_200:
        return fixed_discards(&buffers->fixed_200);
    case JITTER_BUFFER_ADAPTIVE:
    case JITTER_BUFFERS:
        break;
    }
    return (JitterDiscards){ buffers->adaptive.late, 0,
                             adaptive_buffer_mean_ms(&buffers->adaptive) };
}
