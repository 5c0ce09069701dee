#include "dissect/net/capture_point.h"
#include "dissect/base/hash.h"
#include <string.h>

#define SLOTS (2 * CAPTURE_POINTS_MAX)

static bool is_of(const CapturePoint *point, const NetPacket *packet)
{
    return point->link == packet->link && point->vlan == packet->vlan;
}

static CapturePoint *add(CapturePoints *points, const NetPacket *packet, uint16_t *slot)
{
    if (points->count == CAPTURE_POINTS_MAX)
        return &points->other;
    CapturePoint *point = &points->points[points->count++];
    *point = (CapturePoint){
        .link = packet->link,
        .vlan = packet->vlan,
        .has_macs = packet->macs != NULL,
    };
    if (packet->macs) {
        memcpy(point->destination_mac, packet->macs, 6);
        memcpy(point->source_mac, packet->macs + 6, 6);
    }
    *slot = (uint16_t)points->count;
    return point;
}

static CapturePoint *find(CapturePoints *points, const NetPacket *packet)
{
    uint64_t seed = hash_seed();
    uint64_t at = hash_mix(packet->link ^ seed, ((uint64_t)packet->vlan << 1 | 1) ^ seed);

    for (;; at++) { /* never full: twice as many slots as points */
        uint16_t *slot = &points->slots[at % SLOTS];
        if (*slot == 0)
            return add(points, packet, slot);
        if (is_of(&points->points[*slot - 1], packet))
            return &points->points[*slot - 1];
    }
}

CapturePoint *capture_points_count(CapturePoints *points, const NetPacket *packet)
{
    CapturePoint *point = points->last;

    if (!point || !is_of(point, packet))
        point = points->last = find(points, packet);
    point->packets++;
    return point;
}
