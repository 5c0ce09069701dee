#include "dissect/media_input.h"
#include "dissect/call/media_match.h"
#include "dissect/session/dtls.h"

#define FRAME_HEAD 2u /* RFC 4571 */

static FlowTransport transport_of(const StreamOrigin *origin)
{
    return origin->carriers & STREAM_IN_TLS ? FLOW_OVER_TLS : FLOW_OVER_TCP;
}

static Flow *flow_of(const MediaInput *input, const StreamOrigin *origin)
{
    const FlowKey key = { origin->source, origin->destination };
    Flow *flow = flow_table_get(input->flows, key, origin->moment.time_ns);

    if (flow->kind == FLOW_NEW && flow->probes == 0 && !flow->announced)
        flow->announced = media_match_is_announced(input->model, key.destination) ||
                          media_match_is_announced(input->model, key.source);
    flow->transport = transport_of(origin) & 3;
    return flow;
}

/* The segment that completed it may be the other side's: one that tells of a hole. */
static const NetPacket *segment_of(const MediaInput *input, const StreamOrigin *origin)
{
    const NetPacket *net = *input->net;

    return net && endpoint_equal(net->source, origin->source) ? net : NULL;
}

static void take_datagram(void *context, const StreamOrigin *origin, Slice bytes)
{
    const MediaInput *input = context;
    const NetPacket *net = segment_of(input, origin);
    Flow *flow = flow_of(input, origin);

    if (dtls_looks_like(bytes))
        media_secrets_datagram(input->secrets, &flow->key, bytes);
    if (flow->kind == FLOW_SIP || flow->kind == FLOW_OTHER)
        return;
    MediaDatagram datagram = {
        .time_ns = origin->moment.time_ns,
        .payload = bytes,
        .on_wire = (uint32_t)bytes.len,
        .wire_bytes = (uint32_t)bytes.len + FRAME_HEAD,
        .dscp = net ? net->dscp : 0,
        .sighting = { .hops = net ? net->ttl : 0 },
    };
    if (!media_tracker_datagram(input->model->media, flow, &datagram))
        return;
    input->model->facts.media_framed++;
    if (net && net->tunnel_count && flow->stream && !flow->stream->tunnel)
        flow->stream->tunnel =
            tunnel_table_number(input->model->tunnels, net->tunnels, net->tunnel_count);
}

static void take_gap(void *context, const StreamOrigin *origin)
{
    const MediaInput *input = context;
    Flow *flow = flow_table_find(input->flows, (FlowKey){ origin->source, origin->destination });

    if (flow)
        media_tracker_flow_gap(flow);
}

void media_input_init(MediaInput *input)
{
    input->reader = (DatagramReader){ take_datagram, take_gap, input };
}
