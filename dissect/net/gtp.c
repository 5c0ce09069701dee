/* dissect/net/gtp.c - GTP-U, the user plane of mobile networks (3GPP TS 29.281): IP or Ethernet
 * behind a tunnel endpoint identifier, with extension headers such as the PDU session container of
 * 5G (TS 38.415). */
#include "dissect/net/structure.h"
#include "dissect/net/udp_tunnel.h"

enum {
    GTP_HEADER = 8,
    GTP_VERSION_TYPE_MASK = 0xf0, /* version, protocol type, and a bit that is spare */
    GTP_VERSION_TYPE = 0x30,
    GTP_EXTENSION = 0x04,
    GTP_OPTIONAL = 0x07, /* any of extension, sequence number, N-PDU number */
    GTP_G_PDU = 255,
    EXTENSIONS_MAX = 16,
};

static bool is_message_type(uint8_t type)
{
    switch (type) {
    case 1:   /* echo request */
    case 2:   /* echo response */
    case 26:  /* error indication */
    case 31:  /* supported extension headers */
    case 253: /* tunnel status */
    case 254: /* end marker */
    case GTP_G_PDU:
        return true;
    default:
        return false;
    }
}

bool gtp_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);
    uint8_t flags = cursor_u8(&c), type = cursor_u8(&c);
    size_t length = cursor_be16(&c);

    return !c.failed && (flags & GTP_VERSION_TYPE_MASK) == GTP_VERSION_TYPE &&
           is_message_type(type) && GTP_HEADER + length == probe->on_wire;
}

/* Section 5.2.1: length in units of 4 bytes, contents, type of the next. */
static bool skip_extensions(Cursor *c, uint8_t type)
{
    for (int i = 0; type != 0; i++) {
        size_t length = cursor_u8(c) * 4u;
        if (length == 0 || i == EXTENSIONS_MAX)
            return false;
        cursor_skip(c, length - 2);
        type = cursor_u8(c);
    }
    return true;
}

static DissectStatus follow_user_data(Decode *d)
{
    Slice rest = cursor_rest(&d->c);
    unsigned version = rest.len ? rest.data[0] >> 4 : 0;

    if (rest.len == 0)
        return layer_truncated(d);
    if (structure_is_ethernet(rest, layer_on_wire(d)))
        return layer_follow(d, layer_ethernet);
    if (version == 4 || version == 6)
        return layer_follow(d, layer_ip);
    return layer_unread(d, UNREAD_TUNNEL_PAYLOAD);
}

DissectStatus layer_gtp(Decode *d)
{
    uint8_t flags = cursor_u8(&d->c), type = cursor_u8(&d->c);
    size_t length = cursor_be16(&d->c);
    uint32_t teid = cursor_be32(&d->c);

    if (d->c.failed)
        return layer_truncated(d);
    if ((flags & GTP_VERSION_TYPE_MASK) != GTP_VERSION_TYPE || length > layer_on_wire(d))
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    layer_limit(d, length);
    layer_enter_tunnel(d, ENCAPSULATION_GTP, teid);
    if (type != GTP_G_PDU)
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    if (flags & GTP_OPTIONAL) {
        cursor_skip(&d->c, 3); /* sequence number, N-PDU number */
        uint8_t extension = cursor_u8(&d->c);
        if (flags & GTP_EXTENSION && !skip_extensions(&d->c, extension) && !d->c.failed)
            return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    }
    if (d->c.failed)
        return layer_truncated(d);
    return follow_user_data(d);
}
