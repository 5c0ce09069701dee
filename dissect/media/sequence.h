/* dissect/media/sequence.h - the sequence numbers of one stream, unwrapped and counted exactly
 * (RFC 3550 A.1, A.3), with a bitmap of what was seen, so that copies never hide loss.
 *
 * A stream is a row of segments; a source that jumps begins a new one. The identity
 *     lost = expected - (packets - duplicates) >= 0
 * always holds: a stray number that no other one followed is a segment of one packet.
 * Private to dissect/media/. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define SEQUENCE_WINDOW       1024 /* numbers behind the highest that are remembered; power of 2 */
#define SEQUENCE_MAX_DROPOUT  3000 /* RFC 3550 A.1 */
#define SEQUENCE_MAX_MISORDER 100  /* RFC 3550 A.1 */

typedef struct {
    int64_t base, highest; /* extended, of the current segment; equal to the number modulo 2^16 */
    uint64_t expected_before; /* of the segments and strays before */
    uint64_t duplicates, reordered, restarts;
    bool started;
    uint64_t seen[SEQUENCE_WINDOW / 64]; /* a ring: bit seq mod SEQUENCE_WINDOW */
} Sequence;

typedef enum {
    SEQUENCE_NEW,       /* the first, or above the highest */
    SEQUENCE_LATE,      /* below it, and not seen before */
    SEQUENCE_DUPLICATE, /* seen before */
    SEQUENCE_FAR,       /* nothing was counted: hold it back until the next one tells what it is */
} SequenceVerdict;

/* Counts @seq. @older: its timestamp is behind that of the highest, as it is when a packet is late
 * and not when a source restarts. */
SequenceVerdict sequence_add(Sequence *sequence, uint16_t seq, bool older);

/* The three fates of a number that was SEQUENCE_FAR. */
void sequence_restart(Sequence *sequence, uint16_t seq);
void sequence_outage(Sequence *sequence, uint16_t seq); /* all between it and the highest is lost */
SequenceVerdict sequence_alone(Sequence *sequence,
                               uint16_t seq); /* LATE, DUPLICATE or FAR: stray */

/* The extended number nearest to the highest. */
int64_t sequence_extend(const Sequence *sequence, uint16_t seq);
uint64_t sequence_expected(const Sequence *sequence);
/* How many different numbers of the current segment above @seq were seen; UINT64_MAX when the
 * window does not reach back so far. */
uint64_t sequence_seen_above(const Sequence *sequence, uint16_t seq);
/* Was the number nearest to the highest seen, or is it before all of its segment? */
bool sequence_was_seen(const Sequence *sequence, uint16_t seq);
