/* export/network_trail.h - which of several streams a packet read again is of, where they have the
 * same addresses and SSRC at the same time: streams that overlap (dissect/media/overlap.h). As they
 * were told apart by the way they came, and by their numbers where that changed. */
#pragma once
#include "dissect/net/network.h"

typedef struct {
    uint32_t network; /* of the stream's key */
    uint16_t seq;     /* of the packet taken last */
    bool begun;
} NetworkTrail;

/* How far a packet is from the stream: that with the least has it. */
static inline unsigned network_trail_distance(const NetworkTrail *trail, const NetPacket *net,
                                              uint16_t seq)
{
    int step = (int16_t)(uint16_t)(seq - trail->seq);

    if (trail->network == network_in_key(network_of(net)))
        return 0;
    if (!trail->begun)
        return trail->network ? UINT16_MAX : 1;
    return 1 + (unsigned)(step < 0 ? -step : step);
}

/* Is the packet nearer to the stream than *@least? That is how far it is then. */
static inline bool network_trail_is_nearer(const NetworkTrail *trail, const NetPacket *net,
                                           uint16_t seq, unsigned *least)
{
    unsigned distance = network_trail_distance(trail, net, seq);

    if (distance >= *least)
        return false;
    *least = distance;
    return true;
}

static inline void network_trail_take(NetworkTrail *trail, uint16_t seq)
{
    trail->seq = seq;
    trail->begun = true;
}
