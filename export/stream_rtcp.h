/* export/stream_rtcp.h - what RTCP said of a stream, for JSON. Not for use outside export/. */
#pragma once
#include "dissect/media/stream.h"
#include "export/json_writer.h"

/* The member "rtcp": null when there was none. @clock_hz turns ticks into ms; 0: not known. */
void write_stream_rtcp(JsonWriter *json, const StreamRtcp *rtcp, uint32_t clock_hz);
