/* dissect/net/vxlan.c - VXLAN (RFC 7348), its group policy (draft-smith-vxlan-group-policy) and
 * its generic protocol extension (draft-ietf-nvo3-vxlan-gpe), and Geneve (RFC 8926): Ethernet, or
 * a protocol that is named, behind a network identifier. */
#include "dissect/net/structure.h"
#include "dissect/net/udp_tunnel.h"

enum {
    VXLAN_HEADER = 8,
    VXLAN_GROUP_POLICY = 0x80,
    VXLAN_HAS_VNI = 0x08,
    GPE_HAS_PROTOCOL = 0x04,
    GPE_OAM = 0x01,
    GPE_VERSION = 0x30,
    GENEVE_HEADER = 8,
    GENEVE_CONTROL = 0x80,
    GENEVE_ETHERNET = 0x6558,
};

typedef struct {
    uint8_t flags;
    uint32_t reserved; /* or group policy, or next protocol */
    uint32_t vni;
    uint8_t last;
    bool failed;
} VxlanHeader;

static VxlanHeader read_header(Cursor *c)
{
    VxlanHeader header = { .flags = cursor_u8(c) };

    header.reserved = cursor_be24(c);
    header.vni = cursor_be24(c);
    header.last = cursor_u8(c);
    header.failed = c->failed;
    return header;
}

/* Without the port the frame inside has to be whole and sound. */
bool vxlan_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);
    VxlanHeader header = read_header(&c);
    bool is_plain = header.flags == VXLAN_HAS_VNI && header.reserved == 0 && header.last == 0;

    if (header.failed || (header.flags & ~VXLAN_GROUP_POLICY) != VXLAN_HAS_VNI)
        return false;
    if (probe->port_known && is_plain)
        return true;
    return (probe->port_known || is_plain) &&
           structure_is_ethernet(c.rest, probe->on_wire - VXLAN_HEADER);
}

DissectStatus layer_vxlan(Decode *d)
{
    VxlanHeader header = read_header(&d->c);

    if (header.failed)
        return layer_truncated(d);
    if (!(header.flags & VXLAN_HAS_VNI))
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    layer_enter_tunnel(d, ENCAPSULATION_VXLAN, header.vni);
    return layer_follow(d, layer_ethernet);
}

static const LayerRow gpe_protocols[] = {
    { 1, layer_ipv4 }, { 2, layer_ipv6 }, { 3, layer_ethernet },
    { 4, layer_nsh },  { 5, layer_mpls },
};

bool vxlan_gpe_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);
    VxlanHeader header = read_header(&c);

    return !header.failed && (header.flags & ~GPE_OAM) == (VXLAN_HAS_VNI | GPE_HAS_PROTOCOL) &&
           header.reserved != 0 && header.reserved <= UINT8_MAX;
}

DissectStatus layer_vxlan_gpe(Decode *d)
{
    VxlanHeader header = read_header(&d->c);

    if (header.failed)
        return layer_truncated(d);
    if (header.flags & GPE_VERSION || !(header.flags & GPE_HAS_PROTOCOL))
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    layer_enter_tunnel(d, ENCAPSULATION_VXLAN_GPE, header.vni);
    if (header.flags & GPE_OAM)
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    return layer_follow(d, layer_find(gpe_protocols, G_N_ELEMENTS(gpe_protocols),
                                      (uint16_t)(header.reserved & UINT8_MAX)));
}

bool geneve_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);
    uint8_t version_length = cursor_u8(&c), flags = cursor_u8(&c);
    uint16_t type = cursor_be16(&c);
    cursor_skip(&c, 3); /* VNI */
    uint8_t reserved = cursor_u8(&c);

    return !c.failed && version_length >> 6 == 0 && (flags & 0x3f) == 0 && reserved == 0 &&
           type >= 0x0600 && GENEVE_HEADER + version_length * 4u <= probe->on_wire;
}

DissectStatus layer_geneve(Decode *d)
{
    uint8_t version_length = cursor_u8(&d->c), flags = cursor_u8(&d->c);
    uint16_t type = cursor_be16(&d->c);
    uint32_t vni = cursor_be24(&d->c);

    cursor_skip(&d->c, 1 + (version_length & 0x3fu) * 4u); /* reserved, options */
    if (d->c.failed)
        return layer_truncated(d);
    if (version_length >> 6 != 0)
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    layer_enter_tunnel(d, ENCAPSULATION_GENEVE, vni);
    if (flags & GENEVE_CONTROL)
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    if (type == GENEVE_ETHERNET)
        return layer_follow(d, layer_ethernet);
    return layer_follow_ethertype(d, type);
}
