/* dissect/net/teredo.c - IPv6 in UDP through NATs (RFC 4380). */
#include "dissect/net/structure.h"
#include "dissect/net/udp_tunnel.h"

enum {
    TEREDO_ORIGIN = 0x0000,
    TEREDO_AUTHENTICATION = 0x0001,
    TEREDO_PREFIX = 0x20010000, /* 2001::/32 */
};

/* Section 5.1.1: indications before the packet, authentication first. */
static bool skip_indications(Cursor *c)
{
    for (int i = 0; i < 2 && c->rest.len && c->rest.data[0] == 0; i++) {
        uint16_t type = cursor_be16(c);
        if (type == TEREDO_AUTHENTICATION) {
            size_t client = cursor_u8(c), value = cursor_u8(c);
            cursor_skip(c, client + value + 9); /* nonce, confirmation */
        } else if (type == TEREDO_ORIGIN) {
            cursor_skip(c, 6);
        } else {
            return false;
        }
    }
    return !c->failed;
}

static bool has_teredo_address(Slice ip)
{
    Cursor c = cursor_over(slice_from(ip, 8));
    uint32_t source = cursor_be32(&c);
    cursor_skip(&c, 12);
    uint32_t destination = cursor_be32(&c);

    return !c.failed && (source == TEREDO_PREFIX || destination == TEREDO_PREFIX);
}

/* Peers talk on any port, by their addresses' prefix. */
bool teredo_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);

    if (probe->bytes.len == 0 || (probe->bytes.data[0] != 0 && probe->bytes.data[0] >> 4 != 6))
        return false;
    if (!skip_indications(&c) || c.rest.len == 0 || c.rest.data[0] >> 4 != 6)
        return false;
    size_t on_wire = probe->on_wire - (probe->bytes.len - c.rest.len);
    return structure_is_ip(c.rest, on_wire) && (probe->port_known || has_teredo_address(c.rest));
}

DissectStatus layer_teredo(Decode *d)
{
    if (!skip_indications(&d->c))
        return d->c.failed ? layer_truncated(d) : layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    layer_enter_tunnel(d, ENCAPSULATION_TEREDO, 0);
    return layer_follow(d, layer_ipv6);
}
