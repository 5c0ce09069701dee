#include "dissect/session/rtp_stream.h"
#include "dissect/session/framing.h"

typedef struct {
    bool in_sync; /* its next byte is the first of a frame */
    FrameMemory memory;
} Side;

typedef struct {
    StreamLayer *layer; /* borrowed, as the other */
    const DatagramReader *reader;
    Side sides[2];
} RtpStream;

static StreamProbe rtp_probe(Slice bytes)
{
    switch (framing_recognise(framing_rfc4571, NULL, bytes)) {
    case DISSECT_OK:
        return STREAM_YES;
    case DISSECT_TRUNCATED:
        return STREAM_MAYBE;
    default:
        return STREAM_NO;
    }
}

static void *rtp_open(StreamLayer *layer, void *context)
{
    RtpStream *self = g_new0(RtpStream, 1);

    self->layer = layer;
    self->reader = context;
    return self;
}

static void give(RtpStream *self, unsigned side, const Frame *frame, size_t end)
{
    StreamOrigin origin = stream_layer_origin(self->layer, side);

    origin.moment = stream_layer_moment_of(self->layer, side, end);
    framing_remember(&self->sides[side].memory, frame);
    if (frame->packet.len > 0)
        self->reader->datagram(self->reader->context, &origin, frame->packet);
}

static void note_gap(RtpStream *self, unsigned side)
{
    const StreamOrigin origin = stream_layer_origin(self->layer, side);

    self->sides[side].in_sync = false;
    self->reader->gap(self->reader->context, &origin);
}

static size_t rtp_deliver(void *user, unsigned side, Slice bytes, bool gap, bool end)
{
    RtpStream *self = user;
    Side *state = &self->sides[side];
    size_t consumed = 0;
    Frame frame;

    if (gap)
        note_gap(self, side);
    while (consumed < bytes.len) {
        Slice rest = slice_from(bytes, consumed);
        if (!state->in_sync) {
            size_t skipped;
            state->in_sync = framing_find(framing_rfc4571, &state->memory, rest, &skipped);
            consumed += skipped;
            if (!state->in_sync)
                break;
            continue;
        }
        DissectStatus status = framing_rfc4571(rest, &frame);
        if (status == DISSECT_TRUNCATED)
            break;
        if (status == DISSECT_OK) {
            consumed += frame.length;
            give(self, side, &frame, consumed);
            continue;
        }
        stream_layer_note(self->layer, ANOMALY_SESSION_FRAME);
        state->in_sync = false;
        consumed++;
    }
    return end ? bytes.len : consumed;
}

const StreamProtocol rtp_stream_protocol = {
    .name = "rtp",
    .probe = rtp_probe,
    .open = rtp_open,
    .deliver = rtp_deliver,
    .close = g_free,
};
