/* export/stream_passage.h - a stream that was seen at another point too (dissect/media/passage.h),
 * as JSON and as words. */
#pragma once
#include "dissect/call/model.h"
#include "export/json_writer.h"

/* "seen_also": nothing is written where the stream was seen at one point only. */
void write_stream_passages(JsonWriter *json, const Model *model, const Stream *stream);

/* "the same stream as #7, 0.4 ms earlier, 3 packets lost between (relay)"; owned by the caller. */
char *passage_text(const Passage *passage, const Stream *of);
/* Of the stream, a line each, where it came from first; "" for none. Owned by the caller. */
char *stream_passages_text(const Model *model, const Stream *stream);
