#include "dissect/call/early_media.h"
#include "dissect/media/stream.h"

static const CallMessage *first_with_sdp(const Call *call)
{
    for (unsigned i = 0; i < call->message_count; i++) {
        const CallMessage *m = &call->messages[i];
        bool answers_invite = m->method == SIP_INVITE && m->status > 100;
        if (answers_invite && m->status < 200 && m->codecs)
            return m;
        if (answers_invite && m->status < 300 && m->status >= 200)
            return NULL; /* what follows belongs to a re-INVITE */
    }
    return NULL;
}

static int64_t first_packet(const Model *model, const Call *call, int64_t before_ns)
{
    int64_t first_ns = TIME_UNKNOWN;

    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        StreamReport report;
        if (!stream || stream->from_caller)
            continue;
        stream_report(stream, &report);
        bool early = before_ns == TIME_UNKNOWN || report.first_ns < before_ns;
        if (early && (first_ns == TIME_UNKNOWN || report.first_ns < first_ns))
            first_ns = report.first_ns;
    }
    return first_ns;
}

bool call_early_media(const Model *model, const Call *call, EarlyMedia *out)
{
    const CallMessage *first = first_with_sdp(call);

    if (!first)
        return false;
    int64_t end_ns = call->answer_ns != TIME_UNKNOWN ? call->answer_ns : call->end_ns;
    *out = (EarlyMedia){
        .time_ns = first->time_ns,
        .end_ns = end_ns,
        .media_ns = first_packet(model, call, end_ns),
        .frame = first->frame,
        .status = first->status,
    };
    return true;
}
