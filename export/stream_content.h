/* export/stream_content.h - digits, text and redundancy of streams and calls, for reports. Not for
 * use outside export/. */
#pragma once
#include "dissect/call/digits.h"
#include "export/json_writer.h"

/* The members "dtmf", "text", "redundancy" and "video" of a stream. */
void write_stream_content(JsonWriter *json, const Stream *stream, const StreamReport *report);
/* The member "dtmf" of a call: all origins, by time. */
void write_call_digits(JsonWriter *json, const Model *model, const Call *call);

/* "159#", events that are no digits in brackets: "[ANSam]"; NULL when there are none. Caller frees.
 */
char *digits_text(const GArray *digits);
/* What was typed on one line, at most @max_bytes of it; NULL when the stream has no text. Bytes of
 * the wire. Caller frees. */
char *stream_text(const Stream *stream, unsigned max_bytes);
