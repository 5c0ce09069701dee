#include "dissect/hep_stream.h"
#include "dissect/session/hep.h"

typedef struct {
    StreamLayer *layer; /* borrowed, as the other */
    HepInput *input;
} HepStream;

static StreamProbe hep_probe(Slice bytes)
{
    size_t length;

    if (hep_frame(bytes, &length) == DISSECT_NOT_MINE)
        return STREAM_NO;
    return bytes.len < HEP_HEADER_BYTES ? STREAM_MAYBE : STREAM_YES;
}

static void *hep_open(StreamLayer *layer, void *context)
{
    HepStream *stream = g_new0(HepStream, 1);

    stream->layer = layer;
    stream->input = context;
    return stream;
}

static void use_packet(HepStream *stream, unsigned side, Slice bytes)
{
    StreamOrigin origin = stream_layer_origin(stream->layer, side);
    const HepArrival arrival = {
        .time_ns = origin.moment.time_ns,
        .frame = origin.moment.frame,
        .source = origin.source.ip,
        .destination = origin.destination.ip,
    };

    hep_input_packet(stream->input, &arrival, bytes, bytes.len);
}

/* Behind a gap, or where the capture began, the next packet is searched for. */
static size_t next_packet(Slice bytes)
{
    for (size_t at = 0; at + 4 <= bytes.len; at++) {
        Slice magic = slice_sub(bytes, at, 4);
        if (slice_equal(magic, SLICE_LITERAL("HEP3")) || slice_equal(magic, SLICE_LITERAL("EEP3")))
            return at;
    }
    return bytes.len - MIN(bytes.len, 3);
}

static size_t hep_deliver(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    HepStream *stream = self;
    size_t consumed = gap ? next_packet(bytes) : 0;

    while (consumed < bytes.len) {
        Slice rest = slice_from(bytes, consumed);
        size_t length;
        DissectStatus status = hep_frame(rest, &length);
        if (status == DISSECT_TRUNCATED)
            break;
        if (status == DISSECT_OK) {
            use_packet(stream, side, slice_sub(rest, 0, length));
            consumed += length;
            continue;
        }
        stream_layer_note(stream->layer, ANOMALY_HEP_BAD_CHUNK);
        consumed += 1 + next_packet(slice_from(rest, 1));
        if (bytes.len - consumed < 4) /* more is needed to know a magic */
            break;
    }
    return end ? bytes.len : consumed;
}

const StreamProtocol hep_stream_protocol = {
    .name = "hep",
    .probe = hep_probe,
    .open = hep_open,
    .deliver = hep_deliver,
    .close = g_free,
};
