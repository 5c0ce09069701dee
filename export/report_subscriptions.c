/* export/report_subscriptions.c - event subscriptions (RFC 6665) and publications (RFC 3903). */
#include "export/reports.h"
#include "export/selection.h"
#include "export/table.h"

static const TableColumn columns[] = {
    { .name = "event", .title = "Event" },
    { .name = "kind", .title = "Kind", .rank = 4 },
    { .name = "subscriber", .title = "Subscriber", .shrink = 16 },
    { .name = "resource", .title = "Resource", .shrink = 16 },
    { .name = "state", .title = "State" },
    { .name = "reason" },
    { .name = "expires_s", .title = "Expires", .right = true, .rank = 1 },
    { .name = "notifications", .title = "Notifies", .right = true },
    { .name = "content_type", .title = "Content", .shrink = 8, .rank = 3 },
    { .name = "source", .title = "Source", .rank = 6 },
    { .name = "destination", .title = "Destination", .rank = 5 },
    { .name = "first_time" },
    { .name = "last_time", .title = "Last", .rank = 2 },
    { .name = "last_status", .title = "Status", .right = true },
};

static const char *kind_of(const Subscription *entry)
{
    return entry->publication ? "publication" : "subscription";
}

static void subscription_row(Table *table, const Model *model, const Subscription *entry)
{
    table_text(table, entry->event);
    table_text(table, kind_of(entry));
    table_text(table, entry->subscriber);
    table_text(table, entry->resource);
    table_text(table, subscription_state_name(subscription_state(entry, model->clock_ns)));
    table_text(table, entry->reason);
    table_uint_if(table, entry->expires_s >= 0, (uint64_t)entry->expires_s);
    table_uint(table, entry->notifications);
    table_text(table, entry->content_type);
    table_endpoint(table, model_endpoint(model, entry->source));
    table_endpoint(table, model_endpoint(model, entry->destination));
    table_time(table, entry->first_ns);
    table_time(table, entry->last_ns);
    table_uint_if(table, entry->last_status, entry->last_status);
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    const GPtrArray *entries = context->model->subscriptions;

    for (unsigned i = 0; i < entries->len; i++) {
        const Subscription *entry = g_ptr_array_index(entries, i);
        if (selects_number(context, entry->call))
            subscription_row(table, context->model, entry);
    }
}

static const TableSource subscriptions_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No subscriptions.",
    .rows = rows,
};

void report_subscriptions_print(const ReportContext *context, FILE *file)
{
    table_print(&subscriptions_table, context, file);
}

static void write_subscription(JsonWriter *json, const Model *model, const Subscription *entry)
{
    const Call *call = model_call(model, entry->call);

    json_string(json, "call_id", call ? call->legs->call_id : NULL);
    json_string(json, "event", entry->event);
    json_string(json, "kind", kind_of(entry));
    json_string(json, "subscriber", entry->subscriber);
    json_string(json, "resource", entry->resource);
    json_string(json, "state", subscription_state_name(subscription_state(entry, model->clock_ns)));
    json_string(json, "reason", entry->reason);
    json_int_if(json, "expires_s", entry->expires_s >= 0, entry->expires_s);
    json_uint(json, "notifications", entry->notifications);
    json_string(json, "content_type", entry->content_type);
    json_endpoint(json, "source", model_endpoint(model, entry->source));
    json_endpoint(json, "destination", model_endpoint(model, entry->destination));
    json_time(json, "first_time", entry->first_ns);
    json_time(json, "last_time", entry->last_ns);
    json_uint_if(json, "last_status", entry->last_status, entry->last_status);
}

void report_subscriptions_records(const ReportContext *context, RecordWriter *writer)
{
    const GPtrArray *entries = context->model->subscriptions;

    for (unsigned i = 0; i < entries->len; i++) {
        const Subscription *entry = g_ptr_array_index(entries, i);
        if (!selects_number(context, entry->call))
            continue;
        write_subscription(record_begin(writer), context->model, entry);
        record_end(writer);
    }
}
