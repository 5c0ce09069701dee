/* dissect/net/tag.c - what switches put between the addresses and the type of a frame, or between
 * a frame and what carries it: VN-Tag (Cisco), 802.1BR, 802.1ah, Cisco security groups, MACsec
 * without encryption (802.1AE), NSH (RFC 8300). */
#include "dissect/net/layer.h"

enum {
    MACSEC_ENCRYPTED = 0x08,
    MACSEC_CHANGED = 0x04,
    MACSEC_HAS_CHANNEL = 0x20,
    MACSEC_CHECK_BYTES = 16,
    NSH_OAM = 0x2000,
    NSH_HEADER = 8, /* base and service path */
};

DissectStatus layer_vn_tag(Decode *d)
{
    cursor_skip(&d->c, 4);
    layer_note_encapsulation(d, ENCAPSULATION_VN_TAG);
    return layer_follow_ethertype(d, cursor_be16(&d->c));
}

DissectStatus layer_bridge_tag(Decode *d)
{
    cursor_skip(&d->c, 6);
    layer_note_encapsulation(d, ENCAPSULATION_VN_TAG);
    return layer_follow_ethertype(d, cursor_be16(&d->c));
}

/* The I-TAG, then the customer's whole frame. */
DissectStatus layer_backbone_tag(Decode *d)
{
    cursor_skip(&d->c, 4);
    if (d->c.failed)
        return layer_truncated(d);
    layer_note_encapsulation(d, ENCAPSULATION_PBB);
    return layer_follow(d, layer_ethernet);
}

/* Cisco metadata: version, length in options, options of 4 bytes each. */
DissectStatus layer_security_group(Decode *d)
{
    cursor_skip(&d->c, 1);
    size_t options = cursor_u8(&d->c);
    cursor_skip(&d->c, options * 4);
    return layer_follow_ethertype(d, cursor_be16(&d->c));
}

DissectStatus layer_macsec(Decode *d)
{
    uint8_t control = cursor_u8(&d->c);

    cursor_skip(&d->c, control & MACSEC_HAS_CHANNEL ? 13 : 5);
    if (d->c.failed)
        return layer_truncated(d);
    if (control & (MACSEC_ENCRYPTED | MACSEC_CHANGED))
        return layer_unread(d, UNREAD_ENCRYPTED);
    layer_note_encapsulation(d, ENCAPSULATION_MACSEC);
    if (layer_on_wire(d) > MACSEC_CHECK_BYTES)
        layer_limit(d, layer_on_wire(d) - MACSEC_CHECK_BYTES);
    return layer_follow_ethertype(d, cursor_be16(&d->c));
}

static const LayerRow nsh_protocols[] = {
    { 1, layer_ipv4 }, { 2, layer_ipv6 }, { 3, layer_ethernet },
    { 4, layer_nsh },  { 5, layer_mpls },
};

DissectStatus layer_nsh(Decode *d)
{
    uint16_t first = cursor_be16(&d->c);
    size_t length = (first & 0x3fu) * 4;
    cursor_skip(&d->c, 1);
    uint8_t protocol = cursor_u8(&d->c);

    if (d->c.failed)
        return layer_truncated(d);
    if (first >> 14 != 0 || length < NSH_HEADER)
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    cursor_skip(&d->c, length - 4);
    if (d->c.failed)
        return layer_truncated(d);
    layer_note_encapsulation(d, ENCAPSULATION_NSH);
    if (first & NSH_OAM)
        return layer_unread(d, UNREAD_TUNNEL_CONTROL);
    return layer_follow(d, layer_find(nsh_protocols, G_N_ELEMENTS(nsh_protocols), protocol));
}
