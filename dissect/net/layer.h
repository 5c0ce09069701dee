/* dissect/net/layer.h - what the layers below the transport payload share; private to dissect/net.
 * A layer reads its header from the cursor and names the layer that follows. The driver in
 * net_packet.c calls one after the other, so that nested packets cost no stack. */
#pragma once
#include "dissect/base/cursor.h"
#include "dissect/net/net_packet.h"

typedef struct Decode Decode;
typedef DissectStatus (*Layer)(Decode *d);

struct Decode {
    Cursor c;       /* what is captured of the layers not yet read */
    size_t missing; /* bytes that follow the cursor's by the headers, but were not captured */
    Layer next;     /* NULL: the packet is decoded */
    NetPacket *out;
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
    d->out->encapsulations = (uint8_t)(d->out->encapsulations | 1u << encapsulation);
}

/* A header says that @len bytes follow: cuts what lies behind them, or counts what is missing. */
static inline void layer_limit(Decode *d, size_t len)
{
    size_t captured = d->c.rest.len;
    d->c.rest.len = MIN(captured, len);
    d->missing = len - d->c.rest.len;
}

/* The first layer of a LINKTYPE_; NULL when it is not known. */
Layer layer_of_link_type(uint16_t link_type);

DissectStatus layer_ethernet(Decode *d);
DissectStatus layer_ipv4(Decode *d);
DissectStatus layer_ipv6(Decode *d);
/* IPv4 or IPv6, by the version in the first nibble. */
DissectStatus layer_ip(Decode *d);

/* The layer behind an IP header: transport, extension header or tunnel. Never NULL: what is not
 * known ends the packet and is its payload. */
Layer layer_of_ip_protocol(uint8_t protocol);
DissectStatus layer_udp(Decode *d);
DissectStatus layer_tcp(Decode *d);
/* Any other protocol: the whole of it is payload. */
DissectStatus layer_other(Decode *d);

/* net_decode_transport() of a datagram of which @missing bytes behind @bytes were not captured. */
DissectStatus layer_decode_datagram(Slice bytes, size_t missing, NetPacket *packet);
