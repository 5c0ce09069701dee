/* dissect/net/net_packet.h - a packet decoded down to its transport payload.
 * Pure functions over captured bytes: no allocation, no state. */
#pragma once
#include "capture/packet.h"
#include "dissect/base/address.h"
#include "dissect/base/anomaly.h"
#include "dissect/base/status.h"

enum { IP_PROTOCOL_ICMP = 1, IP_PROTOCOL_TCP = 6, IP_PROTOCOL_UDP = 17, IP_PROTOCOL_ICMP6 = 58 };

/* Encapsulations met on the way, counted by the model; one bit each. */
typedef enum {
    ENCAPSULATION_VLAN,
    ENCAPSULATION_MPLS,
    ENCAPSULATION_PPPOE,
    ENCAPSULATION_IP_IN_IP, /* RFC 2003, RFC 4213 */
    ENCAPSULATION_COUNT
} Encapsulation;
const char *encapsulation_name(Encapsulation encapsulation);

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
    uint16_t ip_id;         /* IPv4 identification, 0 in IPv6 */
    uint16_t vlan;          /* innermost VLAN id, 0 when none */
    uint8_t encapsulations; /* bits of Encapsulation */
    bool truncated;         /* the snap length cut the payload: payload_on_wire says by how much */
    IpFragment fragment;
    TcpHeader tcp;
    Slice ip_payload;         /* from the transport header on; the whole part for a fragment */
    Slice payload;            /* transport payload that was captured */
    uint32_t payload_on_wire; /* its length by the headers, before the snap length cut it */
    AnomalySet anomalies;
} NetPacket;

/* Decodes link layer to transport. DISSECT_OK: source, destination and payload are filled, or
 * @fragment is present and ip_payload is. DISSECT_NOT_MINE: no IP inside (ARP, LLDP ...), or a link
 * type that is not known (then noted in out->anomalies).
 * DISSECT_TRUNCATED, DISSECT_MALFORMED: see out->anomalies; nothing else is valid. */
DissectStatus net_decode(const Packet *packet, NetPacket *out);

/* Decodes the transport header of a reassembled datagram: @bytes is ip_payload, everything of IP
 * is already in @packet. */
DissectStatus net_decode_transport(Slice bytes, NetPacket *packet);
