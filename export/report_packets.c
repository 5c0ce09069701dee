/* export/report_packets.c - RTP packets one by one, with the columns of Wireshark's RTP stream
 * analysis, which tshark does not have. Read again from the capture, stream after stream. */
#include "export/reports.h"
#include "export/selection.h"
#include "export/stream_packets.h"
#include "export/table.h"
#include <math.h>

static const TableColumn columns[] = {
    { .name = "packet", .title = "Packet", .right = true },
    { .name = "stream", .title = "Stream", .right = true },
    { .name = "ssrc" },
    { .name = "time", .title = "Time" },
    { .name = "sequence", .title = "Sequence", .right = true },
    { .name = "timestamp", .title = "Timestamp", .right = true, .rank = 1 },
    { .name = "delta_ms", .title = "Delta", .right = true },
    { .name = "jitter_ms", .title = "Jitter", .right = true },
    { .name = "skew_ms", .title = "Skew", .right = true },
    { .name = "bandwidth_kbps", .title = "kbit/s", .right = true },
    { .name = "marker", .title = "M" },
    { .name = "payload_type", .title = "PT", .right = true },
    { .name = "octets", .title = "Octets", .right = true, .rank = 2 },
    { .name = "status", .title = "Status" },
};

static GArray *selected_streams(const ReportContext *context)
{
    const MediaTracker *media = context->model->media;
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (unsigned i = 0; i < media_tracker_count(media); i++) {
        const Stream *stream = media_tracker_at(media, i);
        if (stream && selects_number(context, stream->call))
            g_array_append_val(numbers, stream->number);
    }
    return numbers;
}

/* What cannot be read again was told when it was captured. */
static void read_packets(const ReportContext *context, const StreamPacketsReader *reader)
{
    g_autoptr(GArray) numbers = selected_streams(context);

    if (!context->capture || numbers->len == 0)
        return;
    StreamPackets *packets = stream_packets_new(
        context->model, (const uint32_t *)(const void *)numbers->data, numbers->len);
    stream_packets_read(packets, capture_store(context->capture), reader, NULL);
    stream_packets_free(packets, context->model);
}

typedef struct {
    const ReportContext *context;
    Table *table;         /* or */
    RecordWriter *writer; /* NULL: none */
} Output;

static void format_ssrc(const Output *output, uint32_t stream, char ssrc[16])
{
    g_snprintf(ssrc, 16, "0x%08x", model_stream(output->context->model, stream)->key.ssrc);
}

static bool add_row(uint32_t stream, const PacketRow *row, void *data)
{
    const Output *output = data;
    Table *table = output->table;
    g_autoptr(GString) status = g_string_new(NULL);
    unsigned digits = output->context->format == REPORT_CSV ? 6 : 3;
    char ssrc[16];

    format_ssrc(output, stream, ssrc);
    packet_status_append(status, row);
    table_uint(table, row->number);
    table_uint(table, stream);
    table_text(table, ssrc);
    table_time(table, row->time_ns);
    table_uint(table, row->seq);
    table_uint(table, row->ts_ticks);
    table_double(table, row->delta_ns == TIME_UNKNOWN ? NAN : (double)row->delta_ns / 1e6, digits);
    table_double(table, row->jitter_ms, digits);
    table_double(table, row->skew_ms, digits);
    table_double(table, row->bandwidth_kbps, 2);
    table_text(table, row->marker ? "SET" : NULL);
    table_uint(table, row->payload_type);
    table_uint(table, row->payload_octets);
    table_text(table, status->len ? status->str : "ok");
    table_end_row(table);
    return true;
}

static void rows(Table *table, const ReportContext *context)
{
    Output output = { .context = context, .table = table };
    read_packets(context, &(StreamPacketsReader){ .packet = add_row, .context = &output });
}

static const TableSource packets_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No RTP packets.",
    .rows = rows,
};

void report_packets_print(const ReportContext *context, FILE *file)
{
    table_print(&packets_table, context, file);
}

static bool write_record(uint32_t stream, const PacketRow *row, void *data)
{
    const Output *output = data;
    JsonWriter *json = record_begin(output->writer);
    g_autoptr(GString) status = g_string_new(NULL);
    char ssrc[16];

    format_ssrc(output, stream, ssrc);
    packet_status_append(status, row);
    json_uint(json, "packet", row->number);
    json_uint(json, "stream", stream);
    json_string(json, "ssrc", ssrc);
    json_time(json, "time", row->time_ns);
    json_uint(json, "sequence", row->seq);
    json_uint(json, "timestamp", row->ts_ticks);
    json_milliseconds(json, "delta_ms", row->delta_ns);
    json_double(json, "jitter_ms", row->jitter_ms, 6);
    json_double(json, "skew_ms", row->skew_ms, 6);
    json_double(json, "bandwidth_kbps", row->bandwidth_kbps, 2);
    json_bool(json, "marker", row->marker);
    json_uint(json, "payload_type", row->payload_type);
    json_uint(json, "octets", row->payload_octets);
    json_uint(json, "lost_before", row->lost_before);
    json_string(json, "status", status->len ? status->str : "ok");
    record_end(output->writer);
    return true;
}

void report_packets_records(const ReportContext *context, RecordWriter *writer)
{
    Output output = { .context = context, .writer = writer };
    read_packets(context, &(StreamPacketsReader){ .packet = write_record, .context = &output });
}
