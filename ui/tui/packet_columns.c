#include "ui/tui/packet_columns.h"
#include "dissect/base/clock.h"
#include "ui/tui/style.h"
#include <math.h>

static void append_uint(GString *out, uint64_t value)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, value);
}

static void append_real(GString *out, double value, int digits)
{
    if (!isnan(value))
        g_string_append_printf(out, "%.*f", digits, value);
}

static void number_format(const PacketRow *row, GString *out)
{
    append_uint(out, row->number);
}

static SortKey number_key(const PacketRow *row)
{
    return sort_key_number((int64_t)row->number);
}

static void time_format(const PacketRow *row, GString *out)
{
    char text[TIME_TEXT_SIZE];
    g_string_append(out, time_format_of_day(row->time_ns, 3, text, sizeof text));
}

static SortKey time_key(const PacketRow *row)
{
    return sort_key_number(row->time_ns);
}

static void sequence_format(const PacketRow *row, GString *out)
{
    append_uint(out, row->seq);
}

static SortKey sequence_key(const PacketRow *row)
{
    return sort_key_number(row->seq);
}

static void timestamp_format(const PacketRow *row, GString *out)
{
    append_uint(out, row->ts_ticks);
}

static SortKey timestamp_key(const PacketRow *row)
{
    return sort_key_number(row->ts_ticks);
}

static double delta_of(const PacketRow *row)
{
    return row->delta_ns == TIME_UNKNOWN ? NAN : (double)row->delta_ns / NS_PER_MS;
}

static void delta_format(const PacketRow *row, GString *out)
{
    append_real(out, delta_of(row), 2);
}

static SortKey delta_key(const PacketRow *row)
{
    return sort_key_real(delta_of(row));
}

static void jitter_format(const PacketRow *row, GString *out)
{
    append_real(out, row->jitter_ms, 2);
}

static SortKey jitter_key(const PacketRow *row)
{
    return sort_key_real(row->jitter_ms);
}

static void skew_format(const PacketRow *row, GString *out)
{
    append_real(out, row->skew_ms, 2);
}

static SortKey skew_key(const PacketRow *row)
{
    return sort_key_real(row->skew_ms);
}

static void bandwidth_format(const PacketRow *row, GString *out)
{
    append_real(out, row->bandwidth_kbps, 1);
}

static SortKey bandwidth_key(const PacketRow *row)
{
    return sort_key_real(row->bandwidth_kbps);
}

static void marker_format(const PacketRow *row, GString *out)
{
    if (row->marker)
        g_string_append(out, "SET");
}

static SortKey marker_key(const PacketRow *row)
{
    return sort_key_number(!row->marker);
}

static void type_format(const PacketRow *row, GString *out)
{
    append_uint(out, row->payload_type);
}

static SortKey type_key(const PacketRow *row)
{
    return sort_key_number(row->payload_type);
}

static void octets_format(const PacketRow *row, GString *out)
{
    append_uint(out, row->payload_octets);
}

static SortKey octets_key(const PacketRow *row)
{
    return sort_key_number(row->payload_octets);
}

static void status_format(const PacketRow *row, GString *out)
{
    if (row->status)
        packet_status_append(out, row);
    else
        g_string_append(out, "ok");
}

/* The worst first. */
static SortKey status_key(const PacketRow *row)
{
    return row->status ? sort_key_number((INT64_C(1) << 32) - row->status)
                       : sort_key_number(TIME_UNKNOWN);
}

unsigned packet_style(const PacketRow *row)
{
    const unsigned severe = PACKET_LOST_BEFORE | PACKET_RESTART | PACKET_DISCARDED;

    if (row->status & severe)
        return STYLE_ERROR;
    if (row->status & PACKET_PROBLEMS)
        return STYLE_WARNING;
    return row->status ? STYLE_MEDIA : STYLE_NORMAL;
}

static const PacketColumn columns[] = {
    { { "packet", "Packet", "its number in the capture", 6, 8, 90, true },
      number_format,
      number_key },
    { { "time", "Time", "time of day it was captured", 12, 12, 70, false }, time_format, time_key },
    { { "sequence", "Seq", "sequence number", 6, 6, 100, true }, sequence_format, sequence_key },
    { { "timestamp", "Timestamp", "RTP timestamp", 10, 10, 20, true },
      timestamp_format,
      timestamp_key },
    { { "delta", "Delta", "since the packet before, in ms", 7, 9, 95, true },
      delta_format,
      delta_key },
    { { "jitter", "Jitter", "after it, in ms (RFC 3550)", 6, 8, 94, true },
      jitter_format,
      jitter_key },
    { { "skew", "Skew", "timestamps less arrivals, in ms", 7, 9, 93, true },
      skew_format,
      skew_key },
    { { "bandwidth", "kbit/s", "IP packets of the second up to it", 6, 8, 60, true },
      bandwidth_format,
      bandwidth_key },
    { { "marker", "Mark", "the marker bit", 4, 4, 80, false }, marker_format, marker_key },
    { { "type", "PT", "payload type", 3, 3, 85, true }, type_format, type_key },
    { { "octets", "Octets", "of its payload", 6, 6, 30, true }, octets_format, octets_key },
    { { "status", "Status", "what is odd about it", 14, 60, 99, false },
      status_format,
      status_key },
};

const PacketColumn *packet_column(unsigned column)
{
    return &columns[column];
}

static const ColumnHead *head_of(unsigned column)
{
    return &columns[column].head;
}

const ColumnSet packet_column_set = {
    .setting = "packets.columns",
    .usual = "packet,time,sequence,timestamp,delta,jitter,skew,bandwidth,marker,type,octets,status",
    .count = G_N_ELEMENTS(columns),
    .head = head_of,
};
