/* capture/source.h - what every source of packets looks like to the capture thread.
 * A source is used by one thread only; none of its functions waits. */
#pragma once
#include "capture/capture.h"

typedef struct PacketSource PacketSource;

typedef enum {
    SOURCE_MORE, /* there may be more at once */
    SOURCE_IDLE, /* nothing further at the moment: wait on poll_fd, or a while */
    SOURCE_END,  /* nothing will come again; stats() tells whether that is a failure */
} SourceStatus;

typedef struct {
    uint64_t bytes_read, bytes_total; /* as in CaptureSourceInfo */
    uint64_t kernel_drops, interface_drops;
    uint64_t refused;    /* as in CaptureSourceInfo */
    const char *failure; /* NULL, or one line; owned by the source */
} SourceStats;

typedef struct {
    /* Appends packets to @block until it is full or nothing more is there. Every status may come
     * with packets, which are the caller's to hand on. */
    SourceStatus (*fill)(PacketSource *self, PacketBlock *block);
    void (*stats)(PacketSource *self, SourceStats *out);
    void (*free)(PacketSource *self);
} PacketSourceOps;

/* The first member of every source. */
struct PacketSource {
    const PacketSourceOps *ops;
    int poll_fd; /* readable when there is more; -1: none */
};

static inline SourceStatus packet_source_fill(PacketSource *source, PacketBlock *block)
{
    return source->ops->fill(source, block);
}

static inline void packet_source_stats(PacketSource *source, SourceStats *out)
{
    *out = (SourceStats){ 0 };
    source->ops->stats(source, out);
}

static inline void packet_source_free(PacketSource *source)
{
    if (source)
        source->ops->free(source);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketSource, packet_source_free)
