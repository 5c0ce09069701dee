/* dissect/net/layer.h - what the layers below the transport payload share; private to dissect/net.
 * A layer reads its header from the cursor and names the layer that follows. The driver in
 * net_packet.c calls one after the other, so that nested packets cost no stack. */
#pragma once
#include "dissect/base/cursor.h"
#include "dissect/base/hash.h"
#include "dissect/net/decode_as.h"
#include "dissect/net/net_packet.h"
#include <string.h>

typedef struct Decode Decode;
typedef DissectStatus (*Layer)(Decode *d);

struct Decode {
    Cursor c;       /* what is captured of the layers not yet read */
    size_t missing; /* bytes that follow the cursor's by the headers, but were not captured */
    Layer next;     /* NULL: the packet is decoded */
    NetPacket *out;
    const DecodeRules *rules; /* NULL: none */
};

typedef struct {
    uint16_t number; /* of the field that selects the layer: link type, Ethertype ... */
    Layer layer;
} LayerRow;

static inline Layer layer_find(const LayerRow *rows, size_t count, uint16_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].number == number)
            return rows[i].layer;
    }
    return NULL;
}

/* Nothing that is looked into: ends the packet with DISSECT_NOT_MINE. */
static inline DissectStatus layer_unread(Decode *d, Unread why)
{
    d->out->unread = (uint8_t)why;
    return DISSECT_NOT_MINE;
}

/* Goes on with @next; DISSECT_NOT_MINE when it is NULL. */
static inline DissectStatus layer_follow(Decode *d, Layer next)
{
    d->next = next;
    return next ? DISSECT_OK : DISSECT_NOT_MINE;
}

static inline DissectStatus layer_malformed(Decode *d, Anomaly anomaly)
{
    anomaly_note(&d->out->anomalies, anomaly);
    return DISSECT_MALFORMED;
}

static inline DissectStatus layer_truncated(Decode *d)
{
    anomaly_note(&d->out->anomalies, ANOMALY_NET_TRUNCATED_HEADER);
    return DISSECT_TRUNCATED;
}

static inline void layer_note_encapsulation(Decode *d, Encapsulation encapsulation)
{
    d->out->encapsulations |= 1u << encapsulation;
}

/* A header says that @len bytes follow: cuts what lies behind them, or counts what is missing. */
static inline void layer_limit(Decode *d, size_t len)
{
    size_t captured = d->c.rest.len;
    d->c.rest.len = MIN(captured, len);
    d->missing = len - d->c.rest.len;
}

/* The bytes of the packet that are not yet read, with those that were not captured. */
static inline size_t layer_on_wire(const Decode *d)
{
    return d->c.rest.len + d->missing;
}

/* What was decoded so far is the outside of a tunnel: notes its addresses. @id as in NetTunnel. */
void layer_enter_tunnel(Decode *d, Encapsulation encapsulation, uint32_t id);

/* Of twelve bytes of link addresses. Compared with other hashes within a run only, so that it needs
 * no seed; never 0. */
static inline uint64_t layer_link_hash(const uint8_t twelve[12])
{
    uint64_t first, last;

    memcpy(&first, twelve, 8);
    memcpy(&last, twelve + 4, 8);
    return hash_mix(first ^ UINT64_C(0xa0761d6478bd642f), last ^ UINT64_C(0xe7037ed1a0b428db)) | 1;
}

/* The first layer of a LINKTYPE_; NULL when it is not known. */
Layer layer_of_link_type(uint16_t link_type);
/* The layer of an Ethertype that was read last; tells when it was cut or is not known. */
DissectStatus layer_follow_ethertype(Decode *d, uint16_t type);

DissectStatus layer_ethernet(Decode *d);
DissectStatus layer_llc(Decode *d);
DissectStatus layer_ppp(Decode *d);
DissectStatus layer_pppoe(Decode *d);
DissectStatus layer_mpls(Decode *d);
/* Tags between the addresses and the type of a frame (tag.c). */
DissectStatus layer_vn_tag(Decode *d);
DissectStatus layer_bridge_tag(Decode *d);
DissectStatus layer_backbone_tag(Decode *d);
DissectStatus layer_security_group(Decode *d);
DissectStatus layer_macsec(Decode *d);
DissectStatus layer_nsh(Decode *d);
/* IEEE 802.11, alone and behind what capture programs put before it (wlan.c). */
DissectStatus layer_wlan(Decode *d);
DissectStatus layer_radiotap(Decode *d);
DissectStatus layer_prism(Decode *d);
DissectStatus layer_avs(Decode *d);
DissectStatus layer_ppi(Decode *d);
DissectStatus layer_ipv4(Decode *d);
DissectStatus layer_ipv6(Decode *d);
/* IPv4 or IPv6, by the version in the first nibble. */
DissectStatus layer_ip(Decode *d);

/* The layer behind an IP header: transport, extension header or tunnel. Never NULL: what is not
 * known ends the packet and is its payload. */
Layer layer_of_ip_protocol(uint8_t protocol);
DissectStatus layer_udp(Decode *d);
DissectStatus layer_tcp(Decode *d);
DissectStatus layer_sctp(Decode *d);
/* Tunnels that are IP protocols. */
DissectStatus layer_gre(Decode *d);
DissectStatus layer_l2tpv3_ip(Decode *d);
DissectStatus layer_ah(Decode *d);
DissectStatus layer_esp(Decode *d);
/* Any other protocol: the whole of it is payload. */
DissectStatus layer_other(Decode *d);
