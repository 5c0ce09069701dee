/* export/report_capture.c - what was captured, what of it was lost, and what was wrong with it. */
#include "export/escape.h"
#include "export/link_type.h"
#include "export/reports.h"
#include "export/table.h"

static unsigned source_count(const ReportContext *context)
{
    return context->capture ? capture_source_count(context->capture) : 0;
}

static CaptureDrops all_drops(const ReportContext *context)
{
    CaptureDrops sum = { 0 };

    for (unsigned i = 0; i < source_count(context); i++) {
        CaptureSourceInfo info;
        capture_source_info(context->capture, i, &info);
        sum.kernel += info.drops.kernel;
        sum.interface += info.drops.interface;
        sum.rung += info.drops.rung;
        sum.paused += info.drops.paused;
    }
    return sum;
}

static gint compare_numbers(gconstpointer a, gconstpointer b)
{
    return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

/* Link type + 1, ascending; the caller frees the list. */
static GList *sorted_link_types(const CaptureFacts *facts)
{
    return g_list_sort(g_hash_table_get_keys(facts->link_types), compare_numbers);
}

static uint64_t packets_of_link_type(const CaptureFacts *facts, gpointer key)
{
    const uint64_t *packets = g_hash_table_lookup(facts->link_types, key);
    return packets ? *packets : 0;
}

static uint64_t copies_of(const CapturePoints *points)
{
    uint64_t copies = points->other.copies;

    for (unsigned i = 0; i < points->count; i++)
        copies += points->points[i].copies;
    return copies;
}

typedef struct {
    const char *name; /* in CSV */
    const char *title;
    uint64_t value;
} Fact;

static unsigned refused_secrets(const ReportContext *context)
{
    return context->capture ? secrets_queue_refused(capture_secrets(context->capture)) : 0;
}

enum { FACTS_MAX = 64 };

static unsigned list_facts(const ReportContext *context, Fact out[FACTS_MAX])
{
    const CaptureFacts *facts = &context->model->facts;
    CaptureDrops drops = all_drops(context);
    uint64_t tls[TLS_OUTCOMES];
    KeyLogStats keys;
    tls_session_count(context->model->tls, tls);
    keylog_stats(context->model->keys, &keys);
    const Fact list[] = {
        { "packets", "Packets", facts->packets },
        { "bytes", "Bytes", facts->bytes },
        { "sip_messages", "SIP messages", facts->sip_messages },
        { "media_packets", "RTP and RTCP packets", facts->media_packets },
        { "udp", "UDP packets", facts->udp },
        { "tcp", "TCP segments", facts->tcp },
        { "other", "Packets that are neither SIP nor media", facts->other },
        { "undecoded", "Packets without IP", facts->undecoded },
        { "truncated", "Packets cut by the snap length", facts->truncated },
        { "duplicates", "Packets seen again at once (copies)", copies_of(&facts->points) },
        { "sip_copies", "SIP messages among them", facts->anomalies[ANOMALY_CALL_MIRROR_COPY] },
        { "disorder", "Packets older than one before them", facts->disorder },
        { "late_requests", "SIP requests behind their reply", facts->late_requests },
        { "one_direction_calls", "Calls seen in one direction only", facts->one_direction_calls },
        { "coalesced", "Packets larger than an Ethernet frame", facts->coalesced },
        { "fragments", "IP fragments", facts->fragments.fragments },
        { "fragments_reassembled", "Datagrams reassembled", facts->fragments.reassembled },
        { "fragments_abandoned", "Datagrams given up", facts->fragments.abandoned },
        { "tcp_streams", "TCP streams", facts->tcp_stats.streams },
        { "tcp_retransmitted", "TCP segments retransmitted", facts->tcp_stats.retransmitted },
        { "tcp_out_of_order", "TCP segments out of order", facts->tcp_stats.out_of_order },
        { "tcp_gaps", "TCP gaps", facts->tcp_stats.gaps },
        { "media_framed", "RTP and RTCP packets in TCP streams", facts->media_framed },
        { "tcp_unrecognised", "TCP connections of which nothing is known",
          facts->tcp_unrecognised },
        { "tls_sessions", "TLS sessions", context->model->tls->seen },
        { "tls_decrypted", "TLS sessions decrypted", tls[TLS_READ] },
        { "tls_no_key", "TLS sessions without a key", tls[TLS_NO_KEY] },
        { "tls_no_handshake", "TLS sessions begun before the capture", tls[TLS_NO_HANDSHAKE] },
        { "tls_not_supported", "TLS sessions that are not supported", tls[TLS_NOT_SUPPORTED] },
        { "tls_wrong_key", "TLS sessions with a wrong key", tls[TLS_WRONG_KEY] },
        { "tls_lost_records", "TLS sessions with records missing", tls[TLS_LOST] },
        { "key_log_secrets", "Secrets in key logs", keys.kept },
        { "key_log_faulty", "Lines of key logs that are none", keys.faulty },
        { "secrets_refused", "Decryption secrets blocks not read", refused_secrets(context) },
        { "websocket_connections", "WebSocket connections", facts->websocket.connections },
        { "websocket_messages", "WebSocket messages", facts->websocket.messages },
        { "websocket_unreadable", "WebSocket messages not readable", facts->websocket.unreadable },
        { "sctp_packets", "SCTP packets", facts->sctp_stats.packets },
        { "sctp_associations", "SCTP associations", facts->sctp_stats.associations },
        { "sctp_messages", "SCTP messages", facts->sctp_stats.messages },
        { "sctp_retransmitted", "SCTP chunks retransmitted", facts->sctp_stats.retransmitted },
        { "sctp_gaps", "SCTP chunks never captured", facts->sctp_stats.gaps },
        { "sctp_abandoned", "Pieces of SCTP messages given up", facts->sctp_stats.abandoned },
        { "sctp_other_paths", "SCTP chunks on other paths", facts->sctp_stats.other_paths },
        { "hep_packets", "HEP packets", facts->hep.packets },
        { "hep_copies", "HEP copies of what was captured", facts->hep.copies },
        { "hep_msrp", "HEP packets of MSRP", facts->hep.msrp },
        { "hep_reports", "HEP logs and reports", facts->hep.reports },
        { "hep_unmatched", "HEP reports of no known call", facts->hep.unmatched },
        { "hep_refused", "HEP packets without the key", facts->hep.refused },
        { "hep_malformed", "HEP packets that are malformed", facts->hep.malformed },
        { "drops_kernel", "Dropped by the kernel", drops.kernel },
        { "drops_interface", "Dropped by the interface", drops.interface },
        { "drops_rung", "Dropped by rung", drops.rung },
        { "drops_paused", "Thrown away while paused", drops.paused },
    };
    _Static_assert(G_N_ELEMENTS(list) <= FACTS_MAX, "FACTS_MAX is too small");

    memcpy(out, list, sizeof list);
    return G_N_ELEMENTS(list);
}

static void print_sources(const ReportContext *context, FILE *file)
{
    for (unsigned i = 0; i < source_count(context); i++) {
        CaptureSourceInfo info;
        capture_source_info(context->capture, i, &info);
        g_autofree char *name = escape_line(info.name, context->utf8);
        fprintf(file, "Source  %s  %" G_GUINT64_FORMAT " packets\n", name, info.packets);
        if (info.refused > 0)
            fprintf(file,
                    "        %" G_GUINT64_FORMAT " connections or packets of agents refused\n",
                    info.refused);
        if (!info.failure)
            continue;
        g_autofree char *failure = escape_line(info.failure, context->utf8);
        fprintf(file, "        %s\n", failure);
    }
}

static void print_times(const CaptureFacts *facts, FILE *file)
{
    char first[TIME_TEXT_SIZE], last[TIME_TEXT_SIZE], length[TIME_TEXT_SIZE];

    if (facts->first_ns == TIME_UNKNOWN)
        return;
    fprintf(file, "Time    %s\n     to %s  (%s)\n",
            time_format_rfc3339(facts->first_ns, first, sizeof first),
            time_format_rfc3339(facts->last_ns, last, sizeof last),
            duration_format(time_between(facts->first_ns, facts->last_ns), length, sizeof length));
}

static void print_link_types(const CaptureFacts *facts, FILE *file)
{
    g_autoptr(GList) types = sorted_link_types(facts);

    for (const GList *at = types; at; at = at->next) {
        int type = GPOINTER_TO_INT(at->data) - 1;
        const char *name = link_type_name(type);
        fprintf(file, "Link    %s (%d)  %" G_GUINT64_FORMAT " packets\n", name ? name : "unknown",
                type, packets_of_link_type(facts, at->data));
    }
    for (unsigned i = 0; i < ENCAPSULATION_COUNT; i++) {
        if (facts->encapsulations[i])
            fprintf(file, "Inside  %s  %" G_GUINT64_FORMAT " packets\n",
                    encapsulation_name((Encapsulation)i), facts->encapsulations[i]);
    }
}

static void print_facts(const ReportContext *context, FILE *file)
{
    Fact facts[FACTS_MAX];
    unsigned count = list_facts(context, facts);

    fputc('\n', file);
    for (unsigned i = 0; i < count; i++) {
        if (facts[i].value || i == 0)
            fprintf(file, "  %-40s %12" G_GUINT64_FORMAT "\n", facts[i].title, facts[i].value);
    }
}

typedef struct {
    const char *name, *meaning;
    uint64_t packets;
} Fate;

enum { FATES = 10 };

/* What became of the packets: every one is counted once. */
static void list_fates(const CaptureFacts *facts, Fate out[FATES])
{
    const Fate list[FATES] = {
        { "sip", "SIP over UDP, copies too", facts->sip_datagrams },
        { "keep_alives", "keep-alives of SIP over UDP", facts->keep_alives },
        { "media", "RTP, RTCP and T.38", facts->media_packets - facts->hep.media },
        { "hep", "HEP over UDP", facts->hep_datagrams },
        { "tcp", "TCP segments", facts->tcp },
        { "sctp", "SCTP packets", facts->sctp_stats.packets },
        { "icmp", "ICMP errors about calls", facts->icmp_errors },
        { "fragments", "that completed nothing", facts->fragments_waiting },
        { "other", "other IP, see below", facts->other },
        { "undecoded", "not decoded, see below", facts->undecoded },
    };

    memcpy(out, list, sizeof list);
}

static void print_fates(const CaptureFacts *facts, FILE *file)
{
    Fate fates[FATES];

    list_fates(facts, fates);
    if (facts->packets > 0)
        fputs("\nEvery packet, once\n", file);
    for (unsigned i = 0; i < FATES; i++)
        if (fates[i].packets > 0)
            fprintf(file, "  %-32s %10" G_GUINT64_FORMAT "  %s\n", fates[i].name, fates[i].packets,
                    fates[i].meaning);
}

static void write_fates(JsonWriter *json, const CaptureFacts *facts)
{
    Fate fates[FATES];

    list_fates(facts, fates);
    json_begin_object(json, "fates");
    for (unsigned i = 0; i < FATES; i++)
        json_uint(json, fates[i].name, fates[i].packets);
    json_end_object(json);
}

/* Of what stands above: why packets were not looked into. */
static void print_unread(const CaptureFacts *facts, FILE *file)
{
    bool heading = false;

    for (unsigned i = 1; i < UNREAD_COUNT; i++) {
        if (facts->unread[i] == 0)
            continue;
        if (!heading)
            fputs("\nNot looked into\n", file);
        heading = true;
        fprintf(file, "  %-32s %10" G_GUINT64_FORMAT "  %s\n", unread_name((Unread)i),
                facts->unread[i], unread_meaning((Unread)i));
    }
}

#define MAC_TEXT_SIZE 18

static const char *mac_format(const uint8_t mac[6], char out[MAC_TEXT_SIZE])
{
    g_snprintf(out, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
               mac[4], mac[5]);
    return out;
}

#define POINTS_SHOWN 20u

/* Only where copies are: who looks for them wants to know which VLAN and pair brings them. */
static void print_points(const CapturePoints *points, FILE *file)
{
    char from[MAC_TEXT_SIZE], to[MAC_TEXT_SIZE];
    unsigned shown = 0;

    if (copies_of(points) == 0)
        return;
    fprintf(file, "\nCopies by VLAN and MAC addresses\n  %-5s %-17s    %-17s %12s %12s\n", "VLAN",
            "from", "to", "packets", "copies");
    for (unsigned i = 0; i < points->count && shown < POINTS_SHOWN; i++) {
        const CapturePoint *point = &points->points[i];
        if (point->copies == 0)
            continue;
        shown++;
        fprintf(file, "  %-5u %-17s -> %-17s %12" G_GUINT64_FORMAT " %12" G_GUINT64_FORMAT "\n",
                point->vlan, point->has_macs ? mac_format(point->source_mac, from) : "-",
                point->has_macs ? mac_format(point->destination_mac, to) : "-", point->packets,
                point->copies);
    }
}

#define INTERVALS_SHOWN 20u

static void print_drops(const DropLog *drops, FILE *file)
{
    char begin[TIME_TEXT_SIZE], end[TIME_TEXT_SIZE];

    if (!drops->intervals)
        return;
    fputs("\nPackets lost by the probe\n", file);
    for (unsigned i = 0; i < MIN(drops->intervals->len, INTERVALS_SHOWN); i++) {
        const DropInterval *interval = &g_array_index(drops->intervals, DropInterval, i);
        fprintf(file, "  %s to %s %12" G_GUINT64_FORMAT "\n",
                time_format_rfc3339(interval->begin_ns, begin, sizeof begin),
                time_format_rfc3339(interval->end_ns, end, sizeof end), interval->packets);
    }
    if (drops->intervals->len > INTERVALS_SHOWN)
        fprintf(file, "  and %u intervals more (-T json has all)\n",
                drops->intervals->len - INTERVALS_SHOWN);
}

/* What somebody has to know before a figure of this capture is believed. */
static void print_verdict(const CaptureFacts *facts, FILE *file)
{
    const CapturePoints *points = &facts->points;

    fputs("\nCan the figures be trusted?\n", file);
    if (facts->drops.total)
        fprintf(file,
                "  Loss: in part not. The probe lost %" G_GUINT64_FORMAT
                " packets; streams of those moments are marked.\n",
                facts->drops.total);
    else
        fputs("  Loss: yes, as far as is known. The probe reports no packet lost.\n", file);
    if (copies_of(points))
        fputs("  Copies: told apart and counted once; see the table of VLANs.\n", file);
    if (facts->disorder_ns >= NS_PER_MS)
        fprintf(file, "  Times: packets stand up to %.3f ms behind later ones.\n",
                (double)facts->disorder_ns / NS_PER_MS);
    if (facts->one_direction_calls)
        fprintf(file,
                "  Directions: of %" G_GUINT64_FORMAT
                " calls only one was captured; check both sides of the mirror.\n",
                facts->one_direction_calls);
    if (facts->truncated)
        fputs("  Payload: packets were cut when captured; counts hold, sound may not.\n", file);
    if (facts->coalesced)
        fputs("  Sizes: packets were put together by a network card before the capture; times of "
              "those within are lost.\n",
              file);
}

static void print_anomalies(const CaptureFacts *facts, FILE *file)
{
    bool heading = false;

    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (facts->anomalies[i] == 0)
            continue;
        if (!heading)
            fputs("\nAnomalies\n", file);
        heading = true;
        fprintf(file, "  %-32s %10" G_GUINT64_FORMAT "  %s\n", anomaly_name((Anomaly)i),
                facts->anomalies[i], anomaly_meaning((Anomaly)i));
    }
}

static const TableColumn columns[] = {
    { .name = "group" },
    { .name = "name" },
    { .name = "value" },
};

static void csv_row(Table *table, const char *group, const char *name, uint64_t value)
{
    table_text(table, group);
    table_text(table, name);
    table_uint(table, value);
    table_end_row(table);
}

static void csv_rows(Table *table, const ReportContext *context)
{
    const CaptureFacts *model_facts = &context->model->facts;
    Fact facts[FACTS_MAX];
    unsigned count = list_facts(context, facts);

    for (unsigned i = 0; i < source_count(context); i++) {
        CaptureSourceInfo info;
        capture_source_info(context->capture, i, &info);
        csv_row(table, "sources", info.name, info.packets);
    }
    for (unsigned i = 0; i < count; i++)
        csv_row(table, "facts", facts[i].name, facts[i].value);
    for (unsigned i = 0; i < ENCAPSULATION_COUNT; i++) {
        if (model_facts->encapsulations[i])
            csv_row(table, "encapsulations", encapsulation_name((Encapsulation)i),
                    model_facts->encapsulations[i]);
    }
    for (unsigned i = 1; i < UNREAD_COUNT; i++) {
        if (model_facts->unread[i])
            csv_row(table, "unread", unread_name((Unread)i), model_facts->unread[i]);
    }
    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (model_facts->anomalies[i])
            csv_row(table, "anomalies", anomaly_name((Anomaly)i), model_facts->anomalies[i]);
    }
}

static const TableSource capture_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .rows = csv_rows,
};

void report_capture_print(const ReportContext *context, FILE *file)
{
    const CaptureFacts *facts = &context->model->facts;

    if (context->format == REPORT_CSV) {
        table_print(&capture_table, context, file);
        return;
    }
    print_sources(context, file);
    print_times(facts, file);
    print_link_types(facts, file);
    print_facts(context, file);
    print_fates(facts, file);
    print_unread(facts, file);
    print_points(&facts->points, file);
    print_drops(&facts->drops, file);
    print_anomalies(facts, file);
    print_verdict(facts, file);
}

static void write_drops(JsonWriter *json, const CaptureDrops *drops)
{
    json_begin_object(json, "drops");
    json_uint(json, "kernel", drops->kernel);
    json_uint(json, "interface", drops->interface);
    json_uint(json, "rung", drops->rung);
    json_end_object(json);
}

static void write_sources(JsonWriter *json, const ReportContext *context)
{
    json_begin_array(json, "sources");
    for (unsigned i = 0; i < source_count(context); i++) {
        CaptureSourceInfo info;
        capture_source_info(context->capture, i, &info);
        json_begin_object(json, NULL);
        json_string(json, "name", info.name);
        json_bool(json, "live", info.live);
        json_uint(json, "packets", info.packets);
        write_drops(json, &info.drops);
        if (info.live)
            json_uint(json, "refused", info.refused);
        json_string(json, "failure", info.failure);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_link_types(JsonWriter *json, const CaptureFacts *facts)
{
    g_autoptr(GList) types = sorted_link_types(facts);

    json_begin_array(json, "link_types");
    for (const GList *at = types; at; at = at->next) {
        int type = GPOINTER_TO_INT(at->data) - 1;
        json_begin_object(json, NULL);
        json_int(json, "number", type);
        json_string(json, "name", link_type_name(type));
        json_uint(json, "packets", packets_of_link_type(facts, at->data));
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_named_counts(JsonWriter *json, const CaptureFacts *facts)
{
    json_begin_object(json, "encapsulations");
    for (unsigned i = 0; i < ENCAPSULATION_COUNT; i++) {
        if (facts->encapsulations[i])
            json_uint(json, encapsulation_name((Encapsulation)i), facts->encapsulations[i]);
    }
    json_end_object(json);
    json_begin_object(json, "unread");
    for (unsigned i = 1; i < UNREAD_COUNT; i++) {
        if (facts->unread[i])
            json_uint(json, unread_name((Unread)i), facts->unread[i]);
    }
    json_end_object(json);
    json_begin_object(json, "anomalies");
    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (facts->anomalies[i])
            json_uint(json, anomaly_name((Anomaly)i), facts->anomalies[i]);
    }
    json_end_object(json);
}

static void write_tcp(JsonWriter *json, const CaptureFacts *facts)
{
    const TcpStats *stats = &facts->tcp_stats;

    json_begin_object(json, "tcp");
    json_uint(json, "streams", stats->streams);
    json_uint(json, "segments", stats->segments);
    json_uint(json, "retransmitted", stats->retransmitted);
    json_uint(json, "out_of_order", stats->out_of_order);
    json_uint(json, "gaps", stats->gaps);
    json_uint(json, "unrecognised", facts->tcp_unrecognised);
    if (facts->media_framed > 0)
        json_uint(json, "media_packets", facts->media_framed);
    json_end_object(json);
}

/* Only where there are any. */
static void write_sessions(JsonWriter *json, const Model *model)
{
    const WebSocketStats *websocket = &model->facts.websocket;
    uint64_t tls[TLS_OUTCOMES];

    if (model->tls->seen > 0) {
        tls_session_count(model->tls, tls);
        json_begin_object(json, "tls");
        json_uint(json, "sessions", model->tls->seen);
        for (unsigned i = 0; i < TLS_OUTCOMES; i++)
            if (tls[i] > 0)
                json_uint(json, tls_outcome_name((TlsOutcome)i), tls[i]);
        json_end_object(json);
    }
    if (websocket->connections == 0)
        return;
    json_begin_object(json, "websocket");
    json_uint(json, "connections", websocket->connections);
    json_uint(json, "upgrades", websocket->upgrades);
    json_uint(json, "messages", websocket->messages);
    json_uint(json, "fragmented", websocket->fragmented);
    json_uint(json, "compressed", websocket->compressed);
    json_uint(json, "control_frames", websocket->control);
    json_uint(json, "unreadable", websocket->unreadable);
    json_end_object(json);
}

/* Only where there is any, as the others. */
static void write_sctp(JsonWriter *json, const SctpStats *stats)
{
    if (stats->packets == 0)
        return;
    json_begin_object(json, "sctp");
    json_uint(json, "associations", stats->associations);
    json_uint(json, "packets", stats->packets);
    json_uint(json, "messages", stats->messages);
    json_uint(json, "retransmitted", stats->retransmitted);
    json_uint(json, "gaps", stats->gaps);
    json_uint(json, "abandoned", stats->abandoned);
    json_uint(json, "other_paths", stats->other_paths);
    json_end_object(json);
}

static void write_hep(JsonWriter *json, const HepStats *stats)
{
    if (stats->packets == 0)
        return;
    json_begin_object(json, "hep");
    json_uint(json, "packets", stats->packets);
    json_uint(json, "sip", stats->sip);
    json_uint(json, "media", stats->media);
    if (stats->msrp)
        json_uint(json, "msrp", stats->msrp);
    json_uint(json, "reports", stats->reports);
    json_uint(json, "unmatched", stats->unmatched);
    json_uint(json, "copies", stats->copies);
    json_uint(json, "refused", stats->refused);
    json_uint(json, "malformed", stats->malformed);
    json_uint(json, "other", stats->other);
    json_end_object(json);
}

static void write_contents(JsonWriter *json, const CaptureFacts *facts)
{
    json_uint(json, "sip_messages", facts->sip_messages);
    json_uint(json, "media_packets", facts->media_packets);
    json_uint(json, "other_packets", facts->other);
    json_uint(json, "undecoded", facts->undecoded);
    json_uint(json, "sip_copies", facts->anomalies[ANOMALY_CALL_MIRROR_COPY]);
    json_uint(json, "disorder", facts->disorder);
    json_milliseconds(json, "disorder_ms", facts->disorder_ns);
    json_uint(json, "late_requests", facts->late_requests);
    json_uint(json, "one_direction_calls", facts->one_direction_calls);
    json_uint(json, "coalesced", facts->coalesced);
    json_uint(json, "fragments_reassembled", facts->fragments.reassembled);
    json_uint(json, "fragments_abandoned", facts->fragments.abandoned);
    write_tcp(json, facts);
    write_sctp(json, &facts->sctp_stats);
    write_hep(json, &facts->hep);
}

static void write_points(JsonWriter *json, const CapturePoints *points)
{
    char mac[MAC_TEXT_SIZE];

    json_begin_array(json, "points");
    for (unsigned i = 0; i < points->count; i++) {
        const CapturePoint *point = &points->points[i];
        json_begin_object(json, NULL);
        json_uint_if(json, "vlan", point->vlan, point->vlan);
        json_string(json, "source_mac",
                    point->has_macs ? mac_format(point->source_mac, mac) : NULL);
        json_string(json, "destination_mac",
                    point->has_macs ? mac_format(point->destination_mac, mac) : NULL);
        json_uint(json, "packets", point->packets);
        json_uint(json, "copies", point->copies);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_drop_intervals(JsonWriter *json, const DropLog *drops)
{
    json_begin_array(json, "drop_intervals");
    for (unsigned i = 0; drops->intervals && i < drops->intervals->len; i++) {
        const DropInterval *interval = &g_array_index(drops->intervals, DropInterval, i);
        json_begin_object(json, NULL);
        json_time(json, "begin_time", interval->begin_ns);
        json_time(json, "end_time", interval->end_ns);
        json_uint(json, "packets", interval->packets);
        json_end_object(json);
    }
    json_end_array(json);
}

void report_capture_records(const ReportContext *context, RecordWriter *writer)
{
    const CaptureFacts *facts = &context->model->facts;
    CaptureDrops drops = all_drops(context);
    JsonWriter *json = record_begin(writer);

    write_sources(json, context);
    write_link_types(json, facts);
    json_uint(json, "packets", facts->packets);
    json_uint(json, "bytes", facts->bytes);
    json_time(json, "first_time", facts->first_ns);
    json_time(json, "last_time", facts->last_ns);
    write_drops(json, &drops);
    json_uint(json, "truncated", facts->truncated);
    json_uint(json, "duplicates", copies_of(&facts->points));
    json_uint(json, "fragments", facts->fragments.fragments);
    write_fates(json, facts);
    write_named_counts(json, facts);
    write_contents(json, facts);
    write_points(json, &facts->points);
    write_drop_intervals(json, &facts->drops);
    write_sessions(json, context->model);
    record_end(writer);
}
