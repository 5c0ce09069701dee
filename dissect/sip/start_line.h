/* dissect/sip/start_line.h - request and status lines (RFC 3261 sections 7.1, 7.2).
 * Internal to dissect/sip. */
#pragma once
#include "dissect/base/anomaly.h"
#include "dissect/sip/message.h"

/* Does @line, without its line end, begin a SIP message? A line that was cut is judged by what is
 * there. */
bool start_line_is(Slice line);

/* Where in @line a start line begins, or line.len: a body may end without a line end. */
size_t start_line_find(Slice line);

/* Reads a line that start_line_is() true of into @message. False: it cannot be used. */
bool start_line_parse(Slice line, SipMessage *message);
