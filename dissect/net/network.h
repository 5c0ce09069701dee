/* dissect/net/network.h - private networks that use the same addresses, told from one another.
 *
 * A *network number* says by which way a packet came: a hash of the tunnels around it and of its
 * innermost VLAN; 0 is a packet in neither. MPLS labels change from hop to hop, and MAC addresses
 * with every router: they are no part of it. It is a sign of another network, and no proof of one:
 * a handover gives a call another TEID, each direction of a GTP or L2TP tunnel has an id of its
 * own, gateways share a load, a mirror port sees a packet inside its tunnel and behind it, and one
 * VLAN per direction is what many mirrors show. Splitting what belongs together is worse than
 * mixing what does not. So a number takes part in a key only after *proof* that the addresses are
 * in use twice at the same time, and only for the flow where it was proven:
 *
 * - RTP (media/overlap.h): packets of one 5-tuple and SSRC that came another way do not continue
 *   the stream in numbers and times, agree among themselves, and the stream goes on beside them.
 * - TCP (tcp.h): a segment of one 4-tuple that came another way is nowhere near the sequence of its
 *   direction, and does not acknowledge the other direction.
 * - IP fragments have the whole path in their key (reassembly.h): the pieces of one datagram go one
 *   way. Their VLAN is not in it.
 *
 * Until then, and always where no such proof can be had (SIP over UDP is told by Call-ID, SCTP by
 * its verification tag; T.38, STUN and DTLS have no such sign), the key's number is 0: everything
 * that belongs together stays together whatever way it comes. Afterwards the one that was there
 * first keeps 0, and others have the number of the way on which they were first seen; when they go
 * another way (a handover) they are recognised by the same signs, and keep their number. Which
 * *call* a stream joins is told by addresses first, whatever the way: SIP in one tunnel and its
 * media in another belong together. Only between calls that claim the same addresses the ways
 * decide (tunnel_table_likeness()). */
#pragma once
#include "dissect/net/net_packet.h"

/* In keys: the number of packets in no tunnel and no VLAN, where 0 is taken. */
#define NETWORK_OUTSIDE UINT32_MAX

static inline uint32_t network_of(const NetPacket *packet)
{
    return packet->tunnel_hash ? packet->tunnel_hash ^ (uint32_t)packet->vlan << 1 : packet->vlan;
}

/* The number as part of a key. */
static inline uint32_t network_in_key(uint32_t number)
{
    return number ? number : NETWORK_OUTSIDE;
}

/* In few bits, to be compared with that of the packet before; 0 for 0. Two that happen to be equal
 * are taken for one way: what comes by them is not told apart. */
static inline uint16_t network_mark(uint32_t number)
{
    return (uint16_t)(number * 0x9e3779b1u >> 16);
}
