/* export/report_statistics.c - messages, outcomes and the metrics of statistics.h. */
#include "export/reports.h"
#include "export/statistics.h"
#include "export/table.h"
#include <math.h>

/* One row a figure: where it stands, what it is called, how it reads. */
typedef struct {
    const char *key, *title, *unit;
    size_t offset; /* of a double in CallStatistics */
} RatioRow;

typedef struct {
    const char *key, *title;
    size_t offset; /* of a Distribution */
} DistributionRow;

#define AT(member) offsetof(CallStatistics, member)

static const RatioRow rfc6076_ratios[] = {
    { "ser_percent", "SER  session establishment ratio", "%", AT(ser) },
    { "seer_percent", "SEER session establishment effectiveness", "%", AT(seer) },
    { "isa_percent", "ISA  ineffective session attempts", "%", AT(isa) },
    { "scr_percent", "SCR  session completion ratio", "%", AT(scr) },
    { "ira_percent", "IRA  ineffective registration attempts", "%", AT(ira) },
};

static const DistributionRow rfc6076_delays[] = {
    { "srd_ms", "SRD  session request delay", AT(srd) },
    { "srd_failed_ms", "SRD  of failed sessions", AT(srd_failed) },
    { "sdd_ms", "SDD  session disconnect delay", AT(sdd) },
    { "sdt_ms", "SDT  session duration", AT(sdt) },
    { "rrd_ms", "RRD  registration request delay", AT(rrd) },
};

static const RatioRow telephony_ratios[] = {
    { "asr_percent", "ASR  answer-seizure ratio", "%", AT(asr) },
    { "ner_percent", "NER  network effectiveness ratio", "%", AT(ner) },
    { "acd_s", "ACD  average call duration", " s", AT(acd_s) },
};

static const DistributionRow telephony_delays[] = {
    { "pdd_ms", "PDD  post-dial delay", AT(srd) },
    { "setup_ms", "     setup time", AT(setup) },
    { "ring_ms", "     ring time", AT(ring) },
};

static double ratio_at(const CallStatistics *s, size_t offset)
{
    return *(const double *)((const char *)s + offset);
}

static const Distribution *distribution_at(const CallStatistics *s, size_t offset)
{
    return (const Distribution *)((const char *)s + offset);
}

typedef struct {
    CallStatistics calls;
    MessageCounts messages;
} Statistics;

static void collect(const ReportContext *context, Statistics *out)
{
    statistics_collect(context, &out->calls);
    statistics_count_messages(context, &out->messages);
}

static void print_count(FILE *file, const char *name, uint64_t count)
{
    if (count)
        fprintf(file, "  %-38s %12" G_GUINT64_FORMAT "\n", name, count);
}

static void print_messages(FILE *file, const MessageCounts *counts)
{
    char status[80];

    fputs("Requests\n", file);
    for (unsigned i = 0; i < SIP_METHODS; i++)
        print_count(file, sip_method_name((SipMethod)i), counts->requests[i]);
    print_count(file, "(retransmissions)", counts->requests_retransmitted);
    fputs("Responses\n", file);
    for (unsigned i = 0; i < G_N_ELEMENTS(counts->responses); i++) {
        const char *phrase = sip_status_phrase(i);
        g_snprintf(status, sizeof status, "%03u %.32s", i, phrase ? phrase : "");
        print_count(file, status, counts->responses[i]);
    }
    print_count(file, "(retransmissions)", counts->responses_retransmitted);
}

static void print_states(FILE *file, const CallStatistics *s)
{
    fputs("Calls\n", file);
    for (unsigned i = 0; i < CALL_STATES; i++)
        print_count(file, call_state_name((CallState)i), s->states[i]);
    print_count(file, "(all)", s->calls);
    print_count(file, "(attempts)", s->attempts);
}

static void print_ratios(FILE *file, const CallStatistics *s, const RatioRow *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        double value = ratio_at(s, rows[i].offset);
        if (isnan(value))
            fprintf(file, "  %-42s %9s\n", rows[i].title, "-");
        else
            fprintf(file, "  %-42s %9.2f%s\n", rows[i].title, value, rows[i].unit);
    }
}

static void print_delays(FILE *file, const CallStatistics *s, const DistributionRow *rows,
                         unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const Distribution *d = distribution_at(s, rows[i].offset);
        if (d->count == 0)
            fprintf(file, "  %-32s %9s\n", rows[i].title, "-");
        else
            fprintf(file, "  %-32s %9.1f %9.1f %9.1f %9.1f\n", rows[i].title, d->mean_ms,
                    d->median_ms, d->p95_ms, d->max_ms);
    }
}

static void print_text(const ReportContext *context, FILE *file)
{
    static const char heading[] = "%-34s %9s %9s %9s %9s\n";
    Statistics s;

    collect(context, &s);
    print_messages(file, &s.messages);
    print_states(file, &s.calls);
    fputs("RFC 6076\n", file);
    print_ratios(file, &s.calls, rfc6076_ratios, G_N_ELEMENTS(rfc6076_ratios));
    fputs("Telephony\n", file);
    print_ratios(file, &s.calls, telephony_ratios, G_N_ELEMENTS(telephony_ratios));
    fprintf(file, heading, "Delays in ms", "mean", "median", "p95", "max");
    print_delays(file, &s.calls, rfc6076_delays, G_N_ELEMENTS(rfc6076_delays));
    print_delays(file, &s.calls, telephony_delays, G_N_ELEMENTS(telephony_delays));
}

static const TableColumn columns[] = {
    { .name = "group" },
    { .name = "name" },
    { .name = "value" },
};

static void csv_row(Table *table, const char *group, const char *name, double value)
{
    table_text(table, group);
    table_text(table, name);
    table_double(table, value, 6);
    table_end_row(table);
}

static void csv_count(Table *table, const char *group, const char *name, uint64_t value)
{
    table_text(table, group);
    table_text(table, name);
    table_uint(table, value);
    table_end_row(table);
}

static void csv_ratios(Table *table, const char *group, const CallStatistics *s,
                       const RatioRow *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        csv_row(table, group, rows[i].key, ratio_at(s, rows[i].offset));
}

static void csv_delays(Table *table, const char *group, const CallStatistics *s,
                       const DistributionRow *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const Distribution *d = distribution_at(s, rows[i].offset);
        g_autofree char *mean = g_strconcat(rows[i].key, ".mean", NULL);
        g_autofree char *p95 = g_strconcat(rows[i].key, ".p95", NULL);
        csv_row(table, group, mean, d->mean_ms);
        csv_row(table, group, p95, d->p95_ms);
    }
}

static void csv_rows(Table *table, const ReportContext *context)
{
    Statistics s;
    char status[8];

    collect(context, &s);
    for (unsigned i = 0; i < SIP_METHODS; i++)
        csv_count(table, "methods", sip_method_name((SipMethod)i), s.messages.requests[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(s.messages.responses); i++) {
        g_snprintf(status, sizeof status, "%u", i);
        if (s.messages.responses[i])
            csv_count(table, "status_codes", status, s.messages.responses[i]);
    }
    for (unsigned i = 0; i < CALL_STATES; i++)
        csv_count(table, "call_states", call_state_name((CallState)i), s.calls.states[i]);
    csv_ratios(table, "rfc6076", &s.calls, rfc6076_ratios, G_N_ELEMENTS(rfc6076_ratios));
    csv_delays(table, "rfc6076", &s.calls, rfc6076_delays, G_N_ELEMENTS(rfc6076_delays));
    csv_ratios(table, "telephony", &s.calls, telephony_ratios, G_N_ELEMENTS(telephony_ratios));
    csv_delays(table, "telephony", &s.calls, telephony_delays, G_N_ELEMENTS(telephony_delays));
}

static const TableSource statistics_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .rows = csv_rows,
};

void report_statistics_print(const ReportContext *context, FILE *file)
{
    if (context->format == REPORT_CSV)
        table_print(&statistics_table, context, file);
    else
        print_text(context, file);
}

static void write_messages(JsonWriter *json, const MessageCounts *counts)
{
    char status[8];

    json_begin_object(json, "methods");
    for (unsigned i = 0; i < SIP_METHODS; i++) {
        if (counts->requests[i])
            json_uint(json, sip_method_name((SipMethod)i), counts->requests[i]);
    }
    json_end_object(json);
    json_begin_object(json, "status_codes");
    for (unsigned i = 0; i < G_N_ELEMENTS(counts->responses); i++) {
        g_snprintf(status, sizeof status, "%u", i);
        if (counts->responses[i])
            json_uint(json, status, counts->responses[i]);
    }
    json_end_object(json);
    json_begin_object(json, "retransmissions");
    json_uint(json, "requests", counts->requests_retransmitted);
    json_uint(json, "responses", counts->responses_retransmitted);
    json_end_object(json);
}

static void write_states(JsonWriter *json, const CallStatistics *s)
{
    json_uint(json, "calls", s->calls);
    json_begin_object(json, "call_states");
    for (unsigned i = 0; i < CALL_STATES; i++)
        json_uint(json, call_state_name((CallState)i), s->states[i]);
    json_end_object(json);
}

static void write_ratios(JsonWriter *json, const CallStatistics *s, const RatioRow *rows,
                         unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        json_double(json, rows[i].key, ratio_at(s, rows[i].offset), 4);
}

static void write_delays(JsonWriter *json, const CallStatistics *s, const DistributionRow *rows,
                         unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const Distribution *d = distribution_at(s, rows[i].offset);
        json_begin_object(json, rows[i].key);
        json_uint(json, "count", d->count);
        json_double(json, "min", d->min_ms, 6);
        json_double(json, "mean", d->mean_ms, 6);
        json_double(json, "median", d->median_ms, 6);
        json_double(json, "p95", d->p95_ms, 6);
        json_double(json, "max", d->max_ms, 6);
        json_end_object(json);
    }
}

void report_statistics_records(const ReportContext *context, RecordWriter *writer)
{
    JsonWriter *json = record_begin(writer);
    Statistics s;

    collect(context, &s);
    write_messages(json, &s.messages);
    write_states(json, &s.calls);
    json_begin_object(json, "rfc6076");
    json_uint(json, "attempts", s.calls.attempts);
    json_uint(json, "answered", s.calls.answered);
    json_uint(json, "redirected", s.calls.redirected);
    write_ratios(json, &s.calls, rfc6076_ratios, G_N_ELEMENTS(rfc6076_ratios));
    write_delays(json, &s.calls, rfc6076_delays, G_N_ELEMENTS(rfc6076_delays));
    json_end_object(json);
    json_begin_object(json, "telephony");
    write_ratios(json, &s.calls, telephony_ratios, G_N_ELEMENTS(telephony_ratios));
    write_delays(json, &s.calls, telephony_delays, G_N_ELEMENTS(telephony_delays));
    json_end_object(json);
    record_end(writer);
}
