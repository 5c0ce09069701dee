/* dissect/sip_stream.h - SIP messages cut out of streams (RFC 3261 section 18.3), and those that a
 * WebSocket bears one by one (RFC 7118). */
#pragma once
#include "dissect/session/stack.h"
#include "dissect/sip/message.h"

/* A whole message, parsed; @bytes of it are valid during the call. */
typedef void (*SipStreamMessage)(void *context, const StreamOrigin *origin,
                                 const SipMessage *message);

typedef struct {
    SipStreamMessage message;
    void *context;
    SipMessage *scratch; /* borrowed: what a message is parsed into */
    uint64_t keep_alives;
} SipStreamReader;

/* The last row of a stack; its context is a SipStreamReader. A stream that shows no SIP in its
 * first bytes is ignored from then on. */
extern const StreamProtocol sip_stream_protocol;
