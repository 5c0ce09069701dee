/* export/stream_security.h - how a stream is protected and what came of it, as the reports say it.
 * Not for use outside export/. */
#pragma once
#include "dissect/media/stream_obstacle.h"
#include "export/json_writer.h"

/* The keys "security" and "srtp" of a stream. */
void write_stream_security(JsonWriter *json, const Stream *stream);
