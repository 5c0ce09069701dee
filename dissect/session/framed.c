#include "dissect/session/framed.h"

StreamProbe framed_probe(FrameParser *parser, Slice bytes)
{
    switch (framing_recognise(parser, NULL, bytes)) {
    case DISSECT_OK:
        return STREAM_YES;
    case DISSECT_TRUNCATED:
        return STREAM_MAYBE;
    default:
        return STREAM_NO;
    }
}

void framed_take(Framed *framed, unsigned side, const Frame *frame, size_t end)
{
    StreamOrigin origin = stream_layer_origin(framed->layer, side);

    origin.moment = stream_layer_moment_of(framed->layer, side, end);
    framing_remember(&framed->memories[side], frame);
    if (frame->packet.len > 0)
        framed->reader->datagram(framed->reader->context, &origin, frame->packet);
}

void framed_gap(const Framed *framed, unsigned side)
{
    const StreamOrigin origin = stream_layer_origin(framed->layer, side);

    framed->reader->gap(framed->reader->context, &origin);
}
