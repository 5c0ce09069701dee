/* dissect/media/redundancy.c - see redundancy.h */
#include "dissect/media/redundancy.h"
#include "dissect/base/cursor.h"

#define FEC_LONG_MASK   0x40 /* L: 48 bits instead of 16 (RFC 5109 7.3) */
#define SHORT_MASK_BITS 16u
#define LONG_MASK_BITS  48u

static int find(const Redundancy *redundancy, uint32_t ts_ticks)
{
    for (int i = 0; i < REDUNDANCY_HISTORY; i++)
        if (redundancy->history[i].held && redundancy->history[i].ts_ticks == ts_ticks)
            return i;
    return -1;
}

static void remember(Redundancy *redundancy, uint32_t ts_ticks, bool recovered)
{
    unsigned at = redundancy->next++ % REDUNDANCY_HISTORY;

    redundancy->history[at].ts_ticks = ts_ticks;
    redundancy->history[at].held = true;
    redundancy->history[at].recovered = recovered;
}

static void add_older(Redundancy *redundancy, const RedBlock *block)
{
    bool before_all = (int32_t)(block->ts_ticks - redundancy->first_ts_ticks) < 0;

    redundancy->red_blocks++;
    redundancy->red_octets += block->data.len;
    if (before_all || block->data.len == 0 || find(redundancy, block->ts_ticks) >= 0)
        return;
    redundancy->red_recovered++;
    remember(redundancy, block->ts_ticks, true);
}

static void add_primary(Redundancy *redundancy, const RedBlock *block)
{
    int known = find(redundancy, block->ts_ticks);

    redundancy->primary_type = block->payload_type;
    if (known < 0) {
        remember(redundancy, block->ts_ticks, false);
    } else if (redundancy->history[known].recovered) { /* late, not lost */
        redundancy->history[known].recovered = false;
        redundancy->red_recovered--;
    }
}

void redundancy_add_red(Redundancy *redundancy, const RedPacket *red)
{
    const RedBlock *primary = red_primary(red);

    if (!redundancy->started) {
        redundancy->started = true;
        redundancy->first_ts_ticks = primary->ts_ticks;
    }
    redundancy->red_packets += red->count > 1;
    for (unsigned i = 0; i + 1 < red->count; i++)
        if (red->blocks[i].offset_ticks > 0)
            add_older(redundancy, &red->blocks[i]);
    add_primary(redundancy, primary);
}

static bool was_recovered(const Redundancy *redundancy, uint16_t seq)
{
    unsigned kept = MIN(redundancy->recovered_count, REDUNDANCY_HISTORY);

    for (unsigned i = 0; i < kept; i++)
        if (redundancy->recovered_seqs[i] == seq)
            return true;
    return false;
}

/* The mask of level 0, its first bit the highest of 64; 0 when there is none. */
static uint64_t read_mask(Slice payload, uint16_t *base)
{
    Cursor c = cursor_over(payload);
    bool is_long = cursor_u8(&c) & FEC_LONG_MASK;

    cursor_skip(&c, 1);
    *base = cursor_be16(&c);
    cursor_skip(&c, 4 + 2); /* TS recovery, length recovery */
    cursor_skip(&c, 2);     /* protection length */
    uint64_t mask = (uint64_t)cursor_be16(&c) << 48;
    if (is_long)
        mask |= (uint64_t)cursor_be32(&c) << (64 - LONG_MASK_BITS);
    return c.failed ? 0 : mask;
}

void redundancy_add_fec(Redundancy *redundancy, Slice payload, const Sequence *sequence)
{
    uint16_t base;
    uint64_t mask = read_mask(payload, &base);
    unsigned missing = 0;
    uint16_t lost = 0;

    redundancy->fec_packets++;
    redundancy->malformed += mask == 0;
    for (unsigned i = 0; i < LONG_MASK_BITS; i++) {
        uint16_t seq = (uint16_t)(base + i);
        if (!(mask << i >> 63) || sequence_was_seen(sequence, seq) ||
            was_recovered(redundancy, seq))
            continue;
        missing++;
        lost = seq;
    }
    if (missing != 1)
        return;
    redundancy->fec_recovered++;
    redundancy->recovered_seqs[redundancy->recovered_count++ % REDUNDANCY_HISTORY] = lost;
}
