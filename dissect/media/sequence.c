/* dissect/media/sequence.c - see sequence.h */
#include "dissect/media/sequence.h"
#include <glib.h>
#include <string.h>

#define WORD_BITS 64

static uint64_t *word_of(Sequence *sequence, int64_t extended)
{
    return &sequence->seen[(uint64_t)extended % SEQUENCE_WINDOW / WORD_BITS];
}

static uint64_t bit_of(int64_t extended)
{
    return UINT64_C(1) << (uint64_t)extended % WORD_BITS;
}

static bool was_seen(const Sequence *sequence, int64_t extended)
{
    return sequence->seen[(uint64_t)extended % SEQUENCE_WINDOW / WORD_BITS] & bit_of(extended);
}

static void mark_seen(Sequence *sequence, int64_t extended)
{
    *word_of(sequence, extended) |= bit_of(extended);
}

static void forget(Sequence *sequence, int64_t from, int64_t to)
{
    if (to - from >= SEQUENCE_WINDOW) {
        memset(sequence->seen, 0, sizeof sequence->seen);
        return;
    }
    for (int64_t i = from; i < to; i++)
        *word_of(sequence, i) &= ~bit_of(i);
}

static void advance(Sequence *sequence, int64_t extended)
{
    forget(sequence, sequence->highest + 1, extended);
    mark_seen(sequence, extended);
    sequence->highest = extended;
}

static void begin_segment(Sequence *sequence, uint16_t seq)
{
    memset(sequence->seen, 0, sizeof sequence->seen);
    /* One cycle up, so that late packets before a base of 0 stay above zero. */
    sequence->base = sequence->highest = INT64_C(0x10000) + seq;
    sequence->started = true;
    mark_seen(sequence, sequence->base);
}

static SequenceVerdict count_late(Sequence *sequence, int64_t extended)
{
    mark_seen(sequence, extended);
    sequence->reordered++;
    if (extended < sequence->base)
        sequence->base = extended;
    return SEQUENCE_LATE;
}

static SequenceVerdict count_behind(Sequence *sequence, int64_t extended, bool older)
{
    int64_t behind = sequence->highest - extended;
    bool near = behind <= SEQUENCE_MAX_MISORDER;

    if (behind >= SEQUENCE_WINDOW)
        return SEQUENCE_FAR;
    if (was_seen(sequence, extended)) {
        if (!near)
            return SEQUENCE_FAR; /* a delayed copy, or a source that plays its file again */
        sequence->duplicates++;
        return SEQUENCE_DUPLICATE;
    }
    if (near || (older && extended > sequence->base))
        return count_late(sequence, extended);
    return SEQUENCE_FAR;
}

SequenceVerdict sequence_add(Sequence *sequence, uint16_t seq, bool older)
{
    if (!sequence->started) {
        begin_segment(sequence, seq);
        return SEQUENCE_NEW;
    }
    int64_t extended = sequence_extend(sequence, seq);
    int64_t ahead = extended - sequence->highest;
    if (ahead <= 0)
        return count_behind(sequence, extended, older);
    if (ahead >= SEQUENCE_MAX_DROPOUT)
        return SEQUENCE_FAR;
    advance(sequence, extended);
    return SEQUENCE_NEW;
}

void sequence_restart(Sequence *sequence, uint16_t seq)
{
    sequence->expected_before = sequence_expected(sequence);
    sequence->restarts++;
    begin_segment(sequence, seq);
}

void sequence_outage(Sequence *sequence, uint16_t seq)
{
    uint16_t ahead = (uint16_t)(seq - (uint16_t)sequence->highest);
    advance(sequence, sequence->highest + ahead);
}

SequenceVerdict sequence_alone(Sequence *sequence, uint16_t seq)
{
    int64_t extended = sequence_extend(sequence, seq);
    int64_t behind = sequence->highest - extended;

    if (behind >= 0 && behind < SEQUENCE_WINDOW && extended >= sequence->base) {
        if (!was_seen(sequence, extended))
            return count_late(sequence, extended);
        sequence->duplicates++;
        return SEQUENCE_DUPLICATE;
    }
    sequence->expected_before++;
    return SEQUENCE_FAR;
}

int64_t sequence_extend(const Sequence *sequence, uint16_t seq)
{
    return sequence->highest + (int16_t)(uint16_t)(seq - (uint16_t)sequence->highest);
}

uint64_t sequence_expected(const Sequence *sequence)
{
    if (!sequence->started)
        return 0;
    return sequence->expected_before + (uint64_t)(sequence->highest - sequence->base) + 1;
}

uint64_t sequence_seen_above(const Sequence *sequence, uint16_t seq)
{
    int64_t extended = sequence_extend(sequence, seq);
    uint64_t seen = 0;

    if (sequence->highest - extended >= SEQUENCE_WINDOW)
        return UINT64_MAX;
    for (int64_t i = MAX(extended + 1, sequence->base); i <= sequence->highest; i++)
        seen += was_seen(sequence, i);
    return seen;
}

bool sequence_was_seen(const Sequence *sequence, uint16_t seq)
{
    int64_t extended = sequence_extend(sequence, seq);

    if (extended > sequence->highest)
        return false;
    return extended < sequence->base || sequence->highest - extended >= SEQUENCE_WINDOW ||
           was_seen(sequence, extended);
}
