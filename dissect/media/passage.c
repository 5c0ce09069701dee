/* dissect/media/passage.c - see passage.h */
#include "dissect/media/passage.h"
#include "dissect/media/stream_counters.h"
#include <math.h>

#define SEEN_EARLIER 1u
#define SEEN_LATER   2u
#define SEEN_BOTH    (SEEN_EARLIER | SEEN_LATER)
#define SEQ_SHIFT    16 /* so that differences of sequence numbers wrap as those of timestamps */

const char *passage_kind_name(PassageKind kind)
{
    static const char *const names[PASSAGE_KINDS] = {
        [PASSAGE_RELAY] = "relay",
        [PASSAGE_SOURCE_CHANGED] = "source-changed",
        [PASSAGE_DESTINATION_CHANGED] = "destination-changed",
        [PASSAGE_BOTH_CHANGED] = "both-changed",
    };
    return names[kind];
}

/* Timestamps where the relay numbers packets itself: it leaves no number out for what it never
 * got. */
static uint32_t position_of(const Passage *passage, const RtpPacket *packet)
{
    return passage->numbers_kept ? (uint32_t)packet->seq << SEQ_SHIFT : packet->ts_ticks;
}

Passage *passage_new(const PassageStart *start)
{
    const struct StreamCounters *c = start->earlier->counters;
    const PayloadSlot *slot = stream_main_slot(c);
    uint32_t ticks = slot ? stream_usual_step(c, slot->type) : 0;
    Passage *passage = g_new0(Passage, 1);

    *passage = (Passage){
        .earlier = start->earlier->number,
        .later = start->later->number,
        .kind = start->kind,
        .numbers_kept = start->numbers_kept,
        .payloads_equal = start->payloads_equal,
        .evidence = start->evidence,
        .delay_min_ms = start->delay_min_ms,
        .delay_max_ms = start->delay_max_ms,
        .delay_sum_ms = start->delay_sum_ms,
        .epoch_ns = start->time_ns,
        .step = start->numbers_kept ? 1u << SEQ_SHIFT : MAX(ticks, 1),
        .shift = start->numbers_kept ? 0 : start->ts_shift,
    };
    passage->base = start->numbers_kept ? 0 : c->newest_ts_ticks;
    return passage;
}

static PassageSlot *slot_at(Passage *passage, uint32_t position)
{
    return &passage->ring[(position - passage->base) / passage->step % PASSAGE_RING];
}

/* What is at the later point before the first match came by the earlier one before the passage was
 * known. */
static void forget_what_was_under_way(Passage *passage)
{
    for (unsigned i = 0; i < PASSAGE_RING; i++)
        if (passage->ring[i].seen == SEEN_LATER)
            passage->ring[i].seen = 0;
}

static void match(Passage *passage, uint32_t position, double delay_ms)
{
    if (passage->matched++ == 0)
        forget_what_was_under_way(passage);
    passage->delay_sum_ms += delay_ms;
    passage->delay_min_ms = MIN(passage->delay_min_ms, delay_ms);
    passage->delay_max_ms = MAX(passage->delay_max_ms, delay_ms);
    if (passage->matched == 1 || (int32_t)(position - passage->newest) > 0)
        passage->newest = position;
    passage->lost += passage->missing;
    passage->appeared += passage->odd;
    passage->missing = passage->odd = 0;
}

void passage_note(Passage *passage, bool later, const RtpPacket *packet, int64_t time_ns)
{
    uint8_t side = later ? SEEN_LATER : SEEN_EARLIER;
    uint32_t position = position_of(passage, packet) - (later ? passage->shift : 0);
    uint32_t time_us = (uint32_t)((time_ns - passage->epoch_ns) / 1000);
    PassageSlot *slot = slot_at(passage, position);

    if (slot->seen && slot->position == position) {
        if (slot->seen & side)
            return;
        int32_t since_us = (int32_t)(time_us - slot->time_us);
        slot->seen = SEEN_BOTH;
        match(passage, position, (later ? since_us : -since_us) / 1000.0);
        return;
    }
    passage->missing += slot->seen == SEEN_EARLIER;
    passage->odd += slot->seen == SEEN_LATER;
    *slot = (PassageSlot){ position, time_us, side };
}

uint64_t passage_lost(const Passage *passage)
{
    uint64_t waiting = 0;

    for (unsigned i = 0; passage->matched && i < PASSAGE_RING; i++) {
        const PassageSlot *slot = &passage->ring[i];
        waiting += slot->seen == SEEN_EARLIER && (int32_t)(passage->newest - slot->position) > 0;
    }
    return passage->lost + waiting;
}

double passage_delay_mean_ms(const Passage *passage)
{
    uint64_t packets = passage->matched + passage->evidence;

    return packets ? passage->delay_sum_ms / (double)packets : NAN;
}
