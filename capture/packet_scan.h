/* capture/packet_scan.h - captured bytes read a second time as packets; for packet_store_scan(). */
#pragma once
#include "capture/packet_store.h"

typedef struct PacketScan PacketScan;

PacketScan *packet_scan_new(void);
void packet_scan_free(PacketScan *scan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketScan, packet_scan_free)

/* Adds the first @size bytes of @fd (taken), a capture whose refs have @file. One that holds no
 * packets is passed over. */
void packet_scan_add(PacketScan *scan, int fd, uint64_t size, uint32_t file);
void packet_scan_run(PacketScan *scan, PacketStoreVisit visit, void *context);
