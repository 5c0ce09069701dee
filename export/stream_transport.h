/* export/stream_transport.h - what brought a stream's packets, where that is no UDP.
 * Not for use outside export/ and ui/. */
#pragma once
#include "dissect/media/stream.h"
#include "export/json_writer.h"

/* "TCP: times of arrival are those of TCP ..."; NULL: it came by UDP. The caller frees it. */
char *stream_transport_text(const Stream *stream);
/* The keys "transport" and "tcp_gaps"; nothing for UDP. */
void write_stream_transport(JsonWriter *json, const Stream *stream);
