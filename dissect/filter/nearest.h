/* dissect/filter/nearest.h - what somebody who mistyped may have meant. Private to dissect/filter.
 */
#pragma once
#include "dissect/base/slice.h"

/* The text of the list (@at gives NULL behind its end) that takes the fewest insertions, deletions
 * and substitutions from @word, if they are at most three and fewer than half of its letters. */
const char *nearest_text(Slice word, const char *(*at)(unsigned index));
