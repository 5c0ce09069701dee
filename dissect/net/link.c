#include "dissect/net/layer.h"

enum {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_FIRST = 0x0600, /* below it the field is a length (IEEE 802.3) */
    LLC_SAP_SNAP = 0xaa,
    LLC_SAP_IP = 0x06,
    LLC_UNNUMBERED = 0x03,
    PPP_ADDRESS = 0xff, /* HDLC-like framing, RFC 1662 section 3.1 */
    PPP_CONTROL = 0x03,
    PPPOE_VERSION_TYPE = 0x11,
    SLL_802_3 = 0x0001, /* protocol values of "cooked" captures that are no Ethertype */
    SLL_802_2 = 0x0004,
};

static DissectStatus layer_vlan(Decode *d);
static DissectStatus layer_mpls(Decode *d);
static DissectStatus layer_pppoe(Decode *d);
static DissectStatus layer_ppp(Decode *d);

static const LayerRow ethertypes[] = {
    { ETHERTYPE_IPV4, layer_ipv4 },
    { ETHERTYPE_IPV6, layer_ipv6 },
    { 0x8100, layer_vlan }, /* IEEE 802.1Q */
    { 0x88a8, layer_vlan }, /* IEEE 802.1ad */
    { 0x9100, layer_vlan }, /* before 802.1ad, still met */
    { 0x9200, layer_vlan },
    { 0x8847, layer_mpls },
    { 0x8848, layer_mpls },
    { 0x8864, layer_pppoe }, /* session stage; discovery carries no IP */
};

static const LayerRow ppp_protocols[] = {
    { 0x0021, layer_ipv4 },
    { 0x0057, layer_ipv6 },
    { 0x0281, layer_mpls },
    { 0x0283, layer_mpls },
};

static DissectStatus follow_ethertype(Decode *d, uint16_t type)
{
    if (d->c.failed)
        return layer_truncated(d);
    return layer_follow(d, layer_find(ethertypes, G_N_ELEMENTS(ethertypes), type));
}

static DissectStatus layer_vlan(Decode *d)
{
    d->out->vlan = cursor_be16(&d->c) & 0x0fff;
    layer_note_encapsulation(d, ENCAPSULATION_VLAN);
    return follow_ethertype(d, cursor_be16(&d->c));
}

/* IEEE 802.2, with SNAP (RFC 1042). */
static DissectStatus layer_llc(Decode *d)
{
    uint8_t destination = cursor_u8(&d->c), source = cursor_u8(&d->c), control = cursor_u8(&d->c);

    if (d->c.failed)
        return layer_truncated(d);
    if (destination != source || control != LLC_UNNUMBERED)
        return DISSECT_NOT_MINE;
    if (destination == LLC_SAP_IP)
        return layer_follow(d, layer_ipv4);
    if (destination != LLC_SAP_SNAP)
        return DISSECT_NOT_MINE;
    uint32_t organisation = cursor_be24(&d->c);
    uint16_t type = cursor_be16(&d->c);
    return organisation == 0 || d->c.failed ? follow_ethertype(d, type) : DISSECT_NOT_MINE;
}

DissectStatus layer_ethernet(Decode *d)
{
    cursor_skip(&d->c, 12);
    uint16_t type = cursor_be16(&d->c);

    if (type == ETHERTYPE_IPV4)
        return layer_follow(d, layer_ipv4);
    if (type >= ETHERTYPE_FIRST || d->c.failed)
        return follow_ethertype(d, type);
    layer_limit(d, MIN(type, d->c.rest.len + d->missing));
    return layer_follow(d, layer_llc);
}

static bool has_ethertype_at(Slice bytes, size_t offset)
{
    Cursor c = cursor_over(slice_from(bytes, offset));
    return layer_find(ethertypes, G_N_ELEMENTS(ethertypes), cursor_be16(&c)) != NULL;
}

/* RFC 3032. What follows the last label is not named: IP tells itself by its version. A zero nibble
 * begins the control word (RFC 4385) of an Ethernet pseudo-wire, or without one an address. */
static DissectStatus layer_mpls(Decode *d)
{
    uint32_t label;

    do {
        label = cursor_be32(&d->c);
    } while (!d->c.failed && (label & 0x100) == 0); /* bottom of stack */
    layer_note_encapsulation(d, ENCAPSULATION_MPLS);
    Slice rest = cursor_rest(&d->c);
    if (rest.len == 0)
        return layer_truncated(d);
    if (rest.data[0] >> 4 != 0)
        return layer_follow(d, layer_ip);
    if (has_ethertype_at(rest, 16) || !has_ethertype_at(rest, 12))
        cursor_skip(&d->c, 4);
    return layer_follow(d, layer_ethernet);
}

/* RFC 1661; the first byte of the protocol field may be left out when it is 0 (section 6.5). */
static DissectStatus layer_ppp(Decode *d)
{
    Slice rest = cursor_rest(&d->c);

    if (rest.len >= 2 && rest.data[0] == PPP_ADDRESS && rest.data[1] == PPP_CONTROL)
        cursor_skip(&d->c, 2);
    uint16_t protocol = cursor_u8(&d->c);
    if ((protocol & 1) == 0)
        protocol = (uint16_t)(protocol << 8 | cursor_u8(&d->c));
    if (d->c.failed)
        return layer_truncated(d);
    return layer_follow(d, layer_find(ppp_protocols, G_N_ELEMENTS(ppp_protocols), protocol));
}

/* RFC 2516 section 4. */
static DissectStatus layer_pppoe(Decode *d)
{
    uint8_t version_type = cursor_u8(&d->c), code = cursor_u8(&d->c);

    cursor_skip(&d->c, 4); /* session, length */
    if (d->c.failed)
        return layer_truncated(d);
    if (version_type != PPPOE_VERSION_TYPE || code != 0)
        return DISSECT_NOT_MINE;
    layer_note_encapsulation(d, ENCAPSULATION_PPPOE);
    return layer_follow(d, layer_ppp);
}

/* Cisco HDLC: address, control, Ethertype. */
static DissectStatus layer_cisco_hdlc(Decode *d)
{
    cursor_skip(&d->c, 2);
    return follow_ethertype(d, cursor_be16(&d->c));
}

/* LINKTYPE_PPP_HDLC holds either framing; the address byte tells them apart. */
static DissectStatus layer_ppp_hdlc(Decode *d)
{
    Slice rest = cursor_rest(&d->c);
    bool cisco = rest.len && (rest.data[0] == 0x0f || rest.data[0] == 0x8f);
    return layer_follow(d, cisco ? layer_cisco_hdlc : layer_ppp);
}

/* BSD loopback: the address family of the capturing machine, in its byte order. */
static DissectStatus layer_null(Decode *d)
{
    uint32_t family = cursor_be32(&d->c);

    if (d->c.failed)
        return layer_truncated(d);
    if (family > UINT16_MAX)
        family = GUINT32_SWAP_LE_BE(family);
    switch (family) {
    case 2:
        return layer_follow(d, layer_ipv4);
    case 10: /* AF_INET6 of Linux, Windows, NetBSD, FreeBSD and Darwin */
    case 23:
    case 24:
    case 28:
    case 30:
        return layer_follow(d, layer_ipv6);
    default:
        return DISSECT_NOT_MINE;
    }
}

static DissectStatus follow_sll_protocol(Decode *d, uint16_t protocol)
{
    if (d->c.failed)
        return layer_truncated(d);
    if (protocol == SLL_802_2 || protocol == SLL_802_3)
        return layer_follow(d, layer_llc);
    return follow_ethertype(d, protocol);
}

static DissectStatus layer_sll(Decode *d)
{
    cursor_skip(&d->c, 14); /* packet type, hardware type, address length, address */
    return follow_sll_protocol(d, cursor_be16(&d->c));
}

static DissectStatus layer_sll2(Decode *d)
{
    uint16_t protocol = cursor_be16(&d->c);
    cursor_skip(&d->c, 18); /* interface, hardware type, packet type, address */
    return follow_sll_protocol(d, protocol);
}

/* Numbers: https://www.tcpdump.org/linktypes.html */
static const LayerRow link_types[] = {
    { 1, layer_ethernet },     { 113, layer_sll },     { 276, layer_sll2 },
    { 101, layer_ip },         { 228, layer_ipv4 },    { 229, layer_ipv6 },
    { 0, layer_null },         { 108, layer_null }, /* LOOP: the same, always in network order */
    { 9, layer_ppp },          { 50, layer_ppp_hdlc }, { 51, layer_pppoe },
    { 104, layer_cisco_hdlc }, { 12, layer_ip }, /* what some systems write for raw IP: their
                                                    DLT_RAW */
    { 14, layer_ip },
};

Layer layer_of_link_type(uint16_t link_type)
{
    return layer_find(link_types, G_N_ELEMENTS(link_types), link_type);
}
