/* dissect/session/msrp_stream.h - MSRP on a connection: over TCP or TLS (RFC 4975), or WebSocket
 * (RFC 7977). Chunks may be as long as they like: their data is passed on as it comes and
 * not kept. Behind a gap, or where a capture begins, the next start line is searched for. */
#pragma once
#include "dissect/session/msrp.h"
#include "dissect/session/stack.h"

/* Takes what comes: start line and headers, then data, if any, in pieces, then the end. Several
 * chunks are open at once, one on each direction of each connection. */
typedef struct {
    /* Returns what the others get for this chunk; NULL: it is not wanted. Slices are valid during
     * the call. */
    void *(*begin)(void *context, const StreamOrigin *origin, const MsrpMessage *message);
    void (*data)(void *context, void *chunk, const StreamOrigin *origin, Slice bytes);
    /* @anomalies: of the end. @origin is NULL when the connection is gone. */
    void (*end)(void *context, void *chunk, const StreamOrigin *origin, MsrpEnd end,
                const AnomalySet *anomalies);
    void *context;
} MsrpStreamReader;

/* For a StreamRow; its context is a MsrpStreamReader. */
extern const StreamProtocol msrp_stream_protocol;
