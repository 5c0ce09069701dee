#include "dissect/session/websocket_frame.h"

#define CONTROL_PAYLOAD_MAX 125u
#define LOOK_MAX            48u /* bytes of a payload that tell what it is */

static bool is_known_opcode(uint8_t opcode)
{
    return opcode <= WEBSOCKET_BINARY || (opcode >= WEBSOCKET_CLOSE && opcode <= WEBSOCKET_PONG);
}

DissectStatus websocket_parse_frame(Slice bytes, WebSocketFrame *out)
{
    Cursor c = cursor_over(bytes);
    uint8_t first = cursor_u8(&c), second = cursor_u8(&c);
    WebSocketFrame frame = {
        .final = first & 0x80,
        .compressed = first & 0x40,
        .opcode = first & 0x0f,
        .masked = second & 0x80,
        .payload_len = second & 0x7f,
    };

    if (c.failed)
        return DISSECT_TRUNCATED;
    bool control = frame.opcode >= WEBSOCKET_CLOSE;
    if (first & 0x30 || !is_known_opcode(frame.opcode) ||
        (control && (!frame.final || frame.compressed || frame.payload_len > CONTROL_PAYLOAD_MAX)))
        return DISSECT_MALFORMED;
    if (frame.payload_len == 126)
        frame.payload_len = cursor_be16(&c);
    else if (frame.payload_len == 127)
        frame.payload_len = cursor_be64(&c);
    const uint8_t *mask = frame.masked ? cursor_take(&c, sizeof frame.mask) : NULL;
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (frame.payload_len >> 63)
        return DISSECT_MALFORMED;
    if (mask)
        memcpy(frame.mask, mask, sizeof frame.mask);
    frame.header_len = (uint8_t)(bytes.len - cursor_rest(&c).len);
    *out = frame;
    return DISSECT_OK;
}

void websocket_unmask(const WebSocketFrame *frame, Slice payload, uint8_t *out)
{
    for (size_t i = 0; i < payload.len; i++)
        out[i] = payload.data[i] ^ (frame->masked ? frame->mask[i % 4] : 0);
}

static bool is_token_byte(uint8_t byte)
{
    return g_ascii_isalnum(byte) || strchr("-.!%*_+`'~", byte) != NULL;
}

/* "INVITE sip:", "SIP/2.0 200", "MSRP a786": the beginning of a start line. */
static bool begins_text(Slice text)
{
    static const char *const schemes[] = { "sip:", "sips:", "tel:", "urn:" };
    size_t token = 0;

    if (slice_starts_with_nocase(text, SLICE_LITERAL("SIP/2.0 ")) ||
        slice_equal(slice_sub(text, 0, 5), SLICE_LITERAL("MSRP ")))
        return true;
    while (token < text.len && text.data[token] && is_token_byte(text.data[token]))
        token++;
    if (token == 0 || token >= text.len || text.data[token] != ' ')
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (slice_starts_with_nocase(slice_from(text, token + 1), slice_from_string(schemes[i])))
            return true;
    return false;
}

bool websocket_frame_bears_text(Slice bytes)
{
    WebSocketFrame frame;
    uint8_t text[LOOK_MAX];

    if (websocket_parse_frame(bytes, &frame) != DISSECT_OK || frame.compressed ||
        (frame.opcode != WEBSOCKET_TEXT && frame.opcode != WEBSOCKET_BINARY))
        return false;
    Slice payload =
        slice_sub(slice_from(bytes, frame.header_len), 0, (size_t)MIN(frame.payload_len, LOOK_MAX));
    websocket_unmask(&frame, payload, text);
    return begins_text(slice_of(text, payload.len));
}
