/* export/msrp_label.h - MSRP messages in few words: SEND "hello", SEND file cat.jpg 5000 B 100%,
 * REPORT 200 OK, 413 Too big. Wire text in it is escaped for terminals. The caller frees. */
#pragma once
#include "dissect/call/model.h"

char *msrp_event_label(const Model *model, const MsrpSession *session, const MsrpEvent *event);
/* A line a session of the call: "  MSRP over TCP: caller 1 message 26 B, callee 2 messages 5155 B,
 * 1 file". */
void msrp_call_text(GString *out, const Model *model, const Call *call);
/* "SEND", "REPORT", "KEEPALIVE"; of a response NULL. Wire text. */
const char *msrp_event_method(const MsrpEvent *event);
