/* export/call_story.h - what a call has to do with others, in JSON. */
#pragma once
#include "dissect/call/model.h"
#include "export/json_writer.h"

/* "related" and "transfers" of the call. */
void json_call_story(JsonWriter *json, const Model *model, const Call *call);
