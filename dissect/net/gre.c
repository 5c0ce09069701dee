/* dissect/net/gre.c - GRE (RFC 2784, RFC 2890, RFC 1701), what PPTP makes of it (RFC 2637), and
 * the mirrored frames of ERSPAN within (draft-foschiano-erspan-03). */
#include "dissect/net/udp_tunnel.h"

enum {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACKNOWLEDGEMENT = 0x0080, /* RFC 2637 only */
    GRE_VERSION = 0x0007,
    ROUTES_MAX = 32,
    TYPE_TRANSPARENT_ETHERNET = 0x6558,
    TYPE_PPP = 0x880b,
    TYPE_ERSPAN = 0x88be, /* types I and II */
    TYPE_ERSPAN_III = 0x22eb,
    TYPE_KEEP_ALIVE = 0x0000,
    TYPE_CDP = 0x2000,
    TYPE_NHRP = 0x2001,
    TYPE_WCCP = 0x883e,
    ERSPAN_II = 1, /* the version in the header is one less than the type's name */
    ERSPAN_III = 2,
    ERSPAN_FRAME_IP = 2,
};

/* The tunnel of the frame is the mirror session, not the GRE that carries it. */
static void name_session(Decode *d, uint32_t session)
{
    NetPacket *out = d->out;

    layer_note_encapsulation(d, ENCAPSULATION_ERSPAN);
    NetTunnel *tunnel = &out->tunnels[out->tunnel_count - 1];
    tunnel->encapsulation = ENCAPSULATION_ERSPAN;
    tunnel->id = session;
}

/* Type I has no header, which the missing sequence number tells. */
static DissectStatus follow_erspan(Decode *d, bool has_sequence)
{
    if (!has_sequence) {
        name_session(d, 0);
        return layer_follow(d, layer_ethernet);
    }
    uint8_t version = cursor_u8(&d->c) >> 4;
    cursor_skip(&d->c, 1);
    uint32_t session = cursor_be16(&d->c) & 0x03ffu;
    cursor_skip(&d->c, 4); /* index */
    if (d->c.failed)
        return layer_truncated(d);
    if (version != ERSPAN_II)
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    name_session(d, session);
    return layer_follow(d, layer_ethernet);
}

static DissectStatus follow_erspan_iii(Decode *d)
{
    uint8_t version = cursor_u8(&d->c) >> 4;
    cursor_skip(&d->c, 1);
    uint32_t session = cursor_be16(&d->c) & 0x03ffu;
    cursor_skip(&d->c, 6); /* time stamp, security group tag */
    uint16_t flags = cursor_be16(&d->c);
    unsigned frame_type = flags >> 10 & 0x1f;

    if (flags & 1) /* the platform's own part follows */
        cursor_skip(&d->c, 8);
    if (d->c.failed)
        return layer_truncated(d);
    if (version != ERSPAN_III)
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    name_session(d, session);
    return layer_follow(d, frame_type == ERSPAN_FRAME_IP ? layer_ip : layer_ethernet);
}

static DissectStatus follow_payload(Decode *d, uint16_t type, bool has_sequence)
{
    switch (type) {
    case TYPE_TRANSPARENT_ETHERNET:
        return layer_follow(d, layer_ethernet);
    case TYPE_PPP:
        return layer_follow(d, layer_ppp);
    case TYPE_ERSPAN:
        return follow_erspan(d, has_sequence);
    case TYPE_ERSPAN_III:
        return follow_erspan_iii(d);
    case TYPE_KEEP_ALIVE:
    case TYPE_CDP:
    case TYPE_NHRP:
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    case TYPE_WCCP: /* of version 2 a redirect header comes first, and IP tells itself */
        if (d->c.rest.len && d->c.rest.data[0] >> 4 != 4)
            cursor_skip(&d->c, 4);
        return layer_follow(d, layer_ip);
    default:
        return layer_follow_ethertype(d, type);
    }
}

/* RFC 1701: entries of address family, offset and length, the last one empty. */
static void skip_routes(Cursor *c)
{
    for (int i = 0; i < ROUTES_MAX && !c->failed; i++) {
        uint16_t family = cursor_be16(c);
        cursor_skip(c, 1);
        uint8_t length = cursor_u8(c);
        if (family == 0 && length == 0)
            return;
        cursor_skip(c, length);
    }
    c->failed = true;
}

/* RFC 2637 section 4.1: the key is payload length and call; data comes with a sequence number. */
static DissectStatus layer_pptp(Decode *d, uint16_t flags, uint16_t type)
{
    uint16_t length = cursor_be16(&d->c);
    uint16_t call = cursor_be16(&d->c);

    if (flags & GRE_SEQUENCE)
        cursor_skip(&d->c, 4);
    if (flags & GRE_ACKNOWLEDGEMENT)
        cursor_skip(&d->c, 4);
    if (d->c.failed)
        return layer_truncated(d);
    if (type != TYPE_PPP || !(flags & GRE_KEY) || length > layer_on_wire(d))
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    layer_enter_tunnel(d, ENCAPSULATION_PPTP, call);
    if (length == 0 || !(flags & GRE_SEQUENCE))
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    layer_limit(d, length);
    return layer_follow(d, layer_ppp);
}

DissectStatus layer_gre(Decode *d)
{
    uint16_t flags = cursor_be16(&d->c);
    uint16_t type = cursor_be16(&d->c);
    uint32_t key = 0;

    if (d->c.failed)
        return layer_truncated(d);
    if ((flags & GRE_VERSION) == 1)
        return layer_pptp(d, flags, type);
    if ((flags & GRE_VERSION) != 0)
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    if (flags & (GRE_CHECKSUM | GRE_ROUTING))
        cursor_skip(&d->c, 4);
    if (flags & GRE_KEY)
        key = cursor_be32(&d->c);
    if (flags & GRE_SEQUENCE)
        cursor_skip(&d->c, 4);
    if (flags & GRE_ROUTING)
        skip_routes(&d->c);
    if (d->c.failed)
        return layer_truncated(d);
    layer_enter_tunnel(d, ENCAPSULATION_GRE, key);
    return follow_payload(d, type, flags & GRE_SEQUENCE);
}

/* RFC 8086: only on its port, and version, reserved bits and protocol have to be right. */
bool gre_udp_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);
    uint16_t flags = cursor_be16(&c);
    uint16_t type = cursor_be16(&c);

    return !c.failed && (flags & 0x4fff) == 0 &&
           (type == 0x0800 || type == 0x86dd || type == TYPE_TRANSPARENT_ETHERNET);
}
