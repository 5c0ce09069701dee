/* export/report_endpoints.c - every address that sent or received SIP: what it is, and why. */
#include "dissect/call/endpoint.h"
#include "dissect/net/dscp.h"
#include "export/reports.h"
#include "export/table.h"
#include <math.h>

static const TableColumn columns[] = {
    { .name = "address", .title = "Endpoint" },
    { .name = "roles", .title = "Role", .shrink = 12 },
    { .name = "messages", .title = "Messages", .right = true, .rank = 5 },
    { .name = "messages_sent", .title = "Sent", .right = true, .rank = 7 },
    { .name = "messages_received", .title = "Received", .right = true, .rank = 8 },
    { .name = "calls_made", .title = "Made", .right = true, .rank = 2 },
    { .name = "calls_received", .title = "Taken", .right = true, .rank = 3 },
    { .name = "asr_percent", .title = "ASR", .right = true, .rank = 4 },
    { .name = "ner_percent", .title = "NER", .right = true, .rank = 9 },
    { .name = "pdd_ms", .title = "PDD", .right = true, .rank = 6 },
    { .name = "transports", .title = "Transport", .rank = 11 },
    { .name = "codecs", .title = "Codecs", .shrink = 8, .rank = 12 },
    { .name = "user_agent", .title = "User-Agent", .shrink = 10, .rank = 1 },
    { .name = "dscp", .title = "DSCP", .shrink = 6, .rank = 13 },
    { .name = "media_dscp", .title = "Media", .shrink = 6, .rank = 14 },
    { .name = "evidence", .title = "Evidence", .shrink = 16, .rank = 10 },
    { .name = "allow" },
};

static const EndpointFacts nothing;

static const EndpointFacts *facts_of(const Model *model, unsigned id)
{
    const EndpointFacts *facts = endpoint_facts(model, id);
    return facts ? facts : &nothing;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : NAN;
}

/* Of the calls it made; of those it took where it made none. */
static const EndpointCalls *rated(const EndpointFacts *facts)
{
    return facts->from.calls ? &facts->from : &facts->to;
}

static int64_t mean_pdd_ns(const EndpointFacts *facts)
{
    return facts->pdd_count ? facts->pdd_sum_ns / (int64_t)facts->pdd_count : TIME_UNKNOWN;
}

static void append_roles(const Model *model, unsigned id, GString *names, GString *evidence)
{
    for (unsigned role = 0; role < ENDPOINT_ROLES; role++) {
        if (!endpoint_has_role(model, id, role))
            continue;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", endpoint_role_name(role));
        g_string_append(evidence, evidence->len ? "; " : "");
        endpoint_role_evidence(model, id, role, evidence);
    }
}

static void append_transports(const EndpointFacts *facts, GString *out)
{
    for (unsigned i = 0; i < SIP_TRANSPORTS; i++)
        if (facts->transports & 1u << i)
            g_string_append_printf(out, "%s%s", out->len ? ", " : "", sip_transport_name(i));
}

/* Of its messages; of the media that its address sends, whatever the port. */
static DscpSeen media_dscp(const Model *model, unsigned id)
{
    const MediaHost *host = endpoint_host(model, id);
    return host ? host->dscp : (DscpSeen){ 0 };
}

static void dscp_cell(Table *table, DscpSeen seen)
{
    g_autoptr(GString) text = g_string_new(NULL);

    dscp_append(text, seen.values);
    table_text(table, text->str);
}

static void endpoint_row(Table *table, const Model *model, unsigned id)
{
    const EndpointEntry *entry = &g_array_index(model->endpoints, EndpointEntry, id);
    const EndpointFacts *facts = facts_of(model, id);
    g_autoptr(GString) names = g_string_new(NULL);
    g_autoptr(GString) evidence = g_string_new(NULL);
    g_autoptr(GString) transports = g_string_new(NULL);

    append_roles(model, id, names, evidence);
    append_transports(facts, transports);
    table_endpoint(table, entry->endpoint);
    table_text(table, names->str);
    table_uint(table, entry->messages_out + entry->messages_in);
    table_uint(table, entry->messages_out);
    table_uint(table, entry->messages_in);
    table_uint(table, facts->from.calls);
    table_uint(table, facts->to.calls);
    table_double(table, percent(rated(facts)->answered, rated(facts)->calls), 1);
    table_double(table, percent(rated(facts)->delivered, rated(facts)->calls), 1);
    table_ms(table, mean_pdd_ns(facts));
    table_text(table, transports->str);
    table_text(table, facts->codecs);
    table_text(table, facts->agent);
    dscp_cell(table, entry->dscp);
    dscp_cell(table, media_dscp(model, id));
    table_text(table, evidence->str);
    table_text(table, facts->allow);
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    for (unsigned i = 0; i < context->model->endpoints->len; i++)
        endpoint_row(table, context->model, i);
}

static const TableSource endpoints_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No endpoints.",
    .rows = rows,
};

void report_endpoints_print(const ReportContext *context, FILE *file)
{
    table_print(&endpoints_table, context, file);
}

static void write_roles(JsonWriter *json, const Model *model, unsigned id)
{
    json_begin_array(json, "roles");
    for (unsigned role = 0; role < ENDPOINT_ROLES; role++) {
        g_autoptr(GString) evidence = g_string_new(NULL);
        if (!endpoint_has_role(model, id, role))
            continue;
        endpoint_role_evidence(model, id, role, evidence);
        json_begin_object(json, NULL);
        json_string(json, "role", endpoint_role_name(role));
        json_string(json, "evidence", evidence->str);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_dscp(JsonWriter *json, const char *key, DscpSeen seen)
{
    json_begin_array(json, key);
    for (uint8_t dscp = 0; dscp < 64; dscp++)
        if (seen.values >> dscp & 1)
            json_uint(json, NULL, dscp);
    json_end_array(json);
}

static void write_calls(JsonWriter *json, const char *key, const EndpointCalls *calls)
{
    json_begin_object(json, key);
    json_uint(json, "count", calls->calls);
    json_uint(json, "answered", calls->answered);
    json_double(json, "asr_percent", percent(calls->answered, calls->calls), 4);
    json_double(json, "ner_percent", percent(calls->delivered, calls->calls), 4);
    json_end_object(json);
}

static void write_endpoint(JsonWriter *json, const Model *model, unsigned id)
{
    const EndpointEntry *entry = &g_array_index(model->endpoints, EndpointEntry, id);
    const EndpointFacts *facts = facts_of(model, id);

    json_endpoint(json, "address", entry->endpoint);
    json_uint(json, "messages", entry->messages_out + entry->messages_in);
    json_uint(json, "messages_sent", entry->messages_out);
    json_uint(json, "messages_received", entry->messages_in);
    write_roles(json, model, id);
    json_string(json, "user_agent", facts->agent);
    json_begin_array(json, "transports");
    for (unsigned i = 0; i < SIP_TRANSPORTS; i++)
        if (facts->transports & 1u << i)
            json_string(json, NULL, sip_transport_name(i));
    json_end_array(json);
    json_string(json, "codecs", facts->codecs);
    json_string(json, "allow", facts->allow);
    write_dscp(json, "dscp", entry->dscp);
    write_dscp(json, "media_dscp", media_dscp(model, id));
    write_calls(json, "calls_made", &facts->from);
    write_calls(json, "calls_received", &facts->to);
    json_milliseconds(json, "pdd_ms", mean_pdd_ns(facts));
}

void report_endpoints_records(const ReportContext *context, RecordWriter *writer)
{
    for (unsigned i = 0; i < context->model->endpoints->len; i++) {
        write_endpoint(record_begin(writer), context->model, i);
        record_end(writer);
    }
}
