/* export/report_registrations.c - what registrars were asked to keep, and whether they do. */
#include "export/reports.h"
#include "export/selection.h"
#include "export/table.h"

static const TableColumn columns[] = {
    { .name = "aor", .title = "Address of record", .shrink = 20 },
    { .name = "contact", .title = "Contact", .shrink = 20 },
    { .name = "state", .title = "State" },
    { .name = "expires_s", .title = "Expires", .right = true, .rank = 5 },
    { .title = "Left", .right = true },
    { .name = "source", .title = "Source", .rank = 4 },
    { .name = "registrar", .title = "Registrar", .rank = 3 },
    { .name = "user_agent", .title = "User-Agent", .shrink = 12, .rank = 6 },
    { .name = "first_time" },
    { .name = "last_time", .title = "Last", .rank = 1 },
    { .name = "expiry_time" },
    { .name = "last_status", .title = "Status", .right = true },
    { .name = "requests", .title = "Reqs", .right = true, .rank = 2 },
    { .name = "challenges", .title = "Chal", .right = true, .rank = 9 },
    { .name = "failures", .title = "Fail", .right = true, .rank = 2 },
    { .name = "response_ms", .title = "RRD", .right = true, .rank = 10 },
    { .name = "left_s" },
    { .name = "refresh_ms", .title = "Refresh", .right = true, .rank = 8 },
    { .name = "nat", .title = "NAT", .rank = 3 },
    { .name = "received", .title = "Received", .rank = 11 },
    { .name = "path", .title = "Path", .shrink = 12, .rank = 12 },
};

static const char *text_or_null(const char *text)
{
    return text && text[0] ? text : NULL;
}

static const char *nat_text(RegistrationNat nat)
{
    static const char *const texts[] = { NULL, "no", "yes" };
    return texts[nat];
}

static void registration_row(Table *table, const Model *model, const Registration *entry)
{
    int64_t left_s = registration_left_s(entry, model->clock_ns);

    table_text(table, entry->aor);
    table_text(table, entry->contact);
    table_text(table, registration_state_name(registration_state(entry, model->clock_ns)));
    table_uint_if(table, entry->expires_s >= 0, (uint64_t)entry->expires_s);
    table_uint_if(table, left_s >= 0, (uint64_t)left_s);
    table_endpoint(table, model_endpoint(model, entry->source));
    table_endpoint(table, model_endpoint(model, entry->registrar));
    table_text(table, entry->user_agent);
    table_time(table, entry->first_ns);
    table_time(table, entry->last_ns);
    table_time(table, registration_expiry(entry));
    table_uint_if(table, entry->last_status, entry->last_status);
    table_uint(table, entry->requests);
    table_uint(table, entry->challenges);
    table_uint(table, entry->failures);
    table_ms(table, entry->delay_ns);
    table_uint_if(table, left_s >= 0, (uint64_t)left_s);
    table_ms(table, entry->refresh_ns);
    table_text(table, nat_text(entry->nat));
    table_endpoint(table, entry->received);
    table_text(table, entry->path);
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    const GPtrArray *entries = context->model->registrations;

    for (unsigned i = 0; i < entries->len; i++) {
        const Registration *entry = g_ptr_array_index(entries, i);
        if (selects_number(context, entry->call))
            registration_row(table, context->model, entry);
    }
}

static const TableSource registrations_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No registrations.",
    .rows = rows,
};

void report_registrations_print(const ReportContext *context, FILE *file)
{
    table_print(&registrations_table, context, file);
}

static void write_registration(JsonWriter *json, const Model *model, const Registration *entry)
{
    const Call *call = model_call(model, entry->call);

    json_string(json, "call_id", call ? call->legs->call_id : NULL);
    json_string(json, "aor", entry->aor);
    json_string(json, "contact", text_or_null(entry->contact));
    json_int_if(json, "expires_s", entry->expires_s >= 0, entry->expires_s);
    json_string(json, "state", registration_state_name(registration_state(entry, model->clock_ns)));
    json_endpoint(json, "registrar", model_endpoint(model, entry->registrar));
    json_endpoint(json, "source", model_endpoint(model, entry->source));
    json_string(json, "user_agent", entry->user_agent);
    json_time(json, "first_time", entry->first_ns);
    json_time(json, "last_time", entry->last_ns);
    json_time(json, "expiry_time", registration_expiry(entry));
    json_uint_if(json, "last_status", entry->last_status, entry->last_status);
    json_uint(json, "requests", entry->requests);
    json_uint(json, "challenges", entry->challenges);
    json_uint(json, "failures", entry->failures);
    json_milliseconds(json, "response_ms", entry->delay_ns);
    int64_t left_s = registration_left_s(entry, model->clock_ns);
    json_int_if(json, "left_s", left_s >= 0, left_s);
    json_milliseconds(json, "refresh_ms", entry->refresh_ns);
    if (entry->nat == NAT_UNKNOWN)
        json_null(json, "nat");
    else
        json_bool(json, "nat", entry->nat == NAT_BETWEEN);
    if (ip_is_unspecified(entry->received.ip))
        json_null(json, "received");
    else
        json_endpoint(json, "received", entry->received);
    json_string(json, "path", entry->path);
}

void report_registrations_records(const ReportContext *context, RecordWriter *writer)
{
    const GPtrArray *entries = context->model->registrations;

    for (unsigned i = 0; i < entries->len; i++) {
        const Registration *entry = g_ptr_array_index(entries, i);
        if (!selects_number(context, entry->call))
            continue;
        write_registration(record_begin(writer), context->model, entry);
        record_end(writer);
    }
}
