/* dissect/call/ahead.h - what the next messages will touch is asked for from memory before they are
 * tracked. With many calls up that waiting is most of the work: a message touches some thirty lines
 * of memory that nobody has touched for seconds. They are asked for in steps, each for the whole
 * batch, as one has to be there before the next can be told. Changes nothing. */
#pragma once
#include "dissect/call/call_private.h"

/* For up to TRACKER_BATCH messages: fills @ret_expected with the numbers of the calls they will
 * probably be of, 0 where there is none. @ended are calls that will be released meanwhile. */
void ahead_fetch(const Model *model, const TrackedMessage *messages, unsigned count,
                 uint32_t *ret_expected, const Call *const *ended, unsigned ended_count);
