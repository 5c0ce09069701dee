/* export/identity_json.h - who a call says it is from, and why it ended. Not for use outside
 * export/. */
#pragma once
#include "dissect/call/identity.h"
#include "export/json_writer.h"

/* The members "identity" and "reason" of a call; null when nothing was said. */
void json_call_identity(JsonWriter *json, const Call *call);
