/* capture/packet_store.h - bytes by PacketRef: the input files that can be read in place, and the
 * spools that hold everything else. Thread-safe: readers call from any thread while the capture
 * thread writes. */
#pragma once
#include "capture/packet.h"
#include <glib.h>
#include <stdbool.h>

typedef struct PacketStore PacketStore;

typedef enum {
    PACKET_STORE_OK,
    PACKET_STORE_GONE,  /* it has scrolled out of the spool, or was never kept */
    PACKET_STORE_ERROR, /* the file could not be read (again) */
} PacketStoreStatus;

/* @spool_bytes caps what all spools together keep (0: keep nothing). */
PacketStore *packet_store_new(uint64_t spool_bytes);
PacketStore *packet_store_ref(PacketStore *store);
void packet_store_unref(PacketStore *store);

/* Registers an input file that is read in place; the store duplicates @fd. Returns its file id. */
uint32_t packet_store_add_file(PacketStore *store, int fd);

/* Keeps a captured packet in the ring of pcapng segments and returns where (length 0 when it could
 * not be kept; the failure is counted and told by packet_store_usage). */
PacketRef packet_store_keep_packet(PacketStore *store, const Packet *packet);
/* Keeps bytes that stand in no single packet (a reassembled message). */
PacketRef packet_store_keep_bytes(PacketStore *store, const uint8_t *bytes, uint32_t length);

/* Reads ref.length bytes to @out, which holds as many. */
PacketStoreStatus packet_store_read(PacketStore *store, PacketRef ref, uint8_t *out);

/* Takes a packet, whose bytes are borrowed for the call; false ends the scan. */
typedef bool (*PacketStoreVisit)(const Packet *packet, void *context);

/* Goes through all packets that are kept, files and spool, in the order of their time stamps as far
 * as each is in order itself. Damaged ends are passed over: they were told when they were captured.
 * False with CAPTURE_ERROR_READ when a file cannot be read again. May take long; locks nothing
 * meanwhile. */
bool packet_store_scan(PacketStore *store, PacketStoreVisit visit, void *context, GError **error);

typedef struct {
    uint64_t used_bytes, cap_bytes;
    uint64_t dropped_bytes; /* scrolled out so far */
    uint64_t failed_writes;
    char *last_error; /* NULL when none; owned by the caller, g_free() */
} PacketStoreUsage;
void packet_store_usage(PacketStore *store, PacketStoreUsage *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketStore, packet_store_unref)
