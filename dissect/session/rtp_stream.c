#include "dissect/session/rtp_stream.h"
#include "dissect/session/framed.h"

typedef struct {
    Framed framed;
    bool in_sync[2]; /* the next byte of the direction is the first of a frame */
} RtpStream;

static StreamProbe rtp_probe(Slice bytes)
{
    return framed_probe(framing_rfc4571, bytes);
}

static void *rtp_open(StreamLayer *layer, void *context)
{
    RtpStream *self = g_new0(RtpStream, 1);

    self->framed.layer = layer;
    self->framed.reader = context;
    return self;
}

static size_t rtp_deliver(void *user, unsigned side, Slice bytes, bool gap, bool end)
{
    RtpStream *self = user;
    Framed *framed = &self->framed;
    bool *in_sync = &self->in_sync[side];
    size_t consumed = 0;
    Frame frame;

    if (gap) {
        *in_sync = false;
        framed_gap(framed, side);
    }
    while (consumed < bytes.len) {
        Slice rest = slice_from(bytes, consumed);
        if (!*in_sync) {
            size_t skipped;
            *in_sync = framing_find(framing_rfc4571, &framed->memories[side], rest, &skipped);
            consumed += skipped;
            if (!*in_sync)
                break;
            continue;
        }
        DissectStatus status = framing_rfc4571(rest, &frame);
        if (status == DISSECT_TRUNCATED)
            break;
        if (status == DISSECT_OK) {
            consumed += frame.length;
            framed_take(framed, side, &frame, consumed);
            continue;
        }
        stream_layer_note(framed->layer, ANOMALY_SESSION_FRAME);
        *in_sync = false;
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
