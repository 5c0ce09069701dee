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
    PPP_CONTROL_PROTOCOLS = 0x8000, /* network and link control, RFC 1661 section 2 */
    PPPOE_VERSION_TYPE = 0x11,
};

static DissectStatus layer_vlan(Decode *d);

static DissectStatus layer_arp(Decode *d);
static DissectStatus layer_link_control(Decode *d);
static DissectStatus layer_encrypted(Decode *d);

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
    { 0x8926, layer_vn_tag },
    { 0x893f, layer_bridge_tag },
    { 0x88e7, layer_backbone_tag },
    { 0x8909, layer_security_group },
    { 0x88e5, layer_macsec },
    { 0x894f, layer_nsh },
    { 0x6558, layer_ethernet }, /* transparent bridging, RFC 1701 */
    { 0x880b, layer_ppp },
    { 0x0806, layer_arp },
    { 0x8035, layer_arp },
    { 0x8863, layer_link_control }, /* PPPoE discovery */
    { 0x88cc, layer_link_control }, /* LLDP */
    { 0x8809, layer_link_control }, /* LACP */
    { 0x888e, layer_link_control }, /* 802.1X */
    { 0x8902, layer_link_control }, /* 802.1ag */
    { 0x88f7, layer_link_control }, /* PTP */
    { 0x9000, layer_link_control }, /* loop back */
};

static const LayerRow ppp_protocols[] = {
    { 0x0021, layer_ipv4 },      { 0x0057, layer_ipv6 },         { 0x0281, layer_mpls },
    { 0x0283, layer_mpls },      { 0x0031, layer_link_control }, /* bridging */
    { 0x0053, layer_encrypted }, { 0x00fd, layer_encrypted },    /* MPPE, or compressed */
};

static DissectStatus layer_arp(Decode *d)
{
    return layer_unread(d, UNREAD_ARP);
}

static DissectStatus layer_link_control(Decode *d)
{
    return layer_unread(d, UNREAD_LINK_CONTROL);
}

static DissectStatus layer_encrypted(Decode *d)
{
    return layer_unread(d, UNREAD_ENCRYPTED);
}

DissectStatus layer_follow_ethertype(Decode *d, uint16_t type)
{
    if (d->c.failed)
        return layer_truncated(d);
    return layer_follow(d, layer_find(ethertypes, G_N_ELEMENTS(ethertypes), type));
}

static DissectStatus layer_vlan(Decode *d)
{
    d->out->vlan = cursor_be16(&d->c) & 0x0fff;
    layer_note_encapsulation(d, ENCAPSULATION_VLAN);
    return layer_follow_ethertype(d, cursor_be16(&d->c));
}

/* IEEE 802.2, with SNAP (RFC 1042). */
DissectStatus layer_llc(Decode *d)
{
    uint8_t destination = cursor_u8(&d->c), source = cursor_u8(&d->c), control = cursor_u8(&d->c);

    if (d->c.failed)
        return layer_truncated(d);
    if (destination != source || control != LLC_UNNUMBERED)
        return layer_unread(d, UNREAD_LINK_CONTROL);
    if (destination == LLC_SAP_IP)
        return layer_follow(d, layer_ipv4);
    if (destination != LLC_SAP_SNAP)
        return layer_unread(d, UNREAD_LINK_CONTROL);
    uint32_t organisation = cursor_be24(&d->c);
    uint16_t type = cursor_be16(&d->c);
    if (organisation == 0 || d->c.failed)
        return layer_follow_ethertype(d, type);
    return layer_unread(d, UNREAD_LINK_CONTROL); /* CDP, PVST ... */
}

DissectStatus layer_ethernet(Decode *d)
{
    const uint8_t *macs = cursor_take(&d->c, 12);
    uint16_t type = cursor_be16(&d->c);

    if (macs) {
        d->out->macs = macs;
        d->out->link = layer_link_hash(macs);
    }
    if (type == ETHERTYPE_IPV4)
        return layer_follow(d, layer_ipv4);
    if (type >= ETHERTYPE_FIRST || d->c.failed)
        return layer_follow_ethertype(d, type);
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
DissectStatus layer_mpls(Decode *d)
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
DissectStatus layer_ppp(Decode *d)
{
    Slice rest = cursor_rest(&d->c);

    if (rest.len >= 2 && rest.data[0] == PPP_ADDRESS && rest.data[1] == PPP_CONTROL)
        cursor_skip(&d->c, 2);
    uint16_t protocol = cursor_u8(&d->c);
    if ((protocol & 1) == 0)
        protocol = (uint16_t)(protocol << 8 | cursor_u8(&d->c));
    if (d->c.failed)
        return layer_truncated(d);
    if (protocol >= PPP_CONTROL_PROTOCOLS)
        return layer_unread(d, UNREAD_LINK_CONTROL);
    return layer_follow(d, layer_find(ppp_protocols, G_N_ELEMENTS(ppp_protocols), protocol));
}

/* RFC 2516 section 4. */
DissectStatus layer_pppoe(Decode *d)
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
