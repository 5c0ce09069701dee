#include "export/save_match.h"
#include "dissect/call/icmp.h"
#include "dissect/media/rtcp.h"
#include "dissect/media/rtp.h"
#include "dissect/session/dtls.h"
#include "dissect/session/hep.h"
#include "export/media_reader.h"

#define CONNECTION_SLACK_NS NS_PER_S /* segments before, ACKs behind what completes a message */
#define CONNECTION_LEAD_NS  (60 * NS_PER_S) /* one to a TURN server is there before the call */
#define RTCP_SLACK_NS       (10 * NS_PER_S) /* reports before the first and behind the last packet */
#define FRAGMENTS_NS        (30 * NS_PER_S) /* RFC 8200 section 4.5: reassembly is given up */
#define MEDIA_FRAGMENTS     64u             /* datagrams of media that are in pieces at once */
/* A stream begins when its first datagram is whole. */
#define MEDIA_FRAGMENTS_LEAD_NS (100 * NS_PER_MS)
#define MEDIA_FRAGMENTS_NS      (2 * NS_PER_S)

typedef enum { RULE_CONNECTION, RULE_RTP, RULE_RTCP, RULE_T38, RULE_DTLS, RULE_ICMP } RuleKind;

/* Packets from source to destination within a time. */
typedef struct Rule {
    RuleKind kind;
    Endpoint source, destination;
    uint32_t ssrc; /* RULE_RTP */
    int64_t first_ns, last_ns;
    struct Rule *next; /* with the same endpoints */
} Rule;

/* A datagram in fragments that carried a message. */
typedef struct Datagram {
    IpAddress source, destination;
    uint32_t id; /* IP identification, when @known */
    bool known;
    int64_t time_ns;       /* of the part that completed it */
    struct Datagram *next; /* known by the same hosts and identification; borrowed */
} Datagram;

struct SaveMatch {
    const DecodeRules *decode_rules;
    bool handshakes;
    GArray *texts;     /* PacketRef of messages that stand in a packet; sorted when finished */
    GHashTable *rules; /* Rule* by its endpoints -> the same, the first of a list; owns them */
    GArray *datagrams; /* Datagram; sorted by time, and in place, when finished */
    GHashTable *known; /* Datagram* -> the same, the first of a list; borrows */
    Datagram media[MEDIA_FRAGMENTS]; /* whose first fragment came lately, in turn */
    unsigned media_count;            /* so far */
};

static guint rule_hash(gconstpointer key)
{
    const Rule *rule = key;
    return (guint)hash_mix(endpoint_hash(rule->source) ^ hash_seed(),
                           endpoint_hash(rule->destination) | 1);
}

static gboolean rule_equal(gconstpointer a, gconstpointer b)
{
    const Rule *rule_a = a, *rule_b = b;
    return endpoint_equal(rule_a->source, rule_b->source) &&
           endpoint_equal(rule_a->destination, rule_b->destination);
}

static guint datagram_hash(gconstpointer key)
{
    const Datagram *datagram = key;
    uint64_t hosts = hash_mix(datagram->source.low ^ hash_seed(), datagram->destination.low | 1);
    return (guint)hash_mix(hosts ^ hash_seed(), datagram->id ^ datagram->source.high ^ hosts);
}

static gboolean datagram_equal(gconstpointer a, gconstpointer b)
{
    const Datagram *first = a, *second = b;
    return first->id == second->id && ip_equal(first->source, second->source) &&
           ip_equal(first->destination, second->destination);
}

static void free_rules(gpointer first)
{
    for (Rule *rule = first; rule;) {
        Rule *next = rule->next;
        g_free(rule);
        rule = next;
    }
}

SaveMatch *save_match_new(const DecodeRules *rules, bool handshakes)
{
    SaveMatch *match = g_new0(SaveMatch, 1);

    match->decode_rules = rules;
    match->handshakes = handshakes;
    match->texts = g_array_new(FALSE, FALSE, sizeof(PacketRef));
    match->rules = g_hash_table_new_full(rule_hash, rule_equal, NULL, free_rules);
    match->datagrams = g_array_new(FALSE, FALSE, sizeof(Datagram));
    match->known = g_hash_table_new(datagram_hash, datagram_equal);
    return match;
}

void save_match_free(SaveMatch *match)
{
    if (!match)
        return;
    g_array_unref(match->texts);
    g_hash_table_unref(match->rules);
    g_hash_table_unref(match->known);
    g_array_unref(match->datagrams);
    g_free(match);
}

static bool is_same_rule(const Rule *a, const Rule *b)
{
    return a->kind == b->kind && a->ssrc == b->ssrc && a->first_ns == b->first_ns &&
           a->last_ns == b->last_ns;
}

static void add_rule(SaveMatch *match, const Rule *wanted)
{
    Rule *first = g_hash_table_lookup(match->rules, wanted);

    for (const Rule *rule = first; rule; rule = rule->next) {
        if (is_same_rule(rule, wanted))
            return;
    }
    Rule *rule = g_memdup2(wanted, sizeof *wanted);
    if (first) {
        rule->next = first->next;
        first->next = rule;
    } else {
        g_hash_table_insert(match->rules, rule, rule);
    }
}

static void add_both_ways(SaveMatch *match, Rule rule)
{
    Endpoint source = rule.source;

    add_rule(match, &rule);
    rule.source = rule.destination;
    rule.destination = source;
    add_rule(match, &rule);
}

static void add_message(SaveMatch *match, const Model *model, const Call *call,
                        const CallMessage *message)
{
    Endpoint source = model_endpoint(model, message->source);
    Endpoint destination = model_endpoint(model, message->destination);

    if (message->transport != SIP_OVER_UDP) {
        add_both_ways(match, (Rule){ .kind = RULE_CONNECTION,
                                     .source = source,
                                     .destination = destination,
                                     .first_ns = call->first_ns - CONNECTION_SLACK_NS,
                                     .last_ns = call->last_ns + CONNECTION_SLACK_NS });
    } else if (message->flags & MESSAGE_REASSEMBLED) {
        Datagram datagram = { .source = source.ip,
                              .destination = destination.ip,
                              .time_ns = message->time_ns };
        g_array_append_val(match->datagrams, datagram);
    } else {
        g_array_append_val(match->texts, message->text);
    }
}

static Endpoint beside(Endpoint rtp)
{
    return (Endpoint){ rtp.ip, (uint16_t)(rtp.port + 1) };
}

static void add_handshake(SaveMatch *match, const Call *call, const Stream *stream)
{
    Rule dtls = { .kind = RULE_DTLS,
                  .source = stream->key.source,
                  .destination = stream->key.destination,
                  .first_ns = call->first_ns,
                  .last_ns = call->last_ns };

    if (!match->handshakes || stream->security != STREAM_SECURITY_DTLS)
        return;
    add_both_ways(match, dtls);
    dtls.source = beside(dtls.source);
    dtls.destination = beside(dtls.destination);
    add_both_ways(match, dtls);
}

/* That of a stream framed in TCP, from where it was set up. */
static void add_connection(SaveMatch *match, const Call *call, const Stream *stream,
                           const StreamReport *report)
{
    add_both_ways(match,
                  (Rule){ .kind = RULE_CONNECTION,
                          .source = stream->key.source,
                          .destination = stream->key.destination,
                          .first_ns = MIN(call->first_ns, report->first_ns) - CONNECTION_LEAD_NS,
                          .last_ns = MAX(call->last_ns, report->last_ns) + CONNECTION_SLACK_NS });
}

static void add_stream(SaveMatch *match, const Call *call, const Stream *stream)
{
    StreamReport report;
    Endpoint source = stream->key.source, destination = stream->key.destination;

    stream_report(stream, &report);
    if (stream->transport != FLOW_OVER_UDP) {
        add_connection(match, call, stream, &report);
        return;
    }
    add_rule(match, &(Rule){ .kind = RULE_RTP,
                             .source = source,
                             .destination = destination,
                             .ssrc = stream->key.ssrc,
                             .first_ns = report.first_ns,
                             .last_ns = report.last_ns });
    Rule rtcp = { .kind = RULE_RTCP,
                  .source = source,
                  .destination = destination,
                  .first_ns = report.first_ns - RTCP_SLACK_NS,
                  .last_ns = report.last_ns + RTCP_SLACK_NS };
    add_both_ways(match, rtcp); /* RFC 5761: on the same ports */
    rtcp.source = beside(source);
    rtcp.destination = beside(destination);
    add_both_ways(match, rtcp);
    add_handshake(match, call, stream);
}

static void add_fax(SaveMatch *match, const FaxTracker *faxes, uint32_t number)
{
    for (unsigned side = 0; side < FAX_SIDES; side++) {
        const FaxStream *stream = fax_tracker_stream(faxes, number, side);
        if (!stream)
            continue;
        add_rule(match, &(Rule){ .kind = RULE_T38,
                                 .source = stream->key.source,
                                 .destination = stream->key.destination,
                                 .first_ns = stream->session->first_ns,
                                 .last_ns = MAX(stream->last_ns, stream->session->last_ns) });
    }
}

/* The connections of a session, from where it was set up to where it was torn down. */
static void add_msrp(SaveMatch *match, const Call *call, const MsrpSession *session)
{
    for (unsigned i = 0; i < session->connection_count; i++) {
        const MsrpConnection *connection = &session->connections[i];
        add_both_ways(
            match,
            (Rule){ .kind = RULE_CONNECTION,
                    .source = connection->source,
                    .destination = connection->destination,
                    .first_ns = MIN(call->first_ns, connection->first_ns) - CONNECTION_SLACK_NS,
                    .last_ns = MAX(call->last_ns, connection->last_ns) + CONNECTION_SLACK_NS });
    }
}

static void add_icmp(SaveMatch *match, const CallIcmp *icmp, bool with_media)
{
    if (!with_media && icmp->subject != ICMP_ABOUT_SIP)
        return;
    add_rule(match, &(Rule){ .kind = RULE_ICMP,
                             .source = icmp->error.source,
                             .destination = icmp->error.destination,
                             .first_ns = icmp->first_ns,
                             .last_ns = icmp->last_ns });
}

void save_match_add_call(SaveMatch *match, const Model *model, const Call *call, bool with_media)
{
    for (unsigned i = 0; i < call->message_count; i++)
        add_message(match, model, call, &call->messages[i]);
    for (unsigned i = 0; call->extras->reports && i < call->extras->reports->len; i++)
        g_array_append_val(match->texts, g_array_index(call->extras->reports, CallReport, i).text);
    for (unsigned i = 0; call->extras->icmp && i < call->extras->icmp->len; i++)
        add_icmp(match, &g_array_index(call->extras->icmp, CallIcmp, i), with_media);
    for (unsigned i = 0; with_media && call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream)
            add_stream(match, call, stream);
    }
    for (unsigned i = 0; with_media && call->extras->faxes && i < call->extras->faxes->len; i++)
        add_fax(match, model->faxes, g_array_index(call->extras->faxes, uint32_t, i));
    for (unsigned i = 0; with_media && call->extras->msrp && i < call->extras->msrp->len; i++) {
        const MsrpSession *session =
            msrp_tracker_session(model->msrp, g_array_index(call->extras->msrp, uint32_t, i));
        if (session)
            add_msrp(match, call, session);
    }
}

static int compare_refs(PacketRef a, PacketRef b)
{
    if (a.file != b.file)
        return a.file < b.file ? -1 : 1;
    return (a.offset > b.offset) - (a.offset < b.offset);
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return compare_refs(*(const PacketRef *)a, *(const PacketRef *)b);
}

static gint compare_datagrams(gconstpointer a, gconstpointer b)
{
    const Datagram *first = a, *second = b;
    return (first->time_ns > second->time_ns) - (first->time_ns < second->time_ns);
}

void save_match_finish(SaveMatch *match)
{
    g_array_sort(match->texts, compare_texts);
    g_array_sort(match->datagrams, compare_datagrams);
}

bool save_match_must_learn(const SaveMatch *match)
{
    return match->datagrams->len > 0;
}

/* Index of the first datagram that was complete at @time_ns or later. */
static unsigned datagram_from(const SaveMatch *match, int64_t time_ns)
{
    unsigned low = 0, high = match->datagrams->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (g_array_index(match->datagrams, Datagram, middle).time_ns < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The datagram between the packet's hosts that it completed, and that is not known yet. */
static Datagram *completed_by(const SaveMatch *match, const NetPacket *net, int64_t time_ns)
{
    for (unsigned at = datagram_from(match, time_ns); at < match->datagrams->len; at++) {
        Datagram *datagram = &g_array_index(match->datagrams, Datagram, at);
        if (datagram->time_ns != time_ns)
            return NULL;
        if (!datagram->known && ip_equal(datagram->source, net->source.ip) &&
            ip_equal(datagram->destination, net->destination.ip))
            return datagram;
    }
    return NULL;
}

void save_match_learn(SaveMatch *match, const Packet *packet)
{
    NetPacket net;

    if (net_decode_as(packet, match->decode_rules, &net) != DISSECT_OK || !net.fragment.present)
        return;
    Datagram *datagram = completed_by(match, &net, packet->time_ns);
    if (!datagram)
        return;
    datagram->id = net.fragment.id;
    datagram->known = true;
    datagram->next = g_hash_table_lookup(match->known, datagram);
    g_hash_table_replace(match->known, datagram, datagram);
}

/* Is it a part of a datagram that was complete then or later? */
static bool is_fragment_of(const SaveMatch *match, const NetPacket *net, int64_t time_ns)
{
    Datagram key = { .source = net->source.ip,
                     .destination = net->destination.ip,
                     .id = net->fragment.id };

    for (const Datagram *datagram = g_hash_table_lookup(match->known, &key); datagram;
         datagram = datagram->next) {
        int64_t before_ns = datagram->time_ns - time_ns;
        if (before_ns >= 0 && before_ns <= FRAGMENTS_NS)
            return true;
    }
    return false;
}

/* Does a message's text begin within the packet's bytes? */
static bool holds_text(const SaveMatch *match, const Packet *packet)
{
    const PacketRef *texts = (const PacketRef *)(const void *)match->texts->data;
    unsigned low = 0, high = match->texts->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (compare_refs(texts[middle], packet->ref) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < match->texts->len && texts[low].file == packet->ref.file &&
           texts[low].offset - packet->ref.offset < packet->caplen;
}

static bool rule_holds(const Rule *rule, const NetPacket *net, int64_t time_ns)
{
    RtpPacket rtp;

    if (time_ns < rule->first_ns || time_ns > rule->last_ns)
        return false;
    switch (rule->kind) {
    case RULE_CONNECTION:
        return net->ip_protocol != IP_PROTOCOL_UDP;
    case RULE_T38:
        return net->ip_protocol == IP_PROTOCOL_UDP;
    case RULE_RTP:
        return rtp_parse(net->payload, net->payload_on_wire, &rtp) != DISSECT_NOT_MINE &&
               net->payload.len >= 12 && rtp.ssrc == rule->ssrc;
    case RULE_DTLS:
        return net->ip_protocol == IP_PROTOCOL_UDP && dtls_looks_like(net->payload);
    case RULE_ICMP: /* about such a packet, not one itself */
        return false;
    case RULE_RTCP:
        break;
    }
    return rtcp_looks_like(net->payload);
}

static const Rule *rules_for(const SaveMatch *match, const NetPacket *net)
{
    Rule key = { .source = net->source, .destination = net->destination };
    return g_hash_table_lookup(match->rules, &key);
}

static bool matches_rule(const SaveMatch *match, const NetPacket *net, int64_t time_ns)
{
    for (const Rule *rule = rules_for(match, net); rule; rule = rule->next) {
        if (rule_holds(rule, net, time_ns))
            return true;
    }
    return false;
}

/* The first fragment tells whether it is media of the calls; the others are known by it. */
static bool is_media_fragment(SaveMatch *match, NetPacket *net, int64_t time_ns)
{
    const Datagram key = { .source = net->source.ip,
                           .destination = net->destination.ip,
                           .id = net->fragment.id,
                           .time_ns = time_ns };

    if (net->fragment.offset > 0) {
        for (unsigned i = 0; i < MIN(match->media_count, MEDIA_FRAGMENTS); i++)
            if (datagram_equal(&match->media[i], &key) &&
                time_between(match->media[i].time_ns, time_ns) < MEDIA_FRAGMENTS_NS)
                return true;
        return false;
    }
    if (net_decode_transport(net->ip_payload, UINT16_MAX, match->decode_rules, net) != DISSECT_OK)
        return false;
    media_reader_unwrap(net);
    if (!matches_rule(match, net, time_ns) &&
        !matches_rule(match, net, time_ns + MEDIA_FRAGMENTS_LEAD_NS))
        return false;
    match->media[match->media_count++ % MEDIA_FRAGMENTS] = key;
    return true;
}

/* What a capture agent saw, as if it had been captured here (HEP over UDP). */
static bool is_reported(const SaveMatch *match, const NetPacket *net)
{
    HepPacket hep;

    if (net->ip_protocol != IP_PROTOCOL_UDP ||
        !hep_looks_like(net->payload, net->payload_on_wire) ||
        hep_parse(net->payload, net->payload_on_wire, &hep) != DISSECT_OK)
        return false;
    const NetPacket inside = { .source = hep.source,
                               .destination = hep.destination,
                               .ip_protocol = hep.ip_protocol,
                               .payload = hep.payload,
                               .payload_on_wire = (uint32_t)hep.payload.len };
    return hep.time_ns != TIME_UNKNOWN && matches_rule(match, &inside, hep.time_ns);
}

/* Does an ICMP error quote a packet of the calls: their addresses, and their time? */
static bool quotes_packet(const SaveMatch *match, const NetPacket *icmp, int64_t time_ns)
{
    IcmpError error;

    if (icmp_error_parse(icmp, &error) != DISSECT_OK)
        return false;
    const NetPacket quoted = { .source = error.source, .destination = error.destination };
    for (const Rule *rule = rules_for(match, &quoted); rule; rule = rule->next) {
        int64_t slack_ns = rule->kind == RULE_ICMP ? 0 : RTCP_SLACK_NS;
        if (time_ns >= rule->first_ns && time_ns <= rule->last_ns + slack_ns)
            return true;
    }
    return false;
}

bool save_match_packet(SaveMatch *match, const Packet *packet)
{
    NetPacket net;

    if (holds_text(match, packet))
        return true;
    if (net_decode_as(packet, match->decode_rules, &net) != DISSECT_OK)
        return false;
    if (net.fragment.present)
        return is_fragment_of(match, &net, packet->time_ns) ||
               is_media_fragment(match, &net, packet->time_ns);
    if (net.ip_protocol == IP_PROTOCOL_ICMP || net.ip_protocol == IP_PROTOCOL_ICMP6)
        return quotes_packet(match, &net, packet->time_ns);
    if (is_reported(match, &net))
        return true;
    media_reader_unwrap(&net);
    return matches_rule(match, &net, packet->time_ns);
}
