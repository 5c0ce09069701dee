/* export/report_ladder.c - the ladder of each call below a heading that says how it went. */
#include "export/body_fields.h"
#include "export/call_heading.h"
#include "export/escape.h"
#include "export/ladder.h"
#include "export/msrp_label.h"
#include "export/msrp_read.h"
#include "export/reports.h"
#include "export/save.h"
#include "export/selection.h"
#include "export/table.h"

static Ladder *ladder_of(const ReportContext *context, const Call *call)
{
    LadderOptions options = { .streams = true, .names = context->names };
    return ladder_new(context->model, &call->number, 1, &options);
}

static void print_text(const ReportContext *context, const Call *call, FILE *file)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Ladder) ladder = ladder_of(context, call);

    call_heading(text, context->model, call, context->utf8);
    g_string_append_c(text, '\n');
    ladder_print(ladder, LADDER_TIME_OF_DAY, context->utf8, context->width, text);
    fwrite(text->str, 1, text->len, file);
}

static const TableColumn columns[] = {
    { .name = "call" }, { .name = "time" },           { .name = "from" },   { .name = "to" },
    { .name = "kind" }, { .name = "label" },          { .name = "method" }, { .name = "status" },
    { .name = "cseq" }, { .name = "retransmission" },
};

static Endpoint column_endpoint(const Ladder *ladder, unsigned column)
{
    return g_array_index(ladder->columns, LadderColumn, column).endpoint;
}

static const MsrpEvent *msrp_of_row(const Model *model, const LadderRow *row)
{
    const MsrpSession *session =
        row->kind == LADDER_MSRP ? msrp_tracker_session(model->msrp, row->index) : NULL;

    return session ? msrp_event(session, row->item) : NULL;
}

/* Of a SIP message, of a response that of its request; or of MSRP. */
static const char *row_method(const Model *model, const LadderRow *row)
{
    const MsrpEvent *event = msrp_of_row(model, row);

    if (row->kind == LADDER_MESSAGE)
        return sip_method_name((SipMethod)row->method);
    return event ? msrp_event_method(event) : NULL;
}

static void row_cells(Table *table, const Model *model, const Ladder *ladder, const LadderRow *row)
{
    bool message = row->kind == LADDER_MESSAGE;

    table_uint(table, row->call);
    table_time(table, row->time_ns);
    table_endpoint(table, column_endpoint(ladder, row->from));
    table_endpoint(table, column_endpoint(ladder, row->to));
    table_text(table, ladder_kind_name(row->kind));
    table_text(table, row->label);
    table_text(table, row_method(model, row));
    table_uint_if(table, row->status, row->status);
    table_uint_if(table, message, row->cseq);
    table_uint(table, row->retransmission);
    table_end_row(table);
}

static void csv_rows(Table *table, const ReportContext *context)
{
    const Call *call;
    unsigned position = 0;

    while ((call = next_selected_call(context, &position))) {
        g_autoptr(Ladder) ladder = ladder_of(context, call);
        for (unsigned j = 0; j < ladder->rows->len; j++)
            row_cells(table, context->model, ladder, &g_array_index(ladder->rows, LadderRow, j));
    }
}

static const TableSource ladder_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .rows = csv_rows,
};

void report_ladder_print(const ReportContext *context, FILE *file)
{
    bool first = true;
    const Call *call;
    unsigned position = 0;

    if (context->format == REPORT_CSV) {
        table_print(&ladder_table, context, file);
        return;
    }
    while (!ferror(file) && (call = next_selected_call(context, &position))) {
        if (!first)
            fputc('\n', file);
        print_text(context, call, file);
        first = false;
    }
    if (first)
        fputs("No calls.\n", file);
}

static void write_msrp_body(JsonWriter *json, const ReportContext *context, const MsrpEvent *event)
{
    PacketStore *store = context->capture ? capture_store(context->capture) : NULL;
    g_auto(MsrpReading) reading = { 0 };
    size_t length = 0;

    msrp_reading_init(&reading, event, true);
    g_autofree char *head = store ? msrp_read_head(store, &reading, &length, NULL) : NULL;
    json_begin_object(json, "body");
    json_string(json, "summary", event->content->note);
    if (head) {
        g_autoptr(GByteArray) data = msrp_read_beginning(store, &reading, MSRP_UNWRAP_MAX);
        g_autoptr(BodyReport) report =
            msrp_fields_of(slice_of(head, length), slice_of(data->data, data->len));
        json_body_report(json, "fields", report);
    } else {
        json_null(json, "fields");
    }
    json_end_object(json);
}

/* The fields of a body come from the message's text: only messages that have a note are read. */
static void write_body(JsonWriter *json, const ReportContext *context, const LadderRow *row)
{
    const Call *call = row->kind == LADDER_MESSAGE ? model_call(context->model, row->call) : NULL;
    const char *note = call ? call_message_note(call, row->index) : NULL;
    const MsrpEvent *event = msrp_of_row(context->model, row);
    size_t length = 0;

    if (event && event->content && event->content->note) {
        write_msrp_body(json, context, event);
        return;
    }
    if (!note) {
        json_null(json, "body");
        return;
    }
    g_autofree char *text = context->capture
                                ? message_read(capture_store(context->capture),
                                               &call->messages[row->index], &length, NULL)
                                : NULL;
    json_begin_object(json, "body");
    json_string(json, "summary", note);
    if (text)
        json_body_fields(json, "fields", slice_of(text, length));
    else
        json_null(json, "fields");
    json_end_object(json);
}

static void write_row(JsonWriter *json, const ReportContext *context, const LadderRow *row)
{
    bool message = row->kind == LADDER_MESSAGE;

    json_begin_object(json, NULL);
    json_string(json, "kind", ladder_kind_name(row->kind));
    json_time(json, "time", row->time_ns);
    json_uint(json, "from", row->from);
    json_uint(json, "to", row->to);
    json_string(json, "label", row->label);
    json_string(json, "method", row_method(context->model, row));
    json_uint_if(json, "status", row->status, row->status);
    json_uint_if(json, "cseq", message, row->cseq);
    json_bool(json, "retransmission", row->retransmission);
    json_uint_if(json, "stream", row->kind == LADDER_STREAM, row->index);
    json_uint_if(json, "fax", row->kind == LADDER_FAX || row->kind == LADDER_T38, row->index);
    write_body(json, context, row);
    if (row->kind == LADDER_MSRP) {
        json_uint(json, "msrp", row->index);
        json_uint(json, "item", row->item);
    }
    json_end_object(json);
}

static void write_ladder(JsonWriter *json, const ReportContext *context, const Ladder *ladder)
{
    json_begin_array(json, "columns");
    for (unsigned i = 0; i < ladder->columns->len; i++)
        json_endpoint(json, NULL, column_endpoint(ladder, i));
    json_end_array(json);
    json_begin_array(json, "rows");
    for (unsigned i = 0; i < ladder->rows->len; i++)
        write_row(json, context, &g_array_index(ladder->rows, LadderRow, i));
    json_end_array(json);
}

void report_ladder_records(const ReportContext *context, RecordWriter *writer)
{
    const Call *call;
    unsigned position = 0;

    while ((call = next_selected_call(context, &position))) {
        g_autoptr(Ladder) ladder = ladder_of(context, call);
        JsonWriter *json = record_begin(writer);
        json_uint(json, "call", call->number);
        write_ladder(json, context, ladder);
        record_end(writer);
    }
}
