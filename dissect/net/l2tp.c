/* dissect/net/l2tp.c - L2TP version 2 (RFC 2661) and 3 (RFC 3931), over UDP and over IP.
 * How long the cookie is, whether a sublayer follows it and what is inside was agreed when the
 * session was set up: the structure of what follows tells. */
#include "dissect/net/structure.h"
#include "dissect/net/udp_tunnel.h"

enum {
    L2TP_CONTROL = 0x8000,
    L2TP_LENGTH = 0x4000,
    L2TP_SEQUENCE = 0x0800,
    L2TP_OFFSET = 0x0200,
    L2TP_RESERVED = 0x34f0,
    L2TP_VERSION = 0x000f,
};

static bool has_ppp_at(Slice bytes)
{
    Cursor c = cursor_over(bytes);
    uint16_t first = cursor_be16(&c);
    uint16_t protocol = first == 0xff03 ? cursor_be16(&c) : first;

    return !c.failed && (protocol & 0x0101) == 0x0001; /* RFC 1661 section 2 */
}

/* A compressed protocol field is one odd byte. */
static bool is_ppp(Slice bytes)
{
    return has_ppp_at(bytes) || (bytes.len && (bytes.data[0] == 0x21 || bytes.data[0] == 0x57));
}

/* Flags, and as much behind them as is fixed; where PPP begins is left at @c. */
static bool read_v2(Cursor *c, uint32_t *id, size_t on_wire)
{
    uint16_t flags = cursor_be16(c);
    size_t length = flags & L2TP_LENGTH ? cursor_be16(c) : on_wire;
    uint32_t tunnel = cursor_be16(c);

    *id = tunnel << 16 | cursor_be16(c);
    if (flags & L2TP_SEQUENCE)
        cursor_skip(c, 4);
    if (flags & L2TP_OFFSET)
        cursor_skip(c, cursor_be16(c));
    return !c->failed && (flags & L2TP_RESERVED) == 0 && length <= on_wire;
}

bool l2tp_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);
    uint16_t flags = cursor_be16(&c);
    uint32_t id;

    switch (flags & L2TP_VERSION) {
    case 2:
        c = cursor_over(probe->bytes);
        return read_v2(&c, &id, probe->on_wire) && (flags & L2TP_CONTROL || is_ppp(c.rest));
    case 3:
        return (flags & 0x30f0) == 0 && cursor_be16(&c) <= probe->on_wire && !c.failed;
    default:
        return false;
    }
}

static DissectStatus layer_l2tpv2(Decode *d, uint16_t flags)
{
    uint32_t id;

    if (!read_v2(&d->c, &id, layer_on_wire(d)))
        return d->c.failed ? layer_truncated(d) : layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    layer_enter_tunnel(d, ENCAPSULATION_L2TP, id);
    if (flags & L2TP_CONTROL)
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    return layer_follow(d, layer_ppp);
}

/* Whether @skipped bytes of cookie and sublayer stand before what a session carries. */
static Layer session_at(const Decode *d, size_t skipped)
{
    Slice rest = slice_from(d->c.rest, skipped);
    size_t on_wire = layer_on_wire(d) - skipped;
    Cursor c = cursor_over(rest);

    if (rest.len == 0)
        return NULL;
    if (structure_is_ethernet(rest, on_wire))
        return layer_ethernet;
    if (structure_is_ip(rest, on_wire))
        return layer_ip;
    uint32_t ppp = cursor_be32(&c);
    if (ppp == 0xff030021 || ppp == 0xff030057 ||
        ((ppp >> 16 == 0x0021 || ppp >> 16 == 0x0057) &&
         structure_is_ip(slice_from(rest, 2), on_wire - 2)))
        return layer_ppp;
    return NULL;
}

static DissectStatus follow_session(Decode *d)
{
    uint32_t session = cursor_be32(&d->c);

    if (d->c.failed)
        return layer_truncated(d);
    layer_enter_tunnel(d, ENCAPSULATION_L2TPV3, session);
    for (size_t skipped = 0; skipped <= 12; skipped += 4) { /* cookie: 0, 4, 8; sublayer: 0, 4 */
        Layer layer = session_at(d, skipped);
        if (layer) {
            cursor_skip(&d->c, skipped);
            return layer_follow(d, layer);
        }
    }
    return layer_unread(d, UNREAD_TUNNEL_PAYLOAD);
}

DissectStatus layer_l2tp(Decode *d)
{
    Cursor c = d->c;
    uint16_t flags = cursor_be16(&c);

    if (c.failed)
        return layer_truncated(d);
    if ((flags & L2TP_VERSION) == 2)
        return layer_l2tpv2(d, flags);
    if ((flags & L2TP_VERSION) != 3)
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    if (flags & L2TP_CONTROL) {
        layer_enter_tunnel(d, ENCAPSULATION_L2TPV3, 0);
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    }
    cursor_skip(&d->c, 4); /* flags, reserved: RFC 3931 section 4.1.2.1 */
    return follow_session(d);
}

/* RFC 3931 section 4.1.1: session 0 is the control connection. */
DissectStatus layer_l2tpv3_ip(Decode *d)
{
    Cursor c = d->c;

    if (cursor_be32(&c) == 0 && !c.failed) {
        layer_enter_tunnel(d, ENCAPSULATION_L2TPV3, 0);
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    }
    return follow_session(d);
}
