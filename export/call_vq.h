/* export/call_vq.h - voice quality reports of endpoints, for JSON. Not for use outside export/. */
#pragma once
#include "dissect/call/vq.h"
#include "export/json_writer.h"

/* The member "vq_reports" of a call. */
void write_call_vq(JsonWriter *json, const Model *model, const Call *call);
