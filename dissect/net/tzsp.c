/* dissect/net/tzsp.c - TaZmen Sniffer Protocol: what MikroTik's and other sniffers send. */
#include "dissect/net/structure.h"
#include "dissect/net/udp_tunnel.h"

enum {
    TZSP_VERSION = 1,
    TZSP_RECEIVED = 0, /* packet types that carry one */
    TZSP_TRANSMIT = 1,
    TZSP_KEEP_ALIVE = 4,
    TAG_PADDING = 0,
    TAG_END = 1,
    TAGS_MAX = 64,
};

static const LayerRow protocols[] = {
    { 0x01, layer_ethernet },
    { 0x12, layer_wlan },
    { 0x77, layer_prism },
    { 0x7f, layer_avs },
};

static bool skip_tags(Cursor *c)
{
    for (int i = 0; i < TAGS_MAX && !c->failed; i++) {
        uint8_t tag = cursor_u8(c);
        if (tag == TAG_END)
            return !c->failed;
        if (tag != TAG_PADDING)
            cursor_skip(c, cursor_u8(c));
    }
    return false;
}

bool tzsp_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);
    uint8_t version = cursor_u8(&c), type = cursor_u8(&c);
    uint16_t protocol = cursor_be16(&c);

    if (c.failed || version != TZSP_VERSION || type > TZSP_KEEP_ALIVE)
        return false;
    if (type > TZSP_TRANSMIT)
        return probe->port_known;
    if (!layer_find(protocols, G_N_ELEMENTS(protocols), protocol) || !skip_tags(&c))
        return false;
    size_t rest_on_wire = probe->on_wire - (probe->bytes.len - c.rest.len);
    return probe->port_known || (protocol == 0x01 && structure_is_ethernet(c.rest, rest_on_wire));
}

DissectStatus layer_tzsp(Decode *d)
{
    uint8_t version = cursor_u8(&d->c), type = cursor_u8(&d->c);
    uint16_t protocol = cursor_be16(&d->c);

    if (d->c.failed)
        return layer_truncated(d);
    if (version != TZSP_VERSION)
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    layer_enter_tunnel(d, ENCAPSULATION_TZSP, 0);
    if (type > TZSP_TRANSMIT)
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    if (!skip_tags(&d->c))
        return d->c.failed ? layer_truncated(d) : layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    return layer_follow(d, layer_find(protocols, G_N_ELEMENTS(protocols), protocol));
}
