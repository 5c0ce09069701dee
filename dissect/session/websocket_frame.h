/* dissect/session/websocket_frame.h - one WebSocket frame (RFC 6455 section 5.2). Pure functions.
 */
#pragma once
#include "dissect/base/cursor.h"
#include "dissect/base/status.h"

typedef enum {
    WEBSOCKET_CONTINUATION = 0,
    WEBSOCKET_TEXT = 1,
    WEBSOCKET_BINARY = 2,
    WEBSOCKET_CLOSE = 8,
    WEBSOCKET_PING = 9,
    WEBSOCKET_PONG = 10,
} WebSocketOpcode;

typedef struct {
    bool final;
    bool compressed; /* RSV1, RFC 7692 section 6 */
    uint8_t opcode;  /* WebSocketOpcode */
    bool masked;
    uint8_t mask[4];
    uint8_t header_len;
    uint64_t payload_len;
} WebSocketFrame;

/* Parses the header at the front of @bytes. DISSECT_TRUNCATED when more bytes are needed for it,
 * DISSECT_MALFORMED when it breaks the rules: reserved bits or opcodes, a control frame that is
 * fragmented or longer than 125 bytes, a length beyond 63 bits. */
DissectStatus websocket_parse_frame(Slice bytes, WebSocketFrame *out);
/* Removes the mask of a payload's first @payload.len bytes; @out holds as many. */
void websocket_unmask(const WebSocketFrame *frame, Slice payload, uint8_t *out);
/* Whether a whole message in clear begins at the front that is SIP or MSRP, as far as it is there.
 */
bool websocket_frame_bears_text(Slice bytes);
