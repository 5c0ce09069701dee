/* dissect/sip_stream.h - SIP messages cut out of TCP streams (RFC 3261 section 18.3). */
#pragma once
#include "dissect/net/tcp.h"
#include "dissect/sip/message.h"

/* A whole message, parsed; @bytes of it are valid during the call. */
typedef void (*SipStreamMessage)(void *context, TcpStream *stream, const SipMessage *message);

typedef struct {
    SipStreamMessage message;
    void *context;
    SipMessage *scratch; /* borrowed: what a message is parsed into */
    uint64_t keep_alives;
} SipStreamReader;

/* For TcpDeliver: takes what is complete and returns how much of @bytes that was. A stream that
 * shows no SIP in its first bytes is ignored from then on. */
size_t sip_stream_deliver(SipStreamReader *reader, TcpStream *stream, Slice bytes, bool gap,
                          bool end);
