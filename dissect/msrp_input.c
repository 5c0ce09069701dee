#include "dissect/msrp_input.h"

static PacketRef keep(const MsrpInput *input, Slice bytes)
{
    uint8_t flags = 0;

    return input->keep(input->context, bytes, &flags);
}

static void *begin(void *context, const StreamOrigin *stream, const MsrpMessage *message)
{
    const MsrpInput *input = context;
    const MsrpOrigin origin = {
        .time_ns = stream->moment.time_ns,
        .source = stream->source,
        .destination = stream->destination,
        .frame = stream->moment.frame,
        .carriers = stream->carriers,
        .head = keep(input, message->bytes),
    };

    return msrp_tracker_begin(input->model, message, &origin);
}

static void data(void *context, void *chunk, const StreamOrigin *stream, Slice bytes)
{
    const MsrpInput *input = context;
    bool wanted = msrp_tracker_wants(input->model, chunk);

    (void)stream;
    msrp_tracker_data(input->model, chunk, bytes, wanted ? keep(input, bytes) : (PacketRef){ 0 });
}

static void end(void *context, void *chunk, const StreamOrigin *stream, MsrpEnd how,
                const AnomalySet *anomalies)
{
    const MsrpInput *input = context;

    msrp_tracker_end(input->model, chunk, stream ? stream->moment.time_ns : TIME_UNKNOWN, how,
                     anomalies);
}

void msrp_input_init(MsrpInput *input)
{
    input->reader = (MsrpStreamReader){ begin, data, end, input };
}
