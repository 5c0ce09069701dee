/* export/call_heading.h - a call in the lines above its ladder. */
#pragma once
#include "dissect/call/model.h"

/* Appends who called whom, how it went, the Call-ID, what is out of the ordinary and what other
 * calls it has to do with: lines that end in a line feed, escaped for a terminal. */
void call_heading(GString *out, const Model *model, const Call *call, bool utf8);
