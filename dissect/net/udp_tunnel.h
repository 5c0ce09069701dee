/* dissect/net/udp_tunnel.h - tunnels inside UDP: told by their port and structure, some of them by
 * a structure strong enough to need no port. Private to dissect/net. */
#pragma once
#include "dissect/net/layer.h"

enum {
    UDP_PORT_L2TP = 1701,  /* RFC 2661 */
    UDP_PORT_IPSEC = 4500, /* RFC 3948 */
    UDP_PORT_MPLS = 6635,  /* RFC 7510 */
    UDP_PORT_SCTP = 9899,  /* RFC 6951 */
};

/* Tunnels that may begin with any byte, or with that of text. */
static inline bool udp_tunnel_begins_anyhow(uint16_t port)
{
    return port == UDP_PORT_IPSEC || port == UDP_PORT_SCTP || port == UDP_PORT_L2TP ||
           port == UDP_PORT_MPLS;
}

/* The cheap question before udp_tunnel_find(). RTP and RTCP, which nearly all packets are, begin
 * with 0x80 to 0xbf (RFC 3550), SIP with a letter, and most of it with a capital; of tunnels only
 * VXLAN with a group policy does, and those above. */
static inline bool udp_tunnel_is_possible(Slice payload, uint16_t source, uint16_t destination)
{
    if (payload.len == 0)
        return false;
    uint8_t first = payload.data[0];
    bool is_media = (first & 0xc0) == 0x80 && first != 0x88;
    if (!is_media && !g_ascii_isupper(first))
        return true;
    return udp_tunnel_begins_anyhow(source) || udp_tunnel_begins_anyhow(destination);
}

/* The layer of the tunnel that the UDP payload at @d is; NULL when it is none. */
Layer udp_tunnel_find(Decode *d);

/* What rows of the table are made of. @bytes is the UDP payload of which @on_wire bytes were sent;
 * @port_known: it runs on the tunnel's own port, so that less structure is proof enough. */
typedef struct {
    Slice bytes;
    size_t on_wire;
    bool port_known;
} UdpTunnelProbe;

bool vxlan_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_vxlan(Decode *d);
bool vxlan_gpe_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_vxlan_gpe(Decode *d);
bool geneve_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_geneve(Decode *d);
bool gtp_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_gtp(Decode *d);
bool l2tp_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_l2tp(Decode *d);
bool tzsp_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_tzsp(Decode *d);
bool teredo_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_teredo(Decode *d);
bool esp_udp_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_esp_udp(Decode *d);
bool gre_udp_looks_like(const UdpTunnelProbe *probe);
bool mpls_udp_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_mpls_udp(Decode *d);
bool sctp_udp_looks_like(const UdpTunnelProbe *probe);
DissectStatus layer_sctp_udp(Decode *d);
