/* export/story_text.h - what a call has to do with others, in lines for people. */
#pragma once
#include "dissect/call/model.h"

/* Appends a line for its transfers and one for related calls, where there are any; each begins with
 * two blanks and is escaped for a terminal. */
void story_text(GString *out, const Model *model, const Call *call, bool utf8);
