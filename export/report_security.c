/* export/report_security.c - who attacks, and what makes it easy: a row a source and rule. */
#include "dissect/call/security.h"
#include "export/reports.h"
#include "export/table.h"

static const TableColumn columns[] = {
    { .name = "source", .title = "Source" },
    { .name = "kind", .title = "Kind", .rank = 2 },
    { .name = "finding", .title = "Finding" },
    { .name = "count", .title = "Count", .right = true },
    { .name = "first_frame", .title = "First", .right = true },
    { .name = "last_frame", .title = "Last", .right = true, .rank = 1 },
    { .name = "first_time", .title = "Time", .rank = 3 },
    { .name = "last_time" },
    { .name = "user_agent", .title = "User-Agent", .shrink = 12, .rank = 4 },
    { .name = "requests" },
    { .name = "successes" },
    { .name = "hosts" },
    { .name = "users" },
    { .name = "rejected_per_minute" },
    { .name = "requests_per_second" },
    { .name = "meaning", .title = "Meaning", .shrink = 16 },
};

static unsigned hosts_of(const SecuritySource *source)
{
    return source->suspicion->hosts.count ? source->suspicion->hosts.count : source->requests > 0;
}

typedef void (*FindingFn)(void *out, const SecuritySource *source, SecurityRule rule,
                          const SecurityEvidence *evidence);

/* Attacks before weaknesses, in the order in which sources appeared. */
static void each_finding(const Model *model, FindingFn take, void *out)
{
    for (unsigned rule_kind = 0; rule_kind < 2; rule_kind++) {
        for (unsigned i = 0; i < security_source_count(model); i++) {
            const SecuritySource *source = security_source_at(model, i);
            for (unsigned rule = 0; rule < SECURITY_RULES; rule++) {
                const SecurityEvidence *evidence = security_finding(source, rule);
                if (evidence && security_rule_is_attack(rule) == (rule_kind == 0))
                    take(out, source, rule, evidence);
            }
        }
    }
}

static const char *kind_of(SecurityRule rule)
{
    return security_rule_is_attack(rule) ? "attack" : "weakness";
}

static void finding_row(void *out, const SecuritySource *source, SecurityRule rule,
                        const SecurityEvidence *evidence)
{
    Table *table = out;

    table_endpoint(table, (Endpoint){ source->ip, 0 });
    table_text(table, kind_of(rule));
    table_text(table, security_rule_name(rule));
    table_uint(table, evidence->count);
    table_uint(table, evidence->first_frame);
    table_uint(table, evidence->last_frame);
    table_time(table, evidence->first_ns);
    table_time(table, evidence->last_ns);
    table_text(table, source->user_agent);
    table_uint(table, source->requests);
    table_uint(table, source->successes);
    table_uint(table, hosts_of(source));
    table_uint(table, source->suspicion->users.count);
    table_uint(table, source->rejected_peak);
    table_uint(table, source->request_peak);
    table_text(table, security_rule_meaning(rule));
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    each_finding(context->model, finding_row, table);
}

static const TableSource security_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "Nothing suspicious.",
    .rows = rows,
};

void report_security_print(const ReportContext *context, FILE *file)
{
    table_print(&security_table, context, file);
}

static void finding_record(void *out, const SecuritySource *source, SecurityRule rule,
                           const SecurityEvidence *evidence)
{
    RecordWriter *writer = out;
    JsonWriter *json = record_begin(writer);
    char address[ADDRESS_TEXT_SIZE];

    json_string(json, "source", ip_format(source->ip, address, sizeof address));
    json_string(json, "kind", kind_of(rule));
    json_string(json, "finding", security_rule_name(rule));
    json_string(json, "meaning", security_rule_meaning(rule));
    json_uint(json, "count", evidence->count);
    json_uint(json, "first_frame", evidence->first_frame);
    json_uint(json, "last_frame", evidence->last_frame);
    json_time(json, "first_time", evidence->first_ns);
    json_time(json, "last_time", evidence->last_ns);
    json_string(json, "user_agent", source->user_agent);
    json_uint(json, "requests", source->requests);
    json_uint(json, "successes", source->successes);
    json_uint(json, "hosts", hosts_of(source));
    json_uint(json, "users", source->suspicion->users.count);
    json_uint(json, "rejected_per_minute", source->rejected_peak);
    json_uint(json, "requests_per_second", source->request_peak);
    record_end(writer);
}

void report_security_records(const ReportContext *context, RecordWriter *writer)
{
    each_finding(context->model, finding_record, writer);
}
