/* capture/spool.h - packets on disk in a ring of unlinked temporary pcapng files (segments), capped
 * in bytes: the oldest segment goes first. Thread-safe; a read from disk holds no lock. */
#pragma once
#include "capture/packet_store.h"

/* Refs of a spool have this bit in their file; those of input files have not. */
#define SPOOL_FILE_BIT 0x80000000u

typedef struct Spool Spool;

/* @cap_bytes 0: keeps nothing. No file is made before there is something to keep. */
Spool *spool_new(uint64_t cap_bytes);
void spool_free(Spool *spool);

/* Appends @packet; the ref's length is 0 when it could not be kept. */
PacketRef spool_keep(Spool *spool, const Packet *packet);
PacketStoreStatus spool_read(Spool *spool, PacketRef ref, uint8_t *out);

/* A segment as it is at the moment; the caller closes @fd. */
typedef struct {
    int fd;
    uint32_t file; /* of the refs into it */
    uint64_t bytes;
} SpoolSegment;

/* All segments, oldest first; the caller frees the array of SpoolSegment. */
GArray *spool_segments(Spool *spool);
void spool_usage(Spool *spool, PacketStoreUsage *out);
