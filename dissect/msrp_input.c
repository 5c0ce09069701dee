#include "dissect/msrp_input.h"

static PacketRef keep(const MsrpInput *input, Slice bytes)
{
    uint8_t flags = 0;

    return input->keep(input->context, bytes, &flags);
}

static MsrpOrigin origin_of(const StreamOrigin *stream)
{
    return (MsrpOrigin){
        .time_ns = stream->moment.time_ns,
        .source = stream->source,
        .destination = stream->destination,
        .frame = stream->moment.frame,
        .carriers = stream->carriers,
    };
}

static void *begin(void *context, const StreamOrigin *stream, const MsrpMessage *message)
{
    const MsrpInput *input = context;
    MsrpOrigin origin = origin_of(stream);

    origin.head = keep(input, message->bytes);
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

/* One message at the front of @bytes, which an agent may have cut; how long it is. */
static size_t take_message(const MsrpInput *input, const StreamOrigin *origin, Slice bytes,
                           const MsrpMessage *message)
{
    const AnomalySet none = { 0 };
    MsrpTail tail;
    void *chunk = begin((void *)input, origin, message);

    bytes = slice_from(bytes, message->bytes.len);
    if (!message->has_body) {
        end((void *)input, chunk, origin, message->end, &none);
        return message->bytes.len;
    }
    bool whole = msrp_find_end(bytes, message->transaction_id, true, true, &tail) == DISSECT_OK;
    Slice body = whole ? slice_sub(bytes, 0, tail.data_len) : bytes;
    if (body.len > 0)
        data((void *)input, chunk, origin, body);
    end((void *)input, chunk, origin, whole ? tail.end : MSRP_END_MISSING, &none);
    return message->bytes.len + (whole ? tail.length : bytes.len);
}

MsrpReported msrp_input_report(const MsrpInput *input, const StreamOrigin *origin, Slice bytes)
{
    MsrpReported result = MSRP_REPORTED_NO;
    const MsrpOrigin seen = origin_of(origin);
    MsrpMessage message;

    while (bytes.len > 0 && msrp_parse(bytes, &message) == DISSECT_OK) {
        if (msrp_tracker_is_captured(input->model, &message, &seen))
            return MSRP_REPORTED_COPY;
        bytes = slice_from(bytes, take_message(input, origin, bytes, &message));
        result = MSRP_REPORTED;
    }
    return result;
}
