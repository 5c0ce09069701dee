#include "dissect/session/turn_stream.h"
#include "dissect/base/cursor.h"
#include "dissect/session/framed.h"

#define CLASS_BITS 0x0110u /* RFC 8489 section 5: what is left of a type is the method */

/* RFC 8656 section 17, RFC 6062 section 6.1 */
enum {
    METHOD_ALLOCATE = 0x003,
    METHOD_REFRESH = 0x004,
    METHOD_SEND = 0x006,
    METHOD_DATA = 0x007,
    METHOD_CREATE_PERMISSION = 0x008,
    METHOD_CHANNEL_BIND = 0x009,
    METHOD_CONNECTION_BIND = 0x00b,
};

typedef enum {
    USE_UNKNOWN, /* so far what may be at the front of any */
    USE_CONTROL,
    USE_DATA, /* of RFC 6062 */
} Use;

typedef struct {
    bool open; /* its STUN messages are over: what follows is for the layer above */
    bool lost; /* messages have to be searched for */
} Side;

typedef struct {
    Framed framed;
    Use use;
    bool settled;
    Side sides[2];
} TurnStream;

static StreamProbe turn_probe(Slice bytes)
{
    return framed_probe(framing_turn, bytes);
}

static void *turn_open(StreamLayer *layer, void *context)
{
    TurnStream *self = g_new0(TurnStream, 1);

    self->framed.layer = layer;
    self->framed.reader = context;
    return self;
}

static void settle(TurnStream *self)
{
    if (!self->settled)
        stream_layer_settle(self->framed.layer);
    self->settled = true;
}

static bool is_channel(const Frame *frame)
{
    return frame->content.data != frame->packet.data;
}

static Use use_of(const Frame *frame)
{
    Cursor c = cursor_over(frame->packet);

    if (is_channel(frame))
        return USE_CONTROL;
    switch (cursor_be16(&c) & ~CLASS_BITS) {
    case METHOD_ALLOCATE:
    case METHOD_REFRESH:
    case METHOD_SEND:
    case METHOD_DATA:
    case METHOD_CREATE_PERMISSION:
    case METHOD_CHANNEL_BIND:
        return USE_CONTROL;
    case METHOD_CONNECTION_BIND:
        return USE_DATA;
    default:
        return USE_UNKNOWN;
    }
}

static void take(TurnStream *self, unsigned side, const Frame *frame, size_t end)
{
    if (self->use == USE_UNKNOWN)
        self->use = use_of(frame);
    framed_take(&self->framed, side, frame, end);
    settle(self);
}

/* What begins like ChannelData may be text of another connection ("INVITE"), unless it is known
 * that there is none. */
static DissectStatus read_frame(const TurnStream *self, Slice bytes, Frame *out)
{
    DissectStatus status = framing_turn(bytes, out);

    if (self->use == USE_CONTROL || !is_channel(out))
        return status;
    return self->use == USE_UNKNOWN && framing_is_evidence(out) ? status : DISSECT_NOT_MINE;
}

/* False when more bytes are needed. */
static bool step(TurnStream *self, unsigned side, Slice bytes, size_t *position)
{
    Side *state = &self->sides[side];
    Slice rest = slice_from(bytes, *position);
    Frame frame;
    size_t skipped;

    if (state->lost) {
        state->lost = !framing_find(framing_turn, &self->framed.memories[side], rest, &skipped);
        *position += skipped;
        return !state->lost;
    }
    switch (read_frame(self, rest, &frame)) {
    case DISSECT_TRUNCATED:
        return false;
    case DISSECT_OK:
        *position += frame.length;
        take(self, side, &frame, *position);
        return true;
    default:
        break;
    }
    if (self->use == USE_CONTROL) {
        stream_layer_note(self->framed.layer, ANOMALY_SESSION_FRAME);
        state->lost = true;
        ++*position;
    } else {
        state->open = true;
        settle(self);
    }
    return true;
}

static size_t turn_deliver(void *user, unsigned side, Slice bytes, bool gap, bool end)
{
    TurnStream *self = user;
    size_t consumed = 0;

    if (gap && self->use == USE_CONTROL) {
        self->sides[side].lost = true;
        framed_gap(&self->framed, side);
    }
    while (!self->sides[side].open && consumed < bytes.len)
        if (!step(self, side, bytes, &consumed))
            return end ? bytes.len : consumed;
    if (consumed < bytes.len)
        stream_layer_feed(self->framed.layer, side, slice_from(bytes, consumed), gap);
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
