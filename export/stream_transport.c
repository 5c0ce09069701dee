#include "export/stream_transport.h"
#include "dissect/net/flow.h"

char *stream_transport_text(const Stream *stream)
{
    const char *name = flow_transport_name(stream->transport);

    if (stream->transport == FLOW_OVER_UDP)
        return NULL;
    if (stream->tcp_gaps == 0)
        return g_strdup_printf("%s: its jitter is that of TCP, and what it lacks was not sent",
                               name);
    return g_strdup_printf("%s: its jitter is that of TCP, and what it lacks was not captured "
                           "(%u %s in it) or not sent",
                           name, stream->tcp_gaps, stream->tcp_gaps == 1 ? "gap" : "gaps");
}

void write_stream_transport(JsonWriter *json, const Stream *stream)
{
    if (stream->transport == FLOW_OVER_UDP)
        return;
    json_string(json, "transport", flow_transport_name(stream->transport));
    json_uint(json, "tcp_gaps", stream->tcp_gaps);
}
