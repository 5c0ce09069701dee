/* export/stream_packets.h - the RTP packets of some streams, read again from the store one by one.
 * A selection is made and freed under the model's lock and read without it, in any thread. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/model.h"
#include "dissect/media/packet_trace.h"

typedef struct StreamPackets StreamPackets;

/* Unknown numbers are left out. */
StreamPackets *stream_packets_new(const Model *model, const uint32_t *streams, unsigned count);
void stream_packets_free(StreamPackets *packets, const Model *model);

typedef struct {
    /* In order of arrival; false ends the reading. */
    bool (*packet)(uint32_t stream, const PacketRow *row, void *context);
    /* From time to time: 0..1; false ends the reading. May be NULL. */
    bool (*progress)(double done, void *context);
    void *context;
} StreamPacketsReader;

/* Fails with CAPTURE_ERROR_READ when a file cannot be read again; packets that have scrolled out of
 * the spool are not there. Once for each selection. */
bool stream_packets_read(StreamPackets *packets, PacketStore *store,
                         const StreamPacketsReader *reader, GError **error);
