/* dissect/net/sighting.h - the same packet seen more than once: the copies that a mirror port, a
 * packet broker or a capture on several interfaces makes, told from what was really sent twice.
 *
 * A packet is remembered by a key that says which it is (its stream and number, its flow and
 * checksum). When the key comes again within SIGHTING_WINDOW_NS, the IP identification, hop limit,
 * MAC addresses, VLAN and tunnels of both tell why. Constant memory, no allocation per packet; on a
 * link so busy that the first sighting was overwritten, the second counts as the first. */
#pragma once
#include "dissect/base/clock.h"
#include "dissect/net/capture_point.h"

/* A mirror's copy comes within microseconds; SIP repeats itself after 500 ms (RFC 3261, T1). */
#define SIGHTING_WINDOW_NS (10 * NS_PER_MS)

typedef struct {
    CapturePoint *point;     /* its MACs and VLAN; copies are counted there */
    uint32_t encapsulations; /* bits of Encapsulation */
    uint16_t ip_id;          /* 0: not told (IPv6, or a host that sets none) */
    uint8_t hops;            /* TTL or hop limit */
} Sighting;

typedef enum {
    SIGHTING_FIRST,
    SIGHTING_REPEATED,  /* sent again: another IP identification */
    SIGHTING_IDENTICAL, /* the same packet, and nothing says at which point it was copied: by the
                           mirror or by the network */
    SIGHTING_COPY,      /* the same packet at another point: hops, MACs, VLAN or tunnel differ */
} SightingVerdict;

typedef struct SightingTable SightingTable;

SightingTable *sighting_table_new(void);
void sighting_table_free(SightingTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SightingTable, sighting_table_free)

static inline bool sighting_is_again(SightingVerdict verdict)
{
    return verdict == SIGHTING_IDENTICAL || verdict == SIGHTING_COPY;
}

static inline Sighting sighting_of(const NetPacket *packet, CapturePoint *point)
{
    return (Sighting){
        .point = point,
        .encapsulations = packet->encapsulations,
        .ip_id = packet->ip_id,
        .hops = packet->ttl,
    };
}

/* Was the packet of @key seen lately (for longer than SIGHTING_WINDOW_NS) with another IP
 * identification? Then this one is none of its copies. Counts nothing. */
bool sighting_is_other(const SightingTable *table, uint64_t key, int64_t time_ns,
                       const Sighting *sighting);
/* Remembers the packet of @key, or tells what it is beside the one remembered. */
SightingVerdict sighting_see(SightingTable *table, uint64_t key, int64_t time_ns,
                             const Sighting *sighting);
