/* dissect/media/loss_pattern.c - see loss_pattern.h */
#include "dissect/media/loss_pattern.h"

#define WORD_BITS  64
#define WINDOW     (PATTERN_WORDS * WORD_BITS)
#define ROOM_BELOW (2 * WORD_BITS) /* for numbers that come late before the segment's first */

static unsigned word_of(int64_t number)
{
    return (unsigned)((uint64_t)number / WORD_BITS % PATTERN_WORDS);
}

/* The bits of the word at @start that are numbers from @lowest to @highest. */
static uint64_t bits_between(int64_t start, int64_t lowest, int64_t highest)
{
    uint64_t bits = UINT64_MAX;

    if (lowest >= start + WORD_BITS || highest < start)
        return 0;
    if (lowest > start)
        bits &= UINT64_MAX << (lowest - start);
    if (highest < start + WORD_BITS - 1)
        bits &= UINT64_MAX >> (start + WORD_BITS - 1 - highest);
    return bits;
}

typedef void RunVisitor(void *tracker, int64_t first, uint32_t count);

static void visit_runs(uint64_t bits, int64_t position, RunVisitor *visit, void *tracker)
{
    while (bits != 0) {
        unsigned first = (unsigned)__builtin_ctzll(bits);
        uint64_t rest = ~(bits >> first);
        unsigned count = rest ? (unsigned)__builtin_ctzll(rest) : WORD_BITS;
        visit(tracker, position + first, count);
        bits = first + count >= WORD_BITS ? 0 : bits & UINT64_MAX << (first + count);
    }
}

static void visit_burst(void *tracker, int64_t first, uint32_t count)
{
    burst_add(tracker, first, count);
}

static void visit_loss(void *runs, int64_t first, uint32_t count)
{
    loss_runs_add(runs, first, count);
}

static void settle_word(LossPattern *pattern)
{
    unsigned index = word_of(pattern->settled);
    int64_t position = pattern->before + pattern->settled - pattern->lowest;
    uint64_t valid = bits_between(pattern->settled, pattern->lowest, pattern->highest);

    visit_runs(valid & ~pattern->words[index].received, position, visit_loss, &pattern->losses);
    pattern->words[index].received = 0;
    for (unsigned i = 0; i < JITTER_BUFFERS; i++) {
        visit_runs(valid & ~pattern->words[index].played[i], position, visit_burst,
                   &pattern->bursts[i]);
        pattern->words[index].played[i] = 0;
    }
    pattern->settled += WORD_BITS;
}

static void begin_segment(LossPattern *pattern, int64_t extended)
{
    pattern->started = true;
    pattern->highest = pattern->lowest = extended;
    pattern->settled = (extended - ROOM_BELOW) & -(int64_t)WORD_BITS;
}

void loss_pattern_add(LossPattern *pattern, int64_t extended, unsigned discards)
{
    if (!pattern->started)
        begin_segment(pattern, extended);
    if (extended < pattern->settled)
        return;
    if (extended > pattern->highest)
        pattern->highest = extended;
    if (extended < pattern->lowest)
        pattern->lowest = extended;
    while (extended >= pattern->settled + WINDOW)
        settle_word(pattern);

    unsigned index = word_of(extended);
    uint64_t bit = UINT64_C(1) << ((uint64_t)extended % WORD_BITS);
    pattern->words[index].received |= bit;
    for (unsigned i = 0; i < JITTER_BUFFERS; i++)
        pattern->words[index].played[i] |= discards >> i & 1 ? 0 : bit;
}

void loss_pattern_restart(LossPattern *pattern)
{
    if (!pattern->started)
        return;
    while (pattern->settled <= pattern->highest)
        settle_word(pattern);
    pattern->before += pattern->highest - pattern->lowest + 1;
    pattern->started = false;
}

LossPattern loss_pattern_end(const LossPattern *pattern)
{
    LossPattern ended = *pattern;
    loss_pattern_restart(&ended);
    return ended;
}

uint64_t loss_pattern_length(const LossPattern *ended)
{
    return (uint64_t)ended->before;
}
