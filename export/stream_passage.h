/* export/stream_passage.h - a stream that was seen at another point too (dissect/media/passage.h),
 * or went on in another codec (dissect/call/transcoded.h), as JSON and as words. */
#pragma once
#include "dissect/call/transcoded.h"
#include "export/json_writer.h"

/* "seen_also" and "transcoded": nothing is written where there is nothing to say. */
void write_stream_passages(JsonWriter *json, const Model *model, const Stream *stream);

/* "the same stream as #7, 0.4 ms earlier, 3 packets lost between (relay)"; owned by the caller. */
char *passage_text(const Passage *passage, const Stream *of);
/* "transcoded to PCMA as #4 (legs of one call: hop; up at the same time)"; owned by the caller. */
char *transcoding_text(const Transcoding *transcoding, bool onward);
/* Of both kinds, a line each, where it came from first; "" for none. Owned by the caller. */
char *stream_passages_text(const Model *model, const Stream *stream);
