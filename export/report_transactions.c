/* export/report_transactions.c - exchanges outside of calls: OPTIONS, MESSAGE, PUBLISH ... */
#include "export/exchange.h"
#include "export/reports.h"
#include "export/selection.h"
#include "export/table.h"

static const TableColumn columns[] = {
    { .name = "method", .title = "Method" },
    { .name = "status", .title = "Status", .right = true },
    { .name = "source", .title = "Source", .shrink = 21 },
    { .name = "destination", .title = "Destination", .shrink = 21 },
    { .name = "transport", .title = "Over", .rank = 4 },
    { .name = "start_time", .title = "Start" },
    { .name = "response_ms", .title = "Response", .right = true },
    { .name = "retransmissions", .title = "Retr", .right = true, .rank = 3 },
    { .name = "from", .title = "From", .shrink = 8, .rank = 2 },
    { .name = "to", .title = "To", .shrink = 8, .rank = 1 },
    { .name = "call_id" },
};

static bool has_exchanges(const ReportContext *context, const Call *call)
{
    return call && !call->is_call && call->method != SIP_REGISTER &&
           call->method != SIP_SUBSCRIBE && selects_record(context, call);
}

static const Call *next_record(const ReportContext *context, unsigned *position)
{
    const GPtrArray *calls = context->model->calls;

    while (*position < calls->len) {
        const Call *call = g_ptr_array_index(calls, (*position)++);
        if (has_exchanges(context, call))
            return call;
    }
    return NULL;
}

static const char *method_of(const CallMessage *request)
{
    bool named = request->method != SIP_OTHER || !request->phrase;
    return named ? sip_method_name((SipMethod)request->method) : request->phrase;
}

static unsigned status_of(const Exchange *exchange)
{
    return exchange->answer ? exchange->answer->status : 0;
}

static int64_t response_time(const Exchange *exchange)
{
    return exchange->answer ? time_between(exchange->request->time_ns, exchange->answer->time_ns)
                            : TIME_UNKNOWN;
}

static void exchange_row(Table *table, const Model *model, const Call *call,
                         const Exchange *exchange)
{
    const CallMessage *request = exchange->request;

    table_text(table, method_of(request));
    table_uint_if(table, status_of(exchange), status_of(exchange));
    table_endpoint(table, model_endpoint(model, request->source));
    table_endpoint(table, model_endpoint(model, request->destination));
    table_text(table, sip_transport_name((SipTransport)request->transport));
    table_time(table, request->time_ns);
    table_ms(table, response_time(exchange));
    table_uint(table, exchange->retransmissions);
    table_text(table, call->from.uri);
    table_text(table, call->to.uri);
    table_text(table, call_leg_id(call, request->leg));
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    const Call *call;
    unsigned position = 0;

    while ((call = next_record(context, &position))) {
        g_autoptr(GArray) exchanges = exchanges_of(call);
        for (unsigned i = 0; i < exchanges->len; i++)
            exchange_row(table, context->model, call, &g_array_index(exchanges, Exchange, i));
    }
}

static const TableSource transactions_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No exchanges outside of calls.",
    .rows = rows,
};

void report_transactions_print(const ReportContext *context, FILE *file)
{
    table_print(&transactions_table, context, file);
}

static void write_exchange(JsonWriter *json, const Model *model, const Call *call,
                           const Exchange *exchange)
{
    const CallMessage *request = exchange->request;

    json_string(json, "method", method_of(request));
    json_uint_if(json, "status", status_of(exchange), status_of(exchange));
    json_endpoint(json, "source", model_endpoint(model, request->source));
    json_endpoint(json, "destination", model_endpoint(model, request->destination));
    json_milliseconds(json, "response_ms", response_time(exchange));
    json_string(json, "call_id", call_leg_id(call, request->leg));
    json_string(json, "from", call->from.uri);
    json_string(json, "to", call->to.uri);
    json_time(json, "start_time", request->time_ns);
    json_uint(json, "retransmissions", exchange->retransmissions);
    json_string(json, "body", call_message_note(call, (unsigned)(request - call->messages)));
    json_string(json, "transport", sip_transport_name((SipTransport)request->transport));
}

void report_transactions_records(const ReportContext *context, RecordWriter *writer)
{
    const Call *call;
    unsigned position = 0;

    while ((call = next_record(context, &position))) {
        g_autoptr(GArray) exchanges = exchanges_of(call);
        for (unsigned i = 0; i < exchanges->len; i++) {
            write_exchange(record_begin(writer), context->model, call,
                           &g_array_index(exchanges, Exchange, i));
            record_end(writer);
        }
    }
}
