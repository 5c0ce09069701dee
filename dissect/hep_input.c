#include "dissect/hep_input.h"
#include "dissect/session/hep.h"

/* An agent whose clock is further off is not believed: it would upset every order by time. */
#define CLOCK_OFF_NS (24 * 3600 * NS_PER_S)

typedef struct {
    HepInput *input;
    const HepArrival *arrival;
    const HepPacket *hep;
    int64_t time_ns;
    uint32_t tunnel;
} HepContext;

static HepStats *stats_of(const HepContext *c)
{
    return &c->input->model->facts.hep;
}

static void note(const HepContext *c, Anomaly anomaly)
{
    c->input->model->facts.anomalies[anomaly]++;
}

static int64_t time_of(HepContext *c)
{
    int64_t off_ns =
        c->hep->time_ns == TIME_UNKNOWN ? 0 : time_between(c->arrival->time_ns, c->hep->time_ns);

    if (c->hep->time_ns == TIME_UNKNOWN)
        return c->arrival->time_ns;
    if (off_ns < -CLOCK_OFF_NS || off_ns > CLOCK_OFF_NS) {
        note(c, ANOMALY_HEP_BAD_TIME);
        return c->arrival->time_ns;
    }
    return c->hep->time_ns;
}

/* The agent is the innermost tunnel. */
static uint32_t tunnel_of(const HepContext *c)
{
    const HepArrival *arrival = c->arrival;
    NetTunnel path[NET_TUNNELS_MAX];
    unsigned count = MIN(arrival->tunnel_count, NET_TUNNELS_MAX - 1);

    for (unsigned i = 0; i < count; i++)
        path[i] = arrival->tunnels[i];
    path[count] = (NetTunnel){ .source = arrival->source,
                               .destination = arrival->destination,
                               .id = c->hep->agent,
                               .encapsulation = ENCAPSULATION_HEP };
    return tunnel_table_number(c->input->model->tunnels, path, count + 1);
}

static SipTransport transport_of(uint8_t ip_protocol)
{
    switch (ip_protocol) {
    case IP_PROTOCOL_TCP:
        return SIP_OVER_TCP;
    case 22: /* what Kamailio, OpenSIPS and others say of TLS */
        return SIP_OVER_TLS;
    case IP_PROTOCOL_SCTP:
        return SIP_OVER_SCTP;
    default:
        return SIP_OVER_UDP;
    }
}

static bool take_sip(HepContext *c)
{
    Model *model = c->input->model;
    SipMessage *sip = c->input->scratch;
    DissectStatus status = sip_parse(c->hep->payload, sip);

    if (status == DISSECT_NOT_MINE)
        return false;
    if (status == DISSECT_MALFORMED) {
        model_note_anomalies(model, &sip->anomalies);
        return true;
    }
    MessageOrigin origin = {
        .time_ns = c->time_ns,
        .source = c->hep->source,
        .destination = c->hep->destination,
        .frame = c->arrival->frame,
        .tunnel = c->tunnel,
        .transport = transport_of(c->hep->ip_protocol),
        .flags = c->hep->truncated ? MESSAGE_TRUNCATED : 0,
    };
    origin.text = c->input->keep(c->input->context, sip->bytes, &origin.flags);
    stats_of(c)->sip++;
    call_tracker_message(model, sip, &origin);
    return true;
}

/* True when the packet is one of a stream; those that were captured here count as copies. */
static bool take_media(HepContext *c)
{
    Slice payload = c->hep->payload;
    Model *model = c->input->model;
    FlowKey key = { c->hep->source, c->hep->destination };
    Flow *flow = flow_table_find(c->input->flows, key);

    if (payload.len == 0 || (payload.data[0] & 0xc0) != 0x80)
        return false;
    if (flow && flow->kind != FLOW_NEW && !flow->by_agent) {
        stats_of(c)->copies++;
        return true;
    }
    if (!flow) {
        flow = flow_table_get(c->input->flows, key, c->time_ns);
        flow->announced = true; /* the agent says what it is */
        flow->by_agent = true;
    }
    MediaDatagram datagram = {
        .time_ns = c->time_ns,
        .payload = payload,
        .on_wire = (uint32_t)payload.len,
        .wire_bytes = (uint32_t)(payload.len + (ip_is_v4(key.source.ip) ? 28 : 48)),
        .dscp = c->hep->tos >> 2,
    };
    if (!media_tracker_datagram(model->media, flow, &datagram))
        return false;
    model->facts.media_packets++;
    stats_of(c)->media++;
    if (flow->stream && !flow->stream->tunnel)
        flow->stream->tunnel = c->tunnel;
    return true;
}

static void take_report(HepContext *c)
{
    Model *model = c->input->model;
    uint8_t flags = 0;

    stats_of(c)->reports++;
    CallReport report = {
        .time_ns = c->time_ns,
        .source = model_endpoint_id(model, c->hep->source),
        .destination = model_endpoint_id(model, c->hep->destination),
        .frame = c->arrival->frame,
        .agent = c->hep->agent,
        .type = c->hep->type,
    };
    if (!call_tracker_knows(model, c->hep->correlation)) {
        stats_of(c)->unmatched++;
        return;
    }
    report.text = c->input->keep(c->input->context, c->hep->payload, &flags);
    call_tracker_report(model, c->hep->correlation, &report);
}

static bool is_allowed(HepContext *c)
{
    const char *key = c->input->model->hep_key;

    if (!key || slice_equal(c->hep->key, slice_from_string(key)))
        return true;
    stats_of(c)->refused++;
    note(c, ANOMALY_HEP_WRONG_KEY);
    return false;
}

static void use(HepContext *c)
{
    switch (c->hep->type) {
    case HEP_TYPE_SIP:
        if (!take_sip(c)) {
            stats_of(c)->other++;
            note(c, ANOMALY_HEP_NO_SIP);
        }
        return;
    case HEP_TYPE_RTP:
        if (!take_media(c))
            stats_of(c)->other++;
        return;
    case HEP_TYPE_RTCP:
        if (!take_media(c))
            take_report(c);
        return;
    default:
        take_report(c);
    }
}

void hep_input_packet(HepInput *input, const HepArrival *arrival, Slice bytes, size_t on_wire)
{
    HepPacket hep;
    HepContext c = { .input = input, .arrival = arrival, .hep = &hep };
    DissectStatus status = hep_parse(bytes, on_wire, &hep);

    stats_of(&c)->packets++;
    input->model->facts.encapsulations[ENCAPSULATION_HEP]++;
    model_note_anomalies(input->model, &hep.anomalies);
    if (status != DISSECT_OK) {
        stats_of(&c)->malformed++;
        return;
    }
    if (!is_allowed(&c))
        return;
    c.time_ns = time_of(&c);
    c.tunnel = tunnel_of(&c);
    use(&c);
}
