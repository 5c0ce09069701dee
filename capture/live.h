/* capture/live.h - a network device as a source of packets, through libpcap. */
#pragma once
#include "capture/source.h"

/* Opens @device ("any" is all of them) with the snaplen, buffer, filter and mode of @options, which
 * need not live on. Packets bear @source. CAPTURE_ERROR_PERMISSION, _FILTER or _OPEN on failure. */
PacketSource *live_source_new(const char *device, const CaptureOptions *options, uint16_t source,
                              GError **error);
