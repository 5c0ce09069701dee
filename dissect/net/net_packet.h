/* dissect/net/net_packet.h - a packet decoded down to its transport payload.
 * Pure functions over captured bytes: no allocation, no state. */
#pragma once
#include "capture/packet.h"
#include "dissect/base/address.h"
#include "dissect/base/anomaly.h"
#include "dissect/base/status.h"

enum {
    IP_PROTOCOL_ICMP = 1,
    IP_PROTOCOL_TCP = 6,
    IP_PROTOCOL_UDP = 17,
    IP_PROTOCOL_ICMP6 = 58,
    IP_PROTOCOL_SCTP = 132
};

/* Encapsulations met on the way, counted by the model; one bit each. */
typedef enum {
#define ENCAPSULATION(id, name) ENCAPSULATION_##id,
#include "dissect/net/encapsulation.def"
#undef ENCAPSULATION
    ENCAPSULATION_COUNT
} Encapsulation;
const char *encapsulation_name(Encapsulation encapsulation);

/* Why a packet was not looked into. */
typedef enum {
    UNREAD_NOT, /* it was */
#define UNREAD(id, name, why) UNREAD_##id,
#include "dissect/net/unread.def"
#undef UNREAD
    UNREAD_COUNT
} Unread;
const char *unread_name(Unread unread);
const char *unread_meaning(Unread unread);

/* A tunnel the packet came through, by the addresses outside. */
typedef struct {
    IpAddress source, destination;
    uint32_t id;           /* VNI, TEID, key, session; 0 where there is none */
    uint8_t encapsulation; /* Encapsulation */
} NetTunnel;
#define NET_TUNNELS_MAX 4 /* kept of those nested in one another, from outside */

typedef struct {
    bool present; /* this packet is a fragment: payload is a part of the datagram */
    bool more;
    uint32_t id;
    uint32_t offset; /* bytes */
} IpFragment;

typedef struct {
    uint8_t flags; /* TCP_FIN ... */
    uint32_t seq, ack;
} TcpHeader;
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

typedef struct {
    Endpoint source, destination; /* ports 0 in fragments and where the protocol has none */
    uint8_t ip_protocol;
    uint8_t dscp;
    uint8_t ttl;
    uint8_t unread;          /* Unread, when the status is not DISSECT_OK */
    uint8_t tunnel_count;    /* of @tunnels */
    uint8_t decode_as;       /* DecodeAs: what the rules say of its ports */
    uint16_t ip_id;          /* IPv4 identification, 0 in IPv6 */
    uint16_t vlan;           /* innermost VLAN id, 0 when none */
    uint32_t tunnel_hash;    /* of all tunnels it came through; 0: none */
    uint64_t link;           /* hash of the innermost link addresses, to compare; 0: none */
    const uint8_t *macs;     /* destination and source, 12 bytes, borrowed; NULL: no Ethernet */
    uint32_t encapsulations; /* bits of Encapsulation */
    bool truncated;          /* the snap length cut the payload: payload_on_wire says by how much */
    IpFragment fragment;
    TcpHeader tcp;
    Slice ip_payload;         /* from the transport header on; the whole part for a fragment */
    Slice payload;            /* transport payload that was captured */
    uint32_t payload_on_wire; /* its length by the headers, before the snap length cut it */
    AnomalySet anomalies;
    NetTunnel tunnels[NET_TUNNELS_MAX]; /* the last member: only what is counted is ever written */
} NetPacket;

_Static_assert(ENCAPSULATION_COUNT <= 32, "NetPacket.encapsulations is too small");

struct DecodeRules;

/* Decodes link layer to transport, tunnels included. DISSECT_OK: source, destination and payload
 * are filled, or @fragment is present and ip_payload is. DISSECT_NOT_MINE: no IP inside (ARP, LLDP
 * ...), or a link type that is not known (then noted in out->anomalies).
 * DISSECT_TRUNCATED, DISSECT_MALFORMED: see out->anomalies. When it is not DISSECT_OK, only
 * @unread, @anomalies, @encapsulations and @tunnels are valid. */
DissectStatus net_decode(const Packet *packet, NetPacket *out);
/* The same where @rules (or NULL) say what ports carry. */
DissectStatus net_decode_as(const Packet *packet, const struct DecodeRules *rules, NetPacket *out);

/* Decodes the transport header of a reassembled datagram: @bytes is ip_payload, of which @missing
 * bytes more were not captured; everything of IP is already in @packet. */
DissectStatus net_decode_transport(Slice bytes, size_t missing, const struct DecodeRules *rules,
                                   NetPacket *packet);
