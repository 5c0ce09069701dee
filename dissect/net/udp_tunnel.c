#include "dissect/net/udp_tunnel.h"
#include "dissect/net/structure.h"

typedef struct {
    uint16_t ports[2]; /* its own; 0: none */
    DecodeAs name;     /* for rules of the user */
    bool any_port;     /* @looks_like is proof enough without one */
    bool (*looks_like)(const UdpTunnelProbe *probe);
    Layer layer;
} UdpTunnel;

static const UdpTunnel tunnels[] = {
    { { 4789, 8472 }, DECODE_AS_VXLAN, true, vxlan_looks_like, layer_vxlan },
    { { 4790 }, DECODE_AS_VXLAN_GPE, false, vxlan_gpe_looks_like, layer_vxlan_gpe },
    { { 6081 }, DECODE_AS_GENEVE, false, geneve_looks_like, layer_geneve },
    { { 2152 }, DECODE_AS_GTP, false, gtp_looks_like, layer_gtp },
    { { UDP_PORT_L2TP }, DECODE_AS_L2TP, false, l2tp_looks_like, layer_l2tp },
    { { 37008 }, DECODE_AS_TZSP, true, tzsp_looks_like, layer_tzsp },
    { { 3544 }, DECODE_AS_TEREDO, true, teredo_looks_like, layer_teredo },
    { { UDP_PORT_IPSEC }, DECODE_AS_ESP, false, esp_udp_looks_like, layer_esp_udp },
    { { UDP_PORT_SCTP }, DECODE_AS_SCTP, false, sctp_udp_looks_like, layer_sctp_udp },
    { { 4754 }, DECODE_AS_UNKNOWN, false, gre_udp_looks_like, layer_gre }, /* RFC 8086 */
    { { UDP_PORT_MPLS }, DECODE_AS_UNKNOWN, false, mpls_udp_looks_like, layer_mpls_udp },
};

static bool is_on_port(const UdpTunnel *tunnel, const NetPacket *packet)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(tunnel->ports) && tunnel->ports[i]; i++)
        if (packet->source.port == tunnel->ports[i] || packet->destination.port == tunnel->ports[i])
            return true;
    return false;
}

static Layer find_named(DecodeAs name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(tunnels); i++)
        if (tunnels[i].name == name)
            return tunnels[i].layer;
    return NULL; /* no tunnel */
}

Layer udp_tunnel_find(Decode *d)
{
    NetPacket *out = d->out;
    UdpTunnelProbe probe = { .bytes = cursor_rest(&d->c), .on_wire = layer_on_wire(d) };

    if (d->rules) {
        out->decode_as = (uint8_t)decode_rules_find(d->rules, IP_PROTOCOL_UDP, out->source.port,
                                                    out->destination.port);
        if (out->decode_as != DECODE_AS_UNKNOWN)
            return find_named((DecodeAs)out->decode_as);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(tunnels); i++) {
        const UdpTunnel *tunnel = &tunnels[i];
        probe.port_known = is_on_port(tunnel, out);
        if ((probe.port_known || tunnel->any_port) && tunnel->looks_like(&probe))
            return tunnel->layer;
    }
    return NULL;
}

enum { LABELS_MAX = 16, MPLS_BOTTOM = 0x100 };

/* A stack of labels, IP behind the last. */
bool mpls_udp_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);
    uint32_t label = 0;

    for (int i = 0; i < LABELS_MAX && !c.failed && !(label & MPLS_BOTTOM); i++)
        label = cursor_be32(&c);
    return label & MPLS_BOTTOM && !c.failed &&
           structure_is_ip(c.rest, probe->on_wire - (probe->bytes.len - c.rest.len));
}

DissectStatus layer_mpls_udp(Decode *d)
{
    layer_enter_tunnel(d, ENCAPSULATION_MPLS, 0);
    return layer_follow(d, layer_mpls);
}
