#include "export/packet_csv.h"
#include "export/escape.h"
#include <math.h>

const char *packet_csv_head(void)
{
    return "packet,stream,ssrc,time,sequence,timestamp,delta_ms,jitter_ms,skew_ms,bandwidth_kbps,"
           "marker,payload_type,octets,status\r\n";
}

static void append_real(GString *out, double value, const char *format)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (!isnan(value))
        g_string_append(out, g_ascii_formatd(text, sizeof text, format, value));
    g_string_append_c(out, ',');
}

void packet_csv_append(GString *out, uint32_t stream, uint32_t ssrc, const PacketRow *row)
{
    g_autoptr(GString) status = g_string_new(NULL);
    char time[TIME_TEXT_SIZE];

    g_string_append_printf(out, "%" G_GUINT64_FORMAT ",%u,0x%08x,%s,%u,%u,", row->number, stream,
                           ssrc, time_format_rfc3339(row->time_ns, time, sizeof time), row->seq,
                           row->ts_ticks);
    append_real(out, row->delta_ns == TIME_UNKNOWN ? NAN : (double)row->delta_ns / NS_PER_MS,
                "%.6f");
    append_real(out, row->jitter_ms, "%.6f");
    append_real(out, row->skew_ms, "%.6f");
    append_real(out, row->bandwidth_kbps, "%.2f");
    packet_status_append(status, row);
    g_string_append_printf(out, "%s,%u,%u,", row->marker ? "SET" : "", row->payload_type,
                           row->payload_octets);
    escape_csv(out, status->len ? status->str : "ok");
    g_string_append(out, "\r\n");
}
