/* dissect/session/inflater.h - compressed WebSocket messages (permessage-deflate, RFC 7692), with
 * the window that goes on from one to the next. What the two agreed need not be known: a window
 * kept in vain does no harm. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

typedef struct Inflater Inflater;

Inflater *inflater_new(void);
void inflater_free(Inflater *inflater);

/* Appends the decompressed @message to @out, @max bytes at most. DISSECT_TRUNCATED when it is
 * larger, DISSECT_MALFORMED when it is damaged or refers to messages that were not captured; the
 * window is lost then. */
DissectStatus inflater_message(Inflater *inflater, Slice message, size_t max, GByteArray *out);
/* Messages are missing. */
void inflater_reset(Inflater *inflater);
