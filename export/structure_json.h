/* export/structure_json.h - what is out of the ordinary in a call (call/structure.h), in JSON. */
#pragma once
#include "export/json_writer.h"
#include "export/report.h"

/* "forking", "branches", "redirects", "authentication", "reliable_provisionals", "session_timer",
 * "renegotiations", "holds", "hold_ms", "forwarding", "early_media", "conference" and "paging" of
 * the call, each only where there is something to say. */
void json_call_structure(JsonWriter *json, const ReportContext *context, const Call *call);
