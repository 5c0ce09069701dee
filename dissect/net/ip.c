#include "dissect/net/layer.h"

enum {
    IPV4_HEADER = 20,
    IPV6_FRAGMENT = 44,
    IPV4_MORE_FRAGMENTS = 0x2000,
    IPV4_OFFSET = 0x1fff, /* in units of 8 bytes */
};

DissectStatus layer_ip(Decode *d)
{
    Slice rest = cursor_rest(&d->c);

    if (rest.len == 0)
        return layer_truncated(d);
    switch (rest.data[0] >> 4) {
    case 4:
        return layer_follow(d, layer_ipv4);
    case 6:
        return layer_follow(d, layer_ipv6);
    default:
        return DISSECT_NOT_MINE;
    }
}

/* A fragment ends the decoding: what it carries is known when the datagram is whole. */
static DissectStatus end_at_fragment(Decode *d, IpFragment fragment)
{
    NetPacket *out = d->out;

    out->fragment = fragment;
    out->ip_payload = out->payload = cursor_rest(&d->c);
    out->truncated = d->missing > 0;
    out->payload_on_wire = (uint32_t)(d->c.rest.len + d->missing);
    return DISSECT_OK;
}

/* RFC 791 section 3.1. */
DissectStatus layer_ipv4(Decode *d)
{
    Cursor *c = &d->c;
    NetPacket *out = d->out;
    size_t on_wire = layer_on_wire(d);
    const uint8_t *fixed = cursor_take(c, IPV4_HEADER);

    if (!fixed)
        return layer_truncated(d);
    uint8_t version_ihl = fixed[0];
    size_t total = bytes_be16(fixed + 2);
    uint16_t flags_offset = bytes_be16(fixed + 6);
    uint8_t protocol = fixed[9]; /* the checksum is of no use where it is offloaded */
    size_t header = (version_ihl & 0x0fu) * 4;

    if (total == 0) /* segmentation offload */
        total = on_wire;
    if (version_ihl >> 4 != 4 || header < IPV4_HEADER || total < header)
        return layer_malformed(d, ANOMALY_NET_BAD_IP_HEADER);
    cursor_skip(c, header - IPV4_HEADER);
    if (c->failed)
        return layer_truncated(d);
    layer_limit(d, total - header);
    out->source.ip = ip_from_v4(bytes_be32(fixed + 12));
    out->destination.ip = ip_from_v4(bytes_be32(fixed + 16));
    out->ip_protocol = protocol;
    out->dscp = fixed[1] >> 2;
    out->ttl = fixed[8];
    out->ip_id = bytes_be16(fixed + 4);
    if (flags_offset & (IPV4_MORE_FRAGMENTS | IPV4_OFFSET)) {
        return end_at_fragment(d, (IpFragment){ .present = true,
                                                .more = flags_offset & IPV4_MORE_FRAGMENTS,
                                                .id = out->ip_id,
                                                .offset = (flags_offset & IPV4_OFFSET) * 8u });
    }
    d->next = layer_of_ip_protocol(protocol);
    return DISSECT_OK;
}

/* RFC 8200 section 3. */
DissectStatus layer_ipv6(Decode *d)
{
    Cursor *c = &d->c;
    NetPacket *out = d->out;
    uint32_t version_class_flow = cursor_be32(c);
    uint16_t length = cursor_be16(c);
    uint8_t protocol = cursor_u8(c);
    uint8_t hop_limit = cursor_u8(c);
    const uint8_t *source = cursor_take(c, 16);
    const uint8_t *destination = cursor_take(c, 16);

    if (c->failed)
        return layer_truncated(d);
    if (version_class_flow >> 28 != 6)
        return layer_malformed(d, ANOMALY_NET_BAD_IP_HEADER);
    if (length != 0) /* 0: a jumbogram (RFC 2675) or segmentation offload */
        layer_limit(d, length);
    out->source.ip = ip_from_v6(source);
    out->destination.ip = ip_from_v6(destination);
    out->ip_protocol = protocol;
    out->dscp = version_class_flow >> 22 & 0x3f;
    out->ttl = hop_limit;
    out->ip_id = 0;
    d->next = layer_of_ip_protocol(protocol);
    return DISSECT_OK;
}

/* Hop-by-hop, routing, destination options: next header, length in units of 8 bytes less one. */
static DissectStatus layer_ipv6_options(Decode *d)
{
    uint8_t protocol = cursor_u8(&d->c);
    size_t length = cursor_u8(&d->c);

    cursor_skip(&d->c, length * 8 + 6);
    if (d->c.failed)
        return layer_truncated(d);
    d->out->ip_protocol = protocol;
    d->next = layer_of_ip_protocol(protocol);
    return DISSECT_OK;
}

/* RFC 8200 section 4.5. A fragment that is the whole packet (RFC 6946) is none. */
static DissectStatus layer_ipv6_fragment(Decode *d)
{
    uint8_t protocol = cursor_u8(&d->c);
    cursor_skip(&d->c, 1);
    uint16_t offset_more = cursor_be16(&d->c);
    uint32_t id = cursor_be32(&d->c);
    IpFragment fragment = {
        .present = true, .more = offset_more & 1, .id = id, .offset = offset_more & 0xfff8u
    };

    if (d->c.failed)
        return layer_truncated(d);
    d->out->ip_protocol = protocol;
    if (fragment.more || fragment.offset)
        return end_at_fragment(d, fragment);
    d->next = layer_of_ip_protocol(protocol);
    return DISSECT_OK;
}

static DissectStatus layer_ipv4_in_ip(Decode *d)
{
    layer_enter_tunnel(d, ENCAPSULATION_IP_IN_IP, 0);
    return layer_follow(d, layer_ipv4);
}

static DissectStatus layer_ipv6_in_ip(Decode *d)
{
    layer_enter_tunnel(d, ENCAPSULATION_IP_IN_IP, 0);
    return layer_follow(d, layer_ipv6);
}

/* https://www.iana.org/assignments/protocol-numbers */
static const LayerRow ip_protocols[] = {
    { IP_PROTOCOL_UDP, layer_udp },
    { IP_PROTOCOL_TCP, layer_tcp },
    { 0, layer_ipv6_options },   /* hop-by-hop */
    { 43, layer_ipv6_options },  /* routing */
    { 60, layer_ipv6_options },  /* destination options */
    { 135, layer_ipv6_options }, /* mobility */
    { IPV6_FRAGMENT, layer_ipv6_fragment },
    { 4, layer_ipv4_in_ip },  /* RFC 2003 */
    { 41, layer_ipv6_in_ip }, /* RFC 4213 */
    { 47, layer_gre },
    { IP_PROTOCOL_SCTP, layer_sctp },
    { 50, layer_esp },
    { 51, layer_ah },
    { 115, layer_l2tpv3_ip },
    { 137, layer_mpls }, /* RFC 4023 */
};

Layer layer_of_ip_protocol(uint8_t protocol)
{
    Layer layer = layer_find(ip_protocols, G_N_ELEMENTS(ip_protocols), protocol);
    return layer ? layer : layer_other;
}
