/* export/report_msrp.c - MSRP sessions: who sent how much, what was answered, which files. */
#include "dissect/call/msrp_file.h"
#include "dissect/call/msrp_match.h"
#include "export/msrp_hash.h"
#include "export/msrp_label.h"
#include "export/reports.h"
#include "export/selection.h"
#include "export/table.h"
#include <math.h>

#define MISSING_MAX 100u /* ranges of a file that are told */

static const TableColumn columns[] = {
    { .name = "id", .title = "#", .right = true },
    { .name = "call", .title = "Call", .right = true },
    { .name = "transport", .title = "Over", .rank = 5 },
    { .name = "source", .title = "Source", .shrink = 21, .rank = 4 },
    { .name = "destination", .title = "Destination", .shrink = 21, .rank = 4 },
    { .name = "source_uri" },
    { .name = "destination_uri" },
    { .name = "relays" },
    { .name = "messages_sent", .title = "Sent", .right = true },
    { .name = "messages_received", .title = "Received", .right = true },
    { .name = "bytes_sent", .title = "Bytes", .right = true, .rank = 2 },
    { .name = "bytes_received", .title = "Bytes back", .right = true, .rank = 3 },
    { .name = "chunks" },
    { .name = "files", .title = "Files", .right = true },
    { .name = "reports", .title = "Reports", .right = true, .rank = 1 },
    { .name = "failures", .title = "Failures", .right = true },
    { .name = "unanswered", .title = "Unanswered", .right = true },
    { .name = "response_ms", .title = "Response", .right = true },
    { .name = "start_time", .title = "Start", .rank = 6 },
    { .name = "end_time" },
};

/* NULL at the end. */
static const MsrpSession *next_session(const ReportContext *context, uint32_t *number)
{
    const MsrpTracker *tracker = context->model->msrp;

    while (++*number <= msrp_tracker_last(tracker)) {
        const MsrpSession *session = msrp_tracker_session(tracker, *number);
        if (session && selects_number(context, session->call))
            return session;
    }
    return NULL;
}

static int64_t mean_response(const MsrpSession *session)
{
    return session->responses_timed ? session->response_sum_ns / (int64_t)session->responses_timed
                                    : TIME_UNKNOWN;
}

static const char *uri_of(const MsrpSession *session, unsigned side)
{
    return session->uris[side][0] ? session->uris[side] : NULL;
}

static void session_row(Table *table, const Model *model, const MsrpSession *session)
{
    const MsrpCounts *sent = &session->counts[0], *back = &session->counts[1];

    table_uint(table, session->number);
    table_uint_if(table, session->call, session->call);
    table_text(table, msrp_session_transport(session));
    table_endpoint(table, session->ends[0]);
    table_endpoint(table, session->ends[1]);
    table_text(table, uri_of(session, 0));
    table_text(table, uri_of(session, 1));
    table_uint(table, session->relays);
    table_uint(table, sent->messages);
    table_uint(table, back->messages);
    table_uint(table, sent->bytes);
    table_uint(table, back->bytes);
    table_uint(table, sent->chunks + back->chunks);
    table_uint(table, msrp_session_files(model, session));
    table_uint(table, sent->requests[MSRP_REPORT] + back->requests[MSRP_REPORT]);
    table_uint(table, msrp_session_failures(session));
    table_uint(table, msrp_session_unanswered(session));
    table_ms(table, mean_response(session));
    table_time(table, session->first_ns);
    table_time(table, session->last_ns);
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    const MsrpSession *session;
    uint32_t number = 0;

    while ((session = next_session(context, &number)))
        session_row(table, context->model, session);
}

static const TableSource msrp_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No MSRP sessions.",
    .rows = rows,
};

void report_msrp_print(const ReportContext *context, FILE *file)
{
    table_print(&msrp_table, context, file);
}

/* --- JSON --- */

bool report_msrp_any(const ReportContext *context)
{
    uint32_t number = 0;

    return next_session(context, &number) != NULL;
}

static const char *party_name(const MsrpSession *session, unsigned side)
{
    return !session->call ? NULL : session->from_caller[side] ? "caller" : "callee";
}

static void write_end(JsonWriter *json, const MsrpSession *session, unsigned side)
{
    const MsrpCounts *counts = &session->counts[side];

    json_begin_object(json, NULL);
    json_string(json, "party", party_name(session, side));
    json_endpoint(json, "endpoint", session->ends[side]);
    json_string(json, "uri", uri_of(session, side));
    json_uint(json, "messages", counts->messages);
    json_uint(json, "chunks", counts->chunks);
    json_uint(json, "bytes", counts->bytes);
    json_begin_object(json, "requests");
    for (unsigned i = 0; i < MSRP_METHODS; i++) {
        const char *name = msrp_method_name((MsrpMethod)i);
        if (counts->requests[i])
            json_uint(json, name ? name : "other", counts->requests[i]);
    }
    json_end_object(json);
    json_uint(json, "unanswered", counts->expected - counts->answered);
    json_uint(json, "success_reports", counts->delivered);
    json_uint(json, "failure_reports", counts->undelivered);
    json_end_object(json);
}

static void write_responses(JsonWriter *json, const MsrpSession *session)
{
    bool timed = session->responses_timed > 0;

    json_begin_array(json, "responses");
    for (unsigned i = 0; i < session->status_count; i++) {
        json_begin_object(json, NULL);
        json_uint_if(json, "status", session->statuses[i].status, session->statuses[i].status);
        json_uint(json, "count", session->statuses[i].count);
        json_end_object(json);
    }
    json_end_array(json);
    json_begin_object(json, "response_ms");
    json_milliseconds(json, "min", timed ? session->response_min_ns : TIME_UNKNOWN);
    json_milliseconds(json, "mean", mean_response(session));
    json_milliseconds(json, "max", timed ? session->response_max_ns : TIME_UNKNOWN);
    json_end_object(json);
}

static void write_types(JsonWriter *json, const MsrpSession *session)
{
    json_begin_array(json, "content_types");
    for (unsigned i = 0; i < session->type_count; i++) {
        json_begin_object(json, NULL);
        json_string(json, "type", session->types[i].type);
        json_uint(json, "messages", session->types[i].messages);
        json_end_object(json);
    }
    json_end_array(json);
}

static const char *direction_name(const MsrpTerms *terms)
{
    return sdp_direction_name(terms->direction);
}

static void write_terms(JsonWriter *json, const MsrpTerms *terms)
{
    json_begin_object(json, NULL);
    json_string(json, "party", terms->party == PARTY_CALLER ? "caller" : "callee");
    json_bool(json, "offer", terms->is_offer);
    json_string(json, "protocol", terms->protocol);
    if (terms->endpoint.port)
        json_endpoint(json, "endpoint", terms->endpoint);
    else
        json_null(json, "endpoint");
    json_string(json, "path", terms->path);
    json_string(json, "setup", terms->setup);
    json_string(json, "direction", direction_name(terms));
    json_string(json, "accept_types", terms->accept_types);
    json_string(json, "accept_wrapped_types", terms->accept_wrapped_types);
    json_uint_if(json, "max_size", terms->max_size, terms->max_size);
    json_bool(json, "cema", terms->cema);
    json_string(json, "file_selector", terms->file_selector);
    json_string(json, "file_transfer_id", terms->file_transfer_id);
    json_string(json, "file_disposition", terms->file_disposition);
    json_end_object(json);
}

static void write_description(JsonWriter *json, const Model *model, const MsrpSession *session)
{
    const Call *call = model_call(model, session->call);

    json_begin_array(json, "description");
    for (unsigned party = 0; call && party < PARTIES; party++) {
        const MsrpTerms *terms = msrp_terms_of(call, session->line, (Party)party);
        if (terms)
            write_terms(json, terms);
    }
    json_end_array(json);
}

/* What of the content did not come, as [first, last] counted from 1, as in Byte-Range. */
static void write_missing(JsonWriter *json, const MsrpContent *content)
{
    uint64_t next = 0;
    unsigned told = 0;

    json_begin_array(json, "missing");
    for (unsigned i = 0; i <= msrp_span_count(content) && told < MISSING_MAX; i++) {
        bool last = i == msrp_span_count(content);
        MsrpSpan span = last ? (MsrpSpan){ content->size == MSRP_UNKNOWN ? next : content->size, 0 }
                             : msrp_span(content, i);
        if (span.begin > next) {
            json_begin_array(json, NULL);
            json_uint(json, NULL, next + 1);
            json_uint(json, NULL, span.begin);
            json_end_array(json);
            told++;
        }
        next = span.end;
    }
    json_end_array(json);
}

static PacketStore *store_of(const ReportContext *context)
{
    return context->capture ? capture_store(context->capture) : NULL;
}

static void write_file(JsonWriter *json, const ReportContext *context, const MsrpSession *session,
                       const MsrpEvent *event)
{
    g_auto(MsrpFile) file = { 0 };
    g_auto(MsrpReading) reading = { 0 };

    if (!msrp_file_of(context->model, session, event, &file)) {
        json_null(json, "file");
        return;
    }
    msrp_reading_init(&reading, event, false);
    MsrpHashResult result = msrp_hash_check(store_of(context), &reading, &file);
    g_autofree char *hash = msrp_hash_text(&file);
    json_begin_object(json, "file");
    json_string(json, "name", file.name);
    json_uint_if(json, "size", file.size != MSRP_UNKNOWN, file.size);
    json_uint(json, "received", file.received);
    json_uint_if(json, "announced_size", file.announced != MSRP_UNKNOWN, file.announced);
    json_string(json, "transfer_id", file.transfer_id);
    json_string(json, "hash_function", file.hash_function);
    json_string(json, "hash", hash);
    if (result == MSRP_HASH_UNKNOWN)
        json_null(json, "hash_matches");
    else
        json_bool(json, "hash_matches", result == MSRP_HASH_MATCHES);
    json_end_object(json);
}

static void write_content(JsonWriter *json, const MsrpContent *content)
{
    bool sized = content->size != MSRP_UNKNOWN;

    json_begin_object(json, "content");
    json_string(json, "type", content->type);
    json_bool(json, "cpim", content->in_cpim);
    json_string(json, "summary", content->note);
    json_string(json, "state", msrp_content_state_name(msrp_content_state(content)));
    json_uint_if(json, "size", sized, content->size);
    json_uint(json, "received", content->received);
    write_missing(json, content);
    json_uint(json, "chunks", content->chunks);
    json_end_object(json);
}

static void write_event(JsonWriter *json, const ReportContext *context, const MsrpSession *session,
                        const MsrpEvent *event)
{
    const MsrpContent *content = event->content;
    g_autofree char *label = msrp_event_label(context->model, session, event);

    json_begin_object(json, NULL);
    json_time(json, "time", event->first_ns);
    json_time(json, "end_time", event->last_ns);
    json_uint(json, "frame", event->frame);
    json_uint(json, "from", event->side);
    json_string(json, "label", label);
    json_string(json, "method", msrp_event_method(event));
    json_uint_if(json, "status", event->status, event->status);
    json_string(json, "message_id", event->message_id);
    if (content)
        write_content(json, content);
    else
        json_null(json, "content");
    json_uint_if(json, "response", content && content->answer, content ? content->answer : 0);
    json_milliseconds(json, "response_ms", content ? content->response_ns : TIME_UNKNOWN);
    json_uint_if(json, "report", content && content->report, content ? content->report : 0);
    write_file(json, context, session, event);
    json_end_object(json);
}

static void write_lists(JsonWriter *json, const ReportContext *context, const MsrpSession *session)
{
    json_begin_array(json, "messages");
    for (unsigned i = 0; i < session->events->len; i++)
        write_event(json, context, session, msrp_event(session, i));
    json_end_array(json);
    json_uint(json, "messages_left_out", session->events_left_out);
    json_begin_array(json, "anomalies");
    for (unsigned i = 0; i < ANOMALY_COUNT; i++)
        if (anomaly_has(&session->anomalies, (Anomaly)i))
            json_string(json, NULL, anomaly_name((Anomaly)i));
    json_end_array(json);
}

static void write_session(JsonWriter *json, const ReportContext *context,
                          const MsrpSession *session)
{
    json_uint(json, "id", session->number);
    json_uint_if(json, "call", session->call, session->call);
    json_string(json, "transport", msrp_session_transport(session));
    json_time(json, "start_time", session->first_ns);
    json_time(json, "end_time", session->last_ns);
    json_uint(json, "relays", session->relays);
    json_uint(json, "connections", session->connection_count);
    json_begin_array(json, "ends");
    for (unsigned side = 0; side < MSRP_ENDS; side++)
        write_end(json, session, side);
    json_end_array(json);
    write_responses(json, session);
    write_types(json, session);
    write_description(json, context->model, session);
    write_lists(json, context, session);
}

void report_msrp_records(const ReportContext *context, RecordWriter *writer)
{
    const MsrpSession *session;
    uint32_t number = 0;

    while ((session = next_session(context, &number))) {
        write_session(record_begin(writer), context, session);
        record_end(writer);
    }
}
