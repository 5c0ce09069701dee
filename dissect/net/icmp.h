/* dissect/net/icmp.h - errors that routers and hosts send back about a packet (RFC 792, RFC 1122,
 * RFC 1812 section 5.2.7; RFC 4443 for IPv6). They quote the beginning of the packet, and by that
 * it is known whose it was. Pure functions; slices are borrowed. */
#pragma once
#include "dissect/net/net_packet.h"

typedef struct {
    Endpoint source, destination; /* of the packet quoted: who sent it, whom it did not reach */
    uint8_t ip_protocol;          /* its transport: UDP, TCP or SCTP */
    uint8_t type, code;
    bool is_v6;
    uint32_t mtu; /* bytes that would have passed, where it was too big; 0: not told */
    Slice quoted; /* its transport payload, as far as that is quoted: often nothing */
} IcmpError;

/* @packet is of the protocol ICMP or ICMPv6. DISSECT_NOT_MINE: no error (an echo, a redirect,
 * neighbour discovery ...), or about a packet of no transport that rung reads. */
DissectStatus icmp_error_parse(const NetPacket *packet, IcmpError *out);

/* "port unreachable"; "unreachable", "time exceeded" ... for a code that has no name. */
const char *icmp_error_name(const IcmpError *error);
