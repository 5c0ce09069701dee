/* export/msrp_label.h - MSRP messages in few words: SEND "hello", SEND file cat.jpg 5000 B 100%,
 * REPORT 200 OK, 413 Too big. Wire text in it is escaped for terminals. The caller frees. */
#pragma once
#include "dissect/call/model.h"

char *msrp_event_label(const Model *model, const MsrpSession *session, const MsrpEvent *event);
/* "SEND", "REPORT", "KEEPALIVE"; of a response NULL. Wire text. */
const char *msrp_event_method(const MsrpEvent *event);
