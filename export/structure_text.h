/* export/structure_text.h - what is out of the ordinary in a call (call/structure.h), in lines for
 * people. */
#pragma once
#include "dissect/call/model.h"

/* Appends a line each, with two blanks before it, escaped for a terminal; nothing for a plain call.
 */
void structure_text(GString *out, const Model *model, const Call *call, bool utf8);
