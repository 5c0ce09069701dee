/* dissect/media/media_host.h - what hosts do with media, by their address: DSCP that they set,
 * streams that they relay, whether they serve TURN. Bounded: MEDIA_HOSTS_MAX, further ones are not
 * noted. Private to dissect/media/ but for reading. */
#pragma once
#include "dissect/base/address.h"
#include <glib.h>

#define MEDIA_HOSTS_MAX 65536u

/* DSCP of what a host sends, as near to it as it was seen: routers may change it on the way. */
typedef struct {
    uint64_t values; /* bit n: DSCP n */
    uint8_t hops;    /* TTL or hop limit of those packets: the highest; 0: not known */
    bool seen;
} DscpSeen;

static inline void dscp_note(DscpSeen *seen, uint8_t dscp, uint8_t hops)
{
    if (seen->seen && hops < seen->hops)
        return;
    if (hops > seen->hops)
        seen->values = 0;
    seen->values |= UINT64_C(1) << (dscp & 63);
    seen->hops = hops;
    seen->seen = true;
}

typedef struct {
    IpAddress ip;
    DscpSeen dscp;
    uint32_t relayed; /* streams that came to it and went on: passage.h */
    uint32_t turn;    /* allocations that it granted, or 1 when data of its clients was seen */
} MediaHost;

typedef struct MediaHostTable MediaHostTable;

MediaHostTable *media_hosts_new(void);
void media_hosts_free(MediaHostTable *hosts);
/* NULL when there is no room. */
MediaHost *media_host_get(MediaHostTable *hosts, IpAddress ip);
/* NULL: nothing is known of it. */
const MediaHost *media_host_find(const MediaHostTable *hosts, IpAddress ip);
