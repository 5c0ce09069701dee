/* export/packet_csv.h - RTP packets as lines of CSV: what "-z packets -T csv" writes. */
#pragma once
#include "dissect/media/packet_trace.h"

/* Both with their line end (RFC 4180). */
const char *packet_csv_head(void);
void packet_csv_append(GString *out, uint32_t stream, uint32_t ssrc, const PacketRow *row);
