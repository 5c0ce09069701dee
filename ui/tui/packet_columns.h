/* ui/tui/packet_columns.h - the columns an RTP packet can be shown and sorted by: those of
 * Wireshark's RTP analysis, and some. */
#pragma once
#include "dissect/media/packet_trace.h"
#include "ui/tui/columns.h"

typedef struct {
    ColumnHead head;
    /* Appends the cell; nothing for what is not known. */
    void (*format)(const PacketRow *row, GString *out);
    SortKey (*key)(const PacketRow *row);
} PacketColumn;

extern const ColumnSet packet_column_set;
const PacketColumn *packet_column(unsigned column);
unsigned packet_style(const PacketRow *row);
