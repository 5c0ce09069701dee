/* dissect/net/link_type.c - what stands before IP by the LINKTYPE_ of a capture
 * (https://www.tcpdump.org/linktypes.html). */
#include "dissect/net/layer.h"

enum {
    SLL_802_3 = 0x0001, /* protocol values of "cooked" captures that are no Ethertype */
    SLL_802_2 = 0x0004,
    FDDI_HEADER = 13,
    NLPID_SNAP = 0x80, /* RFC 2427 */
    NLPID_IPV4 = 0xcc,
    NLPID_IPV6 = 0x8e,
    UNNUMBERED = 0x03,
    NFLOG_PAYLOAD = 9,
    NFLOG_FIELDS_MAX = 64,
};

/* Cisco HDLC: address, control, Ethertype. */
static DissectStatus layer_cisco_hdlc(Decode *d)
{
    cursor_skip(&d->c, 2);
    return layer_follow_ethertype(d, cursor_be16(&d->c));
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
    return layer_follow_ethertype(d, protocol);
}

/* On "any" one packet passes several interfaces, in and out: what differs is in this header. */
static void note_cooked_link(Decode *d, const uint8_t *twelve)
{
    if (twelve)
        d->out->link = layer_link_hash(twelve);
}

static DissectStatus layer_sll(Decode *d)
{
    note_cooked_link(d, cursor_take(&d->c, 12)); /* packet and hardware type, address */
    cursor_skip(&d->c, 2);
    return follow_sll_protocol(d, cursor_be16(&d->c));
}

static DissectStatus layer_sll2(Decode *d)
{
    uint16_t protocol = cursor_be16(&d->c);
    cursor_skip(&d->c, 2);
    note_cooked_link(d, cursor_take(&d->c, 12)); /* interface, hardware and packet type, address */
    cursor_skip(&d->c, 4);
    return follow_sll_protocol(d, protocol);
}

/* Raw IP or IEEE 802.2, told by the first nibble. */
static DissectStatus layer_llc_or_ip(Decode *d)
{
    Slice rest = cursor_rest(&d->c);
    bool is_ip = rest.len && (rest.data[0] >> 4 == 4 || rest.data[0] >> 4 == 6);
    return layer_follow(d, is_ip ? layer_ip : layer_llc);
}

static DissectStatus skip_to(Decode *d, size_t count, Layer next)
{
    cursor_skip(&d->c, count);
    return d->c.failed ? layer_truncated(d) : layer_follow(d, next);
}

static DissectStatus layer_fddi(Decode *d)
{
    return skip_to(d, FDDI_HEADER, layer_llc);
}

/* IEEE 802.5: the first bit of the source says that a route follows, whose first byte has its
 * length. */
static DissectStatus layer_token_ring(Decode *d)
{
    cursor_skip(&d->c, 8);
    bool routed = cursor_u8(&d->c) & 0x80;
    cursor_skip(&d->c, 5);
    size_t route = routed ? cursor_u8(&d->c) & 0x1fu : 0;
    if (route > 1)
        cursor_skip(&d->c, route - 1);
    return d->c.failed ? layer_truncated(d) : layer_follow(d, layer_llc);
}

/* RFC 2427; Cisco's own has an Ethertype behind the address. */
static DissectStatus layer_frame_relay(Decode *d)
{
    for (int i = 0; i < 4 && !(cursor_u8(&d->c) & 1); i++) /* the address ends with a set bit */
        ;
    Cursor cisco = d->c;
    uint16_t type = cursor_be16(&cisco);
    if (type >> 8 != UNNUMBERED) {
        d->c = cisco;
        return layer_follow_ethertype(d, type);
    }
    cursor_skip(&d->c, 1);
    uint8_t nlpid = cursor_u8(&d->c);
    if (nlpid == 0) /* padding */
        nlpid = cursor_u8(&d->c);
    if (nlpid == NLPID_SNAP) {
        cursor_skip(&d->c, 3);
        return layer_follow_ethertype(d, cursor_be16(&d->c));
    }
    if (d->c.failed)
        return layer_truncated(d);
    return nlpid == NLPID_IPV4 || nlpid == NLPID_IPV6 ? layer_follow(d, layer_ip)
                                                      : layer_unread(d, UNREAD_LINK_CONTROL);
}

static DissectStatus layer_frame_relay_with_direction(Decode *d)
{
    return skip_to(d, 1, layer_frame_relay);
}

static DissectStatus layer_cisco_hdlc_with_direction(Decode *d)
{
    return skip_to(d, 1, layer_cisco_hdlc);
}

/* The direction stands before the frame, or in the place of its address. */
static DissectStatus layer_ppp_with_direction(Decode *d)
{
    cursor_skip(&d->c, 1);
    Slice rest = cursor_rest(&d->c);
    return skip_to(d, rest.len && rest.data[0] == UNNUMBERED ? 1 : 0, layer_ppp);
}

/* OpenBSD: address family, security parameter index, flags. */
static DissectStatus layer_enc(Decode *d)
{
    return skip_to(d, 12, layer_ip);
}

/* OpenBSD: its length comes first and is padded. */
static DissectStatus layer_pflog(Decode *d)
{
    Slice rest = cursor_rest(&d->c);
    size_t length = rest.len ? rest.data[0] : 0;
    return skip_to(d, (length + 3) / 4 * 4, layer_ip);
}

/* RFC 2734, as Apple captures it. */
static DissectStatus layer_firewire(Decode *d)
{
    cursor_skip(&d->c, 16);
    return layer_follow_ethertype(d, cursor_be16(&d->c));
}

/* Solaris. */
static DissectStatus layer_ipnet(Decode *d)
{
    return skip_to(d, 24, layer_ip);
}

/* Linux netfilter: fields of length and type in the byte order of the machine, padded to 4. */
static DissectStatus layer_nflog(Decode *d)
{
    cursor_skip(&d->c, 4);
    for (int i = 0; i < NFLOG_FIELDS_MAX && !d->c.failed; i++) {
        uint16_t length_swapped = cursor_be16(&d->c), type_swapped = cursor_be16(&d->c);
        size_t length = GUINT16_SWAP_LE_BE(length_swapped);
        uint16_t type = GUINT16_SWAP_LE_BE(type_swapped) & 0x7fff;
        if (d->c.failed || length < 4)
            break;
        if (type == NFLOG_PAYLOAD) {
            layer_limit(d, MIN(length - 4, layer_on_wire(d)));
            return layer_follow(d, layer_ip);
        }
        cursor_skip(&d->c, (length + 3) / 4 * 4 - 4);
    }
    return layer_truncated(d);
}

/* Hilscher: port and length before the frame. */
static DissectStatus layer_net_analyzer(Decode *d)
{
    return skip_to(d, 4, layer_ethernet);
}

/* Numbers: https://www.tcpdump.org/linktypes.html */
static const LayerRow link_types[] = {
    { 1, layer_ethernet },
    { 113, layer_sll },
    { 276, layer_sll2 },
    { 101, layer_ip },
    { 228, layer_ipv4 },
    { 229, layer_ipv6 },
    { 0, layer_null },
    { 108, layer_null }, /* LOOP: the same, always in network order */
    { 9, layer_ppp },
    { 50, layer_ppp_hdlc },
    { 51, layer_pppoe },
    { 104, layer_cisco_hdlc },
    { 12, layer_ip }, /* what some systems write for raw IP: their
                         DLT_RAW */
    { 14, layer_ip },
    { 105, layer_wlan },
    { 127, layer_radiotap },
    { 119, layer_prism },
    { 163, layer_avs },
    { 192, layer_ppi },
    { 10, layer_fddi },
    { 6, layer_token_ring },
    { 100, layer_llc_or_ip }, /* ATM, RFC 2684 */
    { 106, layer_llc_or_ip }, /* Linux's classical IP over ATM */
    { 107, layer_frame_relay },
    { 109, layer_enc },
    { 117, layer_pflog },
    { 138, layer_firewire },
    { 166, layer_ppp_with_direction }, /* of pppd */
    { 204, layer_ppp_with_direction },
    { 205, layer_cisco_hdlc_with_direction },
    { 206, layer_frame_relay_with_direction },
    { 226, layer_ipnet },
    { 239, layer_nflog },
    { 240, layer_net_analyzer },
};

Layer layer_of_link_type(uint16_t link_type)
{
    return layer_find(link_types, G_N_ELEMENTS(link_types), link_type);
}
