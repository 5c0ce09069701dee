/* export/report_fax.c - faxes: who sent how many pages, what was lost, why it failed. */
#include "export/reports.h"
#include "export/selection.h"
#include "export/table.h"

static const TableColumn columns[] = {
    { .name = "id", .title = "#", .right = true },
    { .name = "call", .title = "Call", .right = true },
    { .name = "carrier", .title = "Over" },
    { .name = "result", .title = "Result" },
    { .name = "pages", .title = "Pages", .right = true },
    { .name = "pages_confirmed", .title = "OK", .right = true },
    { .name = "sender_identity", .title = "Sender", .shrink = 8 },
    { .name = "receiver_identity", .title = "Receiver", .shrink = 8 },
    { .name = "modem", .title = "Modem", .rank = 4 },
    { .name = "rate_bps", .title = "bit/s", .right = true, .rank = 3 },
    { .name = "ecm", .title = "ECM", .rank = 6 },
    { .name = "coding", .title = "Coding", .rank = 5 },
    { .name = "resolution", .title = "dpi", .rank = 7 },
    { .name = "packets", .title = "Packets", .right = true, .rank = 2 },
    { .name = "lost", .title = "Lost", .right = true },
    { .name = "recovered", .title = "Repaired", .right = true },
    { .name = "start_time", .title = "Start", .rank = 8 },
    { .name = "end_time" },
    { .name = "reason", .title = "Why", .shrink = 12 },
};

typedef struct {
    uint64_t packets, recovered, lost;
} Totals;

static Totals totals_of(const FaxTracker *faxes, const FaxSession *session)
{
    Totals totals = { 0 };

    for (unsigned side = 0; side < FAX_SIDES; side++) {
        const FaxStream *stream = fax_tracker_stream(faxes, session->number, side);
        if (!stream)
            continue;
        const UdptlCounts *counts = udptl_receiver_counts(stream->receiver);
        totals.packets += counts->packets;
        totals.recovered += counts->copies + counts->parities;
        totals.lost += counts->lost;
    }
    return totals;
}

/* The document goes from whoever sent pages, or DCS or TSI, to the other; side 0 when none did. */
static unsigned sender_of(const FaxSession *session)
{
    if (session->pages->len)
        return g_array_index(session->pages, FaxPage, 0).side;
    for (unsigned i = 0; i < session->events->len; i++) {
        const FaxEvent *event = &g_array_index(session->events, FaxEvent, i);
        if (event->kind == FAX_FRAME && !event->bad) {
            if (event->code == T30_DCS || event->code == T30_TSI)
                return event->side;
            if (event->code == T30_DIS || event->code == T30_CSI)
                return !event->side;
        }
    }
    return 0;
}

static bool is_over(const Model *model, const FaxSession *session)
{
    const Call *call = model_call(model, session->call);

    return model->ended ||
           (call && call_state_is_final(call_state(call, model->clock_ns, model->ended)));
}

static const char *identity_of(const FaxSession *session, unsigned side)
{
    return session->identity[side][0] ? session->identity[side] : NULL;
}

static void terms_cells(Table *table, const T30Terms *terms)
{
    bool known = terms->width > 0;
    g_autofree char *resolution =
        known ? g_strdup_printf("%ux%u", terms->x_dpi, terms->y_dpi) : NULL;

    table_text(table, t30_modem_name(terms->modem));
    table_uint_if(table, terms->rate_bps > 0, terms->rate_bps);
    table_text(table, !known ? NULL : terms->ecm ? "yes" : "no");
    table_text(table, known ? t30_coding_name(terms->coding) : NULL);
    table_text(table, resolution);
}

static void fax_row(Table *table, const ReportContext *context, const FaxSession *session)
{
    g_autofree char *reason = NULL;
    FaxResult result = fax_session_result(session, is_over(context->model, session), &reason);
    unsigned sender = sender_of(session);
    Totals totals = totals_of(context->model->faxes, session);
    bool over_udptl = session->carrier == FAX_OVER_T38;

    table_uint(table, session->number);
    table_uint_if(table, session->call, session->call);
    table_text(table, fax_carrier_name(session->carrier));
    table_text(table, fax_result_name(result));
    table_uint(table, session->pages->len);
    table_uint(table, fax_session_pages_ok(session));
    table_text(table, identity_of(session, sender));
    table_text(table, identity_of(session, !sender));
    terms_cells(table, &session->terms);
    table_uint_if(table, over_udptl, totals.packets);
    table_uint_if(table, over_udptl, totals.lost);
    table_uint_if(table, over_udptl, totals.recovered);
    table_time(table, session->first_ns);
    table_time(table, session->last_ns);
    table_text(table, reason);
    table_end_row(table);
}

/* NULL at the end. */
static const FaxSession *next_session(const ReportContext *context, uint32_t *number)
{
    const FaxTracker *faxes = context->model->faxes;

    while (++*number <= fax_tracker_last(faxes)) {
        const FaxSession *session = fax_tracker_session(faxes, *number);
        if (session && selects_number(context, session->call))
            return session;
    }
    return NULL;
}

static void rows(Table *table, const ReportContext *context)
{
    const FaxSession *session;
    uint32_t number = 0;

    while ((session = next_session(context, &number)))
        fax_row(table, context, session);
}

static const TableSource fax_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No faxes. Those inside G.711 are found with --fax.",
    .rows = rows,
};

void report_fax_print(const ReportContext *context, FILE *file)
{
    table_print(&fax_table, context, file);
}

/* --- JSON --- */

static const char *side_name(const FaxSession *session, unsigned side)
{
    if (!session->call)
        return NULL;
    return session->from_caller[side] ? "caller" : "callee";
}

static void write_counts(JsonWriter *json, const FaxStream *stream)
{
    const UdptlCounts *counts;

    if (!stream) {
        json_null(json, "udptl");
        return;
    }
    counts = udptl_receiver_counts(stream->receiver);
    json_begin_object(json, "udptl");
    json_uint(json, "packets", counts->packets);
    json_uint(json, "lost", counts->lost);
    json_uint(json, "recovered_by_copies", counts->copies);
    json_uint(json, "recovered_by_parity", counts->parities);
    json_uint(json, "duplicates", counts->duplicates);
    json_uint(json, "reordered", counts->reordered);
    json_uint(json, "sequence_jumps", counts->jumps);
    json_uint(json, "malformed", stream->malformed + counts->oversized);
    json_end_object(json);
}

static void write_side(JsonWriter *json, const FaxTracker *faxes, const FaxSession *session,
                       unsigned side)
{
    const T30Abilities *abilities = &session->abilities[side];

    json_begin_object(json, NULL);
    json_string(json, "party", side_name(session, side));
    json_bool(json, "sends_document", sender_of(session) == side);
    json_endpoint(json, "source", session->ends[side]);
    json_endpoint(json, "destination", session->targets[side]);
    json_string(json, "identity", identity_of(session, side));
    json_uint_if(json, "highest_rate_bps", abilities->rate_bps, abilities->rate_bps);
    write_counts(json, fax_tracker_stream(faxes, session->number, side));
    json_end_object(json);
}

static void write_terms(JsonWriter *json, const T30Terms *terms)
{
    bool known = terms->width > 0;

    json_string(json, "modem", t30_modem_name(terms->modem));
    json_uint_if(json, "rate_bps", terms->rate_bps, terms->rate_bps);
    if (known)
        json_bool(json, "ecm", terms->ecm);
    else
        json_null(json, "ecm");
    json_string(json, "coding", known ? t30_coding_name(terms->coding) : NULL);
    json_uint_if(json, "width", known, terms->width);
    json_uint_if(json, "x_dpi", known, terms->x_dpi);
    json_uint_if(json, "y_dpi", known, terms->y_dpi);
    json_string(json, "paper", terms->paper);
}

static const char *signal_or_null(T30Signal signal)
{
    return signal == T30_NONE ? NULL : t30_signal_name(signal);
}

static void write_page(JsonWriter *json, const FaxSession *session, const FaxPage *page)
{
    bool ecm = page->terms.ecm;

    json_begin_object(json, NULL);
    json_uint(json, "number", page->number);
    json_string(json, "sender", side_name(session, page->side));
    json_time(json, "start_time", page->begin_ns);
    json_time(json, "end_time", page->end_ns);
    write_terms(json, &page->terms);
    json_uint(json, "octets", page->octets);
    json_uint_if(json, "ecm_frames", ecm, page->frames);
    json_uint_if(json, "ecm_missing", ecm, page->missing);
    json_uint_if(json, "ecm_repeated", ecm, page->repeated);
    json_uint_if(json, "lost_packets", session->carrier == FAX_OVER_T38, page->lost);
    json_string(json, "command", signal_or_null(page->command));
    json_string(json, "answer", signal_or_null(page->answer));
    json_end_object(json);
}

static void write_event(JsonWriter *json, const FaxSession *session, const FaxEvent *event)
{
    bool frame = event->kind == FAX_FRAME;
    g_autofree char *label = fax_event_label(event);

    json_begin_object(json, NULL);
    json_time(json, "time", event->time_ns);
    json_uint(json, "side", event->side);
    json_string(json, "party", side_name(session, event->side));
    json_string(json, "kind", fax_event_kind_name(event->kind));
    json_string(json, "signal", frame ? signal_or_null((T30Signal)event->code) : NULL);
    json_string(json, "label", label);
    json_string(json, "meaning",
                frame && event->code ? t30_signal_meaning((T30Signal)event->code) : NULL);
    json_bool(json, "damaged", event->bad);
    json_uint(json, "count", event->count);
    json_end_object(json);
}

static void write_lists(JsonWriter *json, const FaxTracker *faxes, const FaxSession *session)
{
    json_begin_array(json, "sides");
    for (unsigned side = 0; side < FAX_SIDES; side++)
        write_side(json, faxes, session, side);
    json_end_array(json);
    json_begin_array(json, "pages");
    for (unsigned i = 0; i < session->pages->len; i++)
        write_page(json, session, &g_array_index(session->pages, FaxPage, i));
    json_end_array(json);
    json_begin_array(json, "events");
    for (unsigned i = 0; i < session->events->len; i++)
        write_event(json, session, &g_array_index(session->events, FaxEvent, i));
    json_end_array(json);
    json_uint(json, "events_left_out", session->events_left_out);
    json_begin_array(json, "anomalies");
    for (unsigned i = 0; i < ANOMALY_COUNT; i++)
        if (anomaly_has(&session->anomalies, (Anomaly)i))
            json_string(json, NULL, anomaly_name((Anomaly)i));
    json_end_array(json);
}

static void write_session(JsonWriter *json, const ReportContext *context, const FaxSession *session)
{
    g_autofree char *reason = NULL;
    FaxResult result = fax_session_result(session, is_over(context->model, session), &reason);

    json_uint(json, "id", session->number);
    json_uint_if(json, "call", session->call, session->call);
    json_string(json, "carrier", fax_carrier_name(session->carrier));
    json_string(json, "result", fax_result_name(result));
    json_string(json, "reason", reason);
    json_uint(json, "pages_confirmed", fax_session_pages_ok(session));
    json_time(json, "start_time", session->first_ns);
    json_time(json, "end_time", session->last_ns);
    write_terms(json, &session->terms);
    json_uint(json, "damaged_frames", session->bad_frames);
    json_uint(json, "unknown_frames", session->odd_frames);
    write_lists(json, context->model->faxes, session);
}

void report_fax_records(const ReportContext *context, RecordWriter *writer)
{
    const FaxSession *session;
    uint32_t number = 0;

    while ((session = next_session(context, &number))) {
        write_session(record_begin(writer), context, session);
        record_end(writer);
    }
}
