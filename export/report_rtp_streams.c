/* export/report_rtp_streams.c - RTP streams in the columns of tshark's "-z rtp,streams", under its
 * names and in its order, for scripts that read those. The figures are rung's: docs/guide.md says
 * which differ from Wireshark's, and why. */
#include "dissect/call/model.h"
#include "export/reports.h"
#include "export/selection.h"
#include "export/table.h"
#include <math.h>

static const TableColumn columns[] = {
    { "Start time", "Start time", .right = true },
    { "End time", "End time", .right = true },
    { "Src IP addr", "Src IP addr", .shrink = 15 },
    { "Port", "Port", .right = true },
    { "Dest IP addr", "Dest IP addr", .shrink = 15 },
    { "Port", "Port", .right = true },
    { .name = "SSRC", .title = "SSRC" },
    { "Payload", "Payload", .shrink = 8 },
    { "Pkts", "Pkts", .right = true },
    { "Lost", "Lost", .right = true },
    { "Min Delta(ms)", "Min Delta(ms)", .right = true },
    { "Mean Delta(ms)", "Mean Delta(ms)", .right = true },
    { "Max Delta(ms)", "Max Delta(ms)", .right = true },
    { "Min Jitter(ms)", "Min Jitter(ms)", .right = true },
    { "Mean Jitter(ms)", "Mean Jitter(ms)", .right = true },
    { "Max Jitter(ms)", "Max Jitter(ms)", .right = true },
    { .name = "Problems?", .title = "Problems?" },
};

static void seconds_cell(Table *table, const ReportContext *context, int64_t time_ns)
{
    table_double(table, (double)time_between(context->model->facts.first_ns, time_ns) / NS_PER_S,
                 6);
}

static void address_cells(Table *table, Endpoint endpoint)
{
    char text[ENDPOINT_TEXT_SIZE];

    table_text(table, ip_format(endpoint.ip, text, sizeof text));
    table_uint(table, endpoint.port);
}

/* The names of all payload types, in order of appearance. */
static void payload_cell(Table *table, const Stream *stream, const StreamReport *report)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (unsigned i = 0; i < report->payload_type_count; i++) {
        const PayloadFormat *format = payload_lookup(stream->payloads, report->payload_types[i]);
        if (i)
            g_string_append(names, ", ");
        if (format && format->encoding)
            g_string_append(names, format->encoding);
        else
            g_string_append_printf(names, "RTPType-%u", report->payload_types[i]);
    }
    table_text(table, names->str);
}

static void lost_cell(Table *table, const StreamReport *report)
{
    char text[48];

    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT " (%.1f%%)", report->lost,
               isnan(report->lost_percent) ? 0 : report->lost_percent);
    table_text(table, text);
}

static void stream_row(Table *table, const ReportContext *context, const Stream *stream)
{
    StreamReport report;
    char ssrc[16];

    stream_report(stream, &report);
    g_snprintf(ssrc, sizeof ssrc, "0x%08X", stream->key.ssrc);
    seconds_cell(table, context, report.first_ns);
    seconds_cell(table, context, report.last_ns);
    address_cells(table, stream->key.source);
    address_cells(table, stream->key.destination);
    table_text(table, ssrc);
    payload_cell(table, stream, &report);
    table_uint(table, report.packets);
    lost_cell(table, &report);
    table_double(table, report.delta_min_ms, 3);
    table_double(table, report.delta_mean_ms, 3);
    table_double(table, report.delta_max_ms, 3);
    table_double(table, report.jitter_min_ms, 3);
    table_double(table, report.jitter_mean_ms, 3);
    table_double(table, report.jitter_max_ms, 3);
    bool problems = report.lost || report.duplicates || report.reordered || report.restarts ||
                    report.timestamp_jumps;
    table_text(table, problems ? "X" : NULL);
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    const MediaTracker *media = context->model->media;

    for (unsigned i = 0; i < media_tracker_count(media); i++) {
        const Stream *stream = media_tracker_at(media, i);
        if (stream && selects_number(context, stream->call))
            stream_row(table, context, stream);
    }
}

static const TableSource rtp_streams_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No RTP streams.",
    .rows = rows,
};

void report_rtp_streams_print(const ReportContext *context, FILE *file)
{
    table_print(&rtp_streams_table, context, file);
}

void report_rtp_streams_records(const ReportContext *context, RecordWriter *writer)
{
    report_streams_records(context, writer);
}
