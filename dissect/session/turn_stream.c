#include "dissect/session/turn_stream.h"
#include "dissect/base/cursor.h"
#include <glib.h>

#define STUN_HEAD           20u
#define STUN_COOKIE         0x2112a442u
#define TYPE_FIRST_BYTE_MAX 1 /* of the methods and classes that there are */

typedef struct {
    StreamLayer *layer; /* borrowed */
    bool open[2];       /* the direction's STUN messages are over */
    bool settled;
} TurnStream;

/* How long the STUN message at the front is, with its header (RFC 8489 section 5);
 * DISSECT_TRUNCATED when its header is not whole. */
static DissectStatus stun_length(Slice bytes, size_t *ret_length)
{
    Cursor c = cursor_over(bytes);
    cursor_skip(&c, 2);
    uint16_t length = cursor_be16(&c);
    uint32_t cookie = cursor_be32(&c);

    if (bytes.len > 0 && bytes.data[0] > TYPE_FIRST_BYTE_MAX)
        return DISSECT_NOT_MINE;
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (length % 4 != 0 || cookie != STUN_COOKIE)
        return DISSECT_NOT_MINE;
    *ret_length = STUN_HEAD + length;
    return DISSECT_OK;
}

static StreamProbe turn_probe(Slice bytes)
{
    size_t length;

    switch (stun_length(bytes, &length)) {
    case DISSECT_OK:
        return STREAM_YES;
    case DISSECT_TRUNCATED:
        return STREAM_MAYBE;
    default:
        return STREAM_NO;
    }
}

static void *turn_open(StreamLayer *layer, void *context)
{
    TurnStream *self = g_new0(TurnStream, 1);

    (void)context;
    self->layer = layer;
    return self;
}

static void settle(TurnStream *self)
{
    if (!self->settled)
        stream_layer_settle(self->layer);
    self->settled = true;
}

static size_t turn_deliver(void *user, unsigned side, Slice bytes, bool gap, bool end)
{
    TurnStream *self = user;
    size_t consumed = 0, length;

    while (!self->open[side] && consumed < bytes.len) {
        Slice rest = slice_from(bytes, consumed);
        DissectStatus status = stun_length(rest, &length);
        if (status == DISSECT_TRUNCATED || (status == DISSECT_OK && length > rest.len))
            return end ? bytes.len : consumed;
        self->open[side] = status != DISSECT_OK;
        if (status == DISSECT_OK)
            consumed += length;
        settle(self);
    }
    if (consumed < bytes.len)
        stream_layer_feed(self->layer, side, slice_from(bytes, consumed), gap);
    return bytes.len;
}

const StreamProtocol turn_stream_protocol = {
    .name = "turn",
    .carrier = STREAM_IN_TURN,
    .probe = turn_probe,
    .open = turn_open,
    .deliver = turn_deliver,
    .close = g_free,
};
