/* dissect/media/turn.c - see turn.h */
#include "dissect/media/turn.h"
#include "dissect/base/cursor.h"

#define CHANNEL_FIRST   0x40
#define CHANNEL_LAST    0x4f
#define CHANNEL_HEAD    4u
#define STUN_COOKIE     0x2112a442u
#define STUN_REST       12u /* transaction id */
#define SEND_INDICATION 0x0016
#define DATA_INDICATION 0x0017
#define ALLOCATE_DONE   0x0103
#define ATTRIBUTE_DATA  0x0013
#define ATTRIBUTES_MAX  32
#define ATTRIBUTE_ALIGN 4u

static DissectStatus unwrap_channel(Slice bytes, size_t on_wire, TurnData *out)
{
    Cursor c = cursor_over(bytes);
    cursor_skip(&c, 2);
    size_t length = cursor_be16(&c);

    /* RFC 8656 12.4: padded to four bytes at most */
    if (c.failed || CHANNEL_HEAD + length > on_wire ||
        on_wire >= CHANNEL_HEAD + length + ATTRIBUTE_ALIGN)
        return DISSECT_NOT_MINE;
    *out = (TurnData){ slice_sub(cursor_rest(&c), 0, length), length };
    return out->data.len || length == 0 ? DISSECT_OK : DISSECT_TRUNCATED;
}

static DissectStatus unwrap_indication(Slice bytes, TurnData *out)
{
    Cursor c = cursor_over(bytes);
    uint16_t type = cursor_be16(&c);

    cursor_skip(&c, 2);
    uint32_t cookie = cursor_be32(&c);
    cursor_skip(&c, STUN_REST);
    if (c.failed || cookie != STUN_COOKIE || (type != SEND_INDICATION && type != DATA_INDICATION))
        return DISSECT_NOT_MINE;
    for (unsigned i = 0; i < ATTRIBUTES_MAX; i++) {
        uint16_t kind = cursor_be16(&c);
        size_t length = cursor_be16(&c);
        if (c.failed)
            return DISSECT_TRUNCATED;
        if (kind == ATTRIBUTE_DATA) {
            *out = (TurnData){ slice_sub(cursor_rest(&c), 0, length), length };
            return out->data.len || length == 0 ? DISSECT_OK : DISSECT_TRUNCATED;
        }
        cursor_skip(&c, (length + ATTRIBUTE_ALIGN - 1) / ATTRIBUTE_ALIGN * ATTRIBUTE_ALIGN);
    }
    return DISSECT_NOT_MINE;
}

DissectStatus turn_unwrap(Slice bytes, size_t on_wire, TurnData *out)
{
    if (bytes.len < CHANNEL_HEAD)
        return DISSECT_NOT_MINE;
    if (bytes.data[0] >= CHANNEL_FIRST && bytes.data[0] <= CHANNEL_LAST)
        return unwrap_channel(bytes, on_wire, out);
    return bytes.data[0] == 0 ? unwrap_indication(bytes, out) : DISSECT_NOT_MINE;
}

bool turn_grants(Slice bytes)
{
    Cursor c = cursor_over(bytes);
    uint16_t type = cursor_be16(&c);

    cursor_skip(&c, 2);
    uint32_t cookie = cursor_be32(&c);
    cursor_skip(&c, STUN_REST);
    return !c.failed && type == ALLOCATE_DONE && cookie == STUN_COOKIE;
}
