/* dissect/call/transcoded.h - a stream that comes to a relay in one codec and leaves it in another:
 * no frame, number or SSRC of it is the same, so that no passage (media/passage.h) can be found.
 *
 * Signalling says what belongs together: both streams are of one call, or of two that are legs of
 * one (call/relation.h); the second is sent by the host that the first is sent to, not back to
 * where it came from, on the way from the same party; and no other stream of these calls could be
 * meant. That alone is no proof of what the relay does: what both carried has to speak for it too,
 * by one of the reasons below, and nothing in it against. How long the relay takes cannot be told
 * without frames to match, so that nothing is said of it. */
#pragma once
#include "dissect/call/relation.h"

typedef enum {
    TRANSCODED_UP_TOGETHER, /* began and ended within a second of each other */
    TRANSCODED_DIGITS,      /* the same digits (RFC 4733), two at least, at the same times */
    TRANSCODED_PAUSES,      /* the same seconds without packets: silence suppression, hold */
    TRANSCODED_LEVELS,      /* as loud in the same seconds: only after somebody has listened */
    TRANSCODED_REASONS
} TranscodedReason;
const char *transcoded_reason_name(TranscodedReason reason);    /* "up-together" */
const char *transcoded_reason_meaning(TranscodedReason reason); /* "up at the same time" */

typedef struct {
    const Stream *other;
    unsigned reasons;             /* bits of TranscodedReason, one at least */
    const CallRelation *relation; /* borrowed; what makes two calls legs; NULL: it is one call */
} Transcoding;

/* As what @stream went on (@onward) or had come. False when nothing strong enough says so. */
bool transcoded_find(const Model *model, const Stream *stream, bool onward, Transcoding *out);
