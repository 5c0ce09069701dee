/* export/far_end.h - what the ends say of media that was not captured (dissect/call/far_end.h), for
 * people and in JSON. */
#pragma once
#include "dissect/call/model.h"
#include "export/json_writer.h"

/* The member "far_end" of a call; nothing when there is nothing. */
void json_far_end(JsonWriter *json, const Model *model, const Call *call);
/* Appends a line a stream; each begins with two blanks. */
void far_end_text(GString *out, const Model *model, const Call *call);
