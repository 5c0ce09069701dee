#include "dissect/hep_input.h"
#include "dissect/call/far_end.h"
#include "dissect/session/hep.h"
#include "dissect/session/hep_quality.h"
#include "dissect/session/hep_rtcp.h"

/* An agent whose clock is further off is not believed: it would upset every order by time. */
#define CLOCK_OFF_NS (24 * 3600 * NS_PER_S)

#define LOG_WORDS_MAX  64u /* looked at for a Call-ID */
#define CALL_ID_MIN    6u
#define NOTE_BYTES_MAX 200u

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

/* HEP has no number for MSRP: it is told by its start line, whatever the agent says. */
static bool take_msrp(const HepContext *c)
{
    SipTransport transport = transport_of(c->hep->ip_protocol);
    const StreamOrigin origin = {
        .source = c->hep->source,
        .destination = c->hep->destination,
        .moment = { c->time_ns, c->arrival->frame },
        .carriers = STREAM_BY_AGENT | (transport == SIP_OVER_TLS ? STREAM_IN_TLS : 0),
    };
    MsrpReported reported = msrp_input_report(c->input->msrp, &origin, c->hep->payload);

    stats_of(c)->msrp += reported == MSRP_REPORTED;
    stats_of(c)->copies += reported == MSRP_REPORTED_COPY;
    return reported != MSRP_REPORTED_NO;
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

/* What stands between white space, quotes, brackets and the like. */
static Slice cut_word(Slice *text)
{
    static const char ends[] = " \t\r\n\"'()[]<>{},;=";
    size_t from = 0, to;

    while (from < text->len && strchr(ends, text->data[from] ? text->data[from] : ' '))
        from++;
    for (to = from; to < text->len && text->data[to] && !strchr(ends, text->data[to]);)
        to++;
    Slice word = slice_sub(*text, from, to - from);
    *text = slice_from(*text, to);
    return word;
}

/* Lines of logs name the call somewhere. */
static Call *call_in_text(const Model *model, Slice text)
{
    Call *call = NULL;

    for (unsigned i = 0; !call && text.len && i < LOG_WORDS_MAX; i++) {
        Slice word = cut_word(&text);
        if (word.len >= CALL_ID_MIN)
            call = call_tracker_find(model, word);
    }
    return call;
}

/* By the correlation id, else by what the report says. */
static Call *reported_call(const HepContext *c, const HepQuality *quality)
{
    const Model *model = c->input->model;
    Call *call = call_tracker_find(model, c->hep->correlation);

    if (!call && quality->call_id)
        call = call_tracker_find(model, slice_from_string(quality->call_id));
    if (!call && c->hep->type == HEP_TYPE_LOG)
        call = call_in_text(model, c->hep->payload);
    return call;
}

/* Its streams; the caller frees the array. */
static Stream **streams_of(const Model *model, const Call *call, unsigned *ret_count)
{
    unsigned wanted = call && call->streams ? call->streams->len : 0;
    Stream **streams = g_new(Stream *, wanted + 1);

    *ret_count = 0;
    for (unsigned i = 0; i < wanted; i++) {
        Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream)
            streams[(*ret_count)++] = stream;
    }
    return streams;
}

/* RTCP as JSON: the streams get what its packets said, unless those were captured here as well. */
static void tell_streams(const HepContext *c, Call *call)
{
    const Model *model = c->input->model;
    MediaAgentReport report = {
        .flow = { c->hep->source, c->hep->destination },
        .time_ns = c->time_ns,
        .agent = c->hep->agent,
    };
    const Flow *flow = flow_table_find(c->input->flows, report.flow);
    g_autoptr(GByteArray) packets = g_byte_array_new();

    if (flow && (flow->kind == FLOW_RTCP || flow->kind == FLOW_MEDIA) && !flow->by_agent)
        return;
    DissectStatus status = hep_rtcp_rebuild(c->hep->payload, packets);
    if (status == DISSECT_MALFORMED)
        note(c, ANOMALY_HEP_BAD_JSON);
    g_autofree Stream **streams = streams_of(model, call, &report.stream_count);
    report.streams = streams;
    media_tracker_report(model->media, &report, slice_of(packets->data, packets->len));
    if (call)
        far_end_follow(model, call, &report.flow, c->time_ns,
                       slice_of(packets->data, packets->len));
}

/* RTCP as it was: for streams that are not captured the agent has to name the call. */
static void tell_far_end(const HepContext *c)
{
    const FlowKey flow = { c->hep->source, c->hep->destination };
    Call *call = call_tracker_find(c->input->model, c->hep->correlation);

    if (call && rtcp_looks_like(c->hep->payload))
        far_end_follow(c->input->model, call, &flow, c->time_ns, c->hep->payload);
}

/* A line of a log, or figures in few words; NULL: RTCP, which is for the streams. */
static char *note_of(const HepContext *c, const HepQuality *quality, bool is_quality)
{
    Slice text = c->hep->payload;

    if (c->hep->type == HEP_TYPE_RTCP)
        return NULL;
    if (is_quality)
        return hep_quality_text(quality);
    return slice_dup(slice_trim(slice_sub(text, 0, MIN(slice_find(text, '\n'), NOTE_BYTES_MAX))));
}

static void take_report(HepContext *c)
{
    Model *model = c->input->model;
    g_auto(HepQuality) quality;
    bool is_quality = hep_quality_parse(c->hep->payload, &quality) != DISSECT_NOT_MINE;
    Call *call = reported_call(c, &quality);
    uint8_t flags = 0;

    stats_of(c)->reports++;
    if (c->hep->type == HEP_TYPE_RTCP)
        tell_streams(c, call);
    if (!call) {
        stats_of(c)->unmatched++;
        return;
    }
    CallReport report = {
        .time_ns = c->time_ns,
        .source = model_endpoint_id(model, c->hep->source),
        .destination = model_endpoint_id(model, c->hep->destination),
        .frame = c->arrival->frame,
        .agent = c->hep->agent,
        .type = c->hep->type,
        .note = note_of(c, &quality, is_quality),
    };
    report.text = c->input->keep(c->input->context, c->hep->payload, &flags);
    call_tracker_report(model, call, &report);
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
    if (msrp_begins(c->hep->payload) == DISSECT_OK && take_msrp(c))
        return;
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
        if (take_media(c))
            tell_far_end(c);
        else
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
