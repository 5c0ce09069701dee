/* dissect/sip/start_line.h - request and status lines (RFC 3261 sections 7.1, 7.2).
 * Internal to dissect/sip. */
#pragma once
#include "dissect/base/anomaly.h"
#include "dissect/sip/message.h"
#include "dissect/sip/text_map.h"

typedef enum { START_LINE_NONE, START_LINE_REQUEST, START_LINE_STATUS } StartLine;

/* What @line, without its line end, begins. A line that was cut is judged by what is there. */
StartLine start_line_kind(Slice line);

/* Does @line begin a SIP message? */
static inline bool start_line_is(Slice line)
{
    return start_line_kind(line) != START_LINE_NONE;
}

/* Where in @line a start line begins, or line.len: a body may end without a line end. */
size_t start_line_find(Slice line);

/* Reads a line of @kind, which is not START_LINE_NONE, into @message; @map begins with it. False:
 * it cannot be used. */
bool start_line_parse(const TextMap *map, Slice line, StartLine kind, SipMessage *message);
