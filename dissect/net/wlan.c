/* dissect/net/wlan.c - IEEE 802.11 data frames, and the headers that capture programs put before
 * them: radiotap, Prism, AVS, PPI. Frames under a cipher are not read. */
#include "dissect/net/layer.h"

enum {
    TYPE_DATA = 2,
    SUBTYPE_QOS = 8,
    SUBTYPE_NO_DATA = 4,
    FLAG_TO_DS = 0x01,
    FLAG_FROM_DS = 0x02,
    FLAG_MORE_FRAGMENTS = 0x04,
    FLAG_PROTECTED = 0x40,
    FLAG_ORDER = 0x80, /* with QoS: HT control follows */
    QOS_A_MSDU = 0x80,
    RADIOTAP_TSFT = 1u << 0,
    RADIOTAP_FLAGS = 1u << 1,
    RADIOTAP_PADDED = 0x20,
    RADIOTAP_WORDS_MAX = 32,
    PRISM_HEADER = 144,
    AVS_MAGIC = 0x80211001, /* its last digit is the version */
};

static uint16_t read_le16(Cursor *c)
{
    uint16_t swapped = cursor_be16(c);
    return GUINT16_SWAP_LE_BE(swapped);
}

static uint32_t read_le32(Cursor *c)
{
    uint32_t swapped = cursor_be32(c);
    return GUINT32_SWAP_LE_BE(swapped);
}

/* A frame may hold several packets; that of the first is read. */
static void enter_a_msdu(Decode *d)
{
    cursor_skip(&d->c, 12); /* addresses */
    size_t length = cursor_be16(&d->c);
    if (!d->c.failed && length <= layer_on_wire(d))
        layer_limit(d, length);
}

static DissectStatus decode_frame(Decode *d, bool padded)
{
    Cursor *c = &d->c;
    size_t before = c->rest.len;
    uint8_t control = cursor_u8(c), flags = cursor_u8(c);
    uint8_t subtype = control >> 4, quality = 0;

    if (c->failed)
        return layer_truncated(d);
    if ((control >> 2 & 3) != TYPE_DATA || (control & 3) != 0 || subtype & SUBTYPE_NO_DATA)
        return layer_unread(d, UNREAD_LINK_CONTROL);
    cursor_skip(c, 20); /* duration, three addresses */
    uint16_t sequence = read_le16(c);
    if ((flags & (FLAG_TO_DS | FLAG_FROM_DS)) == (FLAG_TO_DS | FLAG_FROM_DS))
        cursor_skip(c, 6);
    if (subtype & SUBTYPE_QOS) {
        quality = cursor_u8(c);
        cursor_skip(c, flags & FLAG_ORDER ? 5 : 1);
    }
    if (c->failed)
        return layer_truncated(d);
    if (flags & FLAG_PROTECTED)
        return layer_unread(d, UNREAD_ENCRYPTED);
    if (flags & FLAG_MORE_FRAGMENTS || sequence & 0x0f)
        return layer_unread(d, UNREAD_WLAN_FRAGMENT);
    if (padded)
        cursor_skip(c, (4 - (before - c->rest.len) % 4) % 4);
    layer_note_encapsulation(d, ENCAPSULATION_WLAN);
    if (quality & QOS_A_MSDU)
        enter_a_msdu(d);
    return layer_follow(d, layer_llc);
}

DissectStatus layer_wlan(Decode *d)
{
    return decode_frame(d, false);
}

static DissectStatus layer_wlan_padded(Decode *d)
{
    return decode_frame(d, true);
}

/* https://www.radiotap.org: flags are the second field, behind a time stamp of 8 aligned bytes. */
DissectStatus layer_radiotap(Decode *d)
{
    Cursor header = d->c;
    size_t start = header.rest.len;
    uint8_t version = cursor_u8(&header), flags = 0;
    cursor_skip(&header, 1);
    size_t length = read_le16(&header);
    uint32_t present = read_le32(&header), word = present;

    for (int i = 0; word >> 31 && i < RADIOTAP_WORDS_MAX; i++)
        word = read_le32(&header);
    if (present & RADIOTAP_TSFT)
        cursor_skip(&header, (8 - (start - header.rest.len) % 8) % 8 + 8);
    if (present & RADIOTAP_FLAGS)
        flags = cursor_u8(&header);
    if (header.failed)
        return layer_truncated(d);
    if (version != 0 || length < start - header.rest.len)
        return layer_malformed(d, ANOMALY_NET_BAD_LINK_HEADER);
    cursor_skip(&d->c, length);
    if (d->c.failed)
        return layer_truncated(d);
    return layer_follow(d, flags & RADIOTAP_PADDED ? layer_wlan_padded : layer_wlan);
}

/* Of a fixed length; drivers that write AVS use the same link type. */
DissectStatus layer_prism(Decode *d)
{
    Cursor c = d->c;

    if ((cursor_be32(&c) & 0xfffffff0u) == (AVS_MAGIC & 0xfffffff0u))
        return layer_follow(d, layer_avs);
    cursor_skip(&d->c, PRISM_HEADER);
    return d->c.failed ? layer_truncated(d) : layer_follow(d, layer_wlan);
}

DissectStatus layer_avs(Decode *d)
{
    Cursor c = d->c;
    uint32_t magic = cursor_be32(&c), length = cursor_be32(&c);

    if (c.failed)
        return layer_truncated(d);
    if ((magic & 0xfffffff0u) != (AVS_MAGIC & 0xfffffff0u) || length < 8)
        return layer_malformed(d, ANOMALY_NET_BAD_LINK_HEADER);
    cursor_skip(&d->c, length);
    return d->c.failed ? layer_truncated(d) : layer_follow(d, layer_wlan);
}

/* Names the link type of what follows. */
DissectStatus layer_ppi(Decode *d)
{
    Cursor c = d->c;

    cursor_skip(&c, 2); /* version, flags */
    size_t length = read_le16(&c);
    uint32_t link_type = read_le32(&c);
    if (c.failed)
        return layer_truncated(d);
    if (length < 8 || link_type > UINT16_MAX)
        return layer_malformed(d, ANOMALY_NET_BAD_LINK_HEADER);
    cursor_skip(&d->c, length);
    return d->c.failed ? layer_truncated(d)
                       : layer_follow(d, layer_of_link_type((uint16_t)link_type));
}
