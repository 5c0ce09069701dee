/* export/report_endpoints.c - every address that sent or received SIP. */
#include "export/reports.h"
#include "export/table.h"

static const TableColumn columns[] = {
    { .name = "address", .title = "Endpoint" },
    { .name = "messages", .title = "Messages", .right = true },
    { .name = "messages_sent", .title = "Sent", .right = true },
    { .name = "messages_received", .title = "Received", .right = true },
};

static void rows(Table *table, const ReportContext *context)
{
    const GArray *endpoints = context->model->endpoints;

    for (unsigned i = 0; i < endpoints->len; i++) {
        const EndpointEntry *entry = &g_array_index(endpoints, EndpointEntry, i);
        table_endpoint(table, entry->endpoint);
        table_uint(table, entry->messages_out + entry->messages_in);
        table_uint(table, entry->messages_out);
        table_uint(table, entry->messages_in);
        table_end_row(table);
    }
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

void report_endpoints_records(const ReportContext *context, RecordWriter *writer)
{
    const GArray *endpoints = context->model->endpoints;

    for (unsigned i = 0; i < endpoints->len; i++) {
        const EndpointEntry *entry = &g_array_index(endpoints, EndpointEntry, i);
        JsonWriter *json = record_begin(writer);
        json_endpoint(json, "address", entry->endpoint);
        json_uint(json, "messages", entry->messages_out + entry->messages_in);
        json_uint(json, "messages_sent", entry->messages_out);
        json_uint(json, "messages_received", entry->messages_in);
        record_end(writer);
    }
}
