/* dissect/net/ipsec.c - what of IPsec can be read: AH (RFC 4302), and ESP (RFC 4303) that only
 * authenticates (RFC 2410, RFC 4543). ESP does not say whether it encrypts: as RFC 5879 does it, a
 * packet is believed to be open when trailer, padding and the payload's own lengths and checksum
 * agree. */
#include "dissect/net/structure.h"
#include "dissect/net/udp_tunnel.h"

enum {
    ESP_HEADER = 8,
    ESP_TRAILER = 2,
    UDP_HEADER = 8,
    TCP_HEADER = 20,
};

/* Initialisation vector and check value, as the algorithms have them: HMAC-SHA1-96 and MD5-96,
 * SHA-256-128, GMAC, SHA-384-192, SHA-512-256, none. */
static const struct {
    uint8_t vector, check;
} esp_sizes[] = { { 0, 12 }, { 0, 16 }, { 8, 16 }, { 0, 24 }, { 0, 32 }, { 0, 0 } };

/* RFC 4302 section 2: the length is in units of 4 bytes less 2. */
DissectStatus layer_ah(Decode *d)
{
    uint8_t protocol = cursor_u8(&d->c);
    size_t length = cursor_u8(&d->c);
    cursor_skip(&d->c, 2);
    uint32_t spi = cursor_be32(&d->c);

    if (length < 1 && !d->c.failed)
        return layer_malformed(d, ANOMALY_NET_BAD_TUNNEL_HEADER);
    cursor_skip(&d->c, length * 4);
    if (d->c.failed)
        return layer_truncated(d);
    (void)spi;
    layer_note_encapsulation(d, ENCAPSULATION_AH);
    d->out->ip_protocol = protocol;
    d->next = layer_of_ip_protocol(protocol);
    return DISSECT_OK;
}

/* RFC 4303 section 2.4: 1, 2, 3 ... */
static bool is_padding(Slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.data[i] != i + 1)
            return false;
    return true;
}

static uint32_t sum_address(IpAddress ip)
{
    uint32_t sum = (uint32_t)(ip.low & 0xffff) + (uint32_t)(ip.low >> 16 & 0xffff);

    if (ip_is_v4(ip))
        return sum;
    sum += (uint32_t)(ip.low >> 32 & 0xffff) + (uint32_t)(ip.low >> 48);
    return sum + (uint32_t)(ip.high & 0xffff) + (uint32_t)(ip.high >> 16 & 0xffff) +
           (uint32_t)(ip.high >> 32 & 0xffff) + (uint32_t)(ip.high >> 48);
}

static bool is_tcp(const NetPacket *out, Slice bytes)
{
    if (bytes.len < TCP_HEADER || (size_t)(bytes.data[12] >> 4) * 4 < TCP_HEADER ||
        (size_t)(bytes.data[12] >> 4) * 4 > bytes.len)
        return false;
    uint32_t sum = sum_address(out->source.ip) + sum_address(out->destination.ip) +
                   IP_PROTOCOL_TCP + (uint32_t)bytes.len;
    return structure_checksum(sum, bytes) == 0xffff;
}

static bool is_udp(Slice bytes)
{
    Cursor c = cursor_over(slice_from(bytes, 4));
    return bytes.len >= UDP_HEADER && cursor_be16(&c) == bytes.len;
}

static bool is_payload(const NetPacket *out, uint8_t protocol, Slice bytes)
{
    switch (protocol) {
    case IP_PROTOCOL_UDP:
        return is_udp(bytes);
    case IP_PROTOCOL_TCP:
        return is_tcp(out, bytes);
    case 4:
    case 41:
        return structure_is_ip(bytes, bytes.len);
    default:
        return false;
    }
}

/* The payload of an ESP packet whose sequence number has been read, if it is open. */
static bool find_open_payload(const NetPacket *out, Slice esp, Slice *ret_payload,
                              uint8_t *ret_protocol)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(esp_sizes); i++) {
        Slice rest = slice_from(esp, esp_sizes[i].vector);
        if (!slice_drop_tail(&rest, esp_sizes[i].check) || rest.len < ESP_TRAILER)
            continue;
        uint8_t protocol = slice_last(rest);
        size_t padding = rest.data[rest.len - ESP_TRAILER];
        rest.len -= ESP_TRAILER;
        if (padding > rest.len)
            continue;
        Slice payload = slice_sub(rest, 0, rest.len - padding);
        if (is_padding(slice_from(rest, payload.len)) && is_payload(out, protocol, payload)) {
            *ret_payload = payload;
            *ret_protocol = protocol;
            return true;
        }
    }
    return false;
}

DissectStatus layer_esp(Decode *d)
{
    uint32_t spi = cursor_be32(&d->c);
    cursor_skip(&d->c, 4); /* sequence number */
    Slice payload;
    uint8_t protocol;

    (void)spi;
    if (d->c.failed)
        return layer_truncated(d);
    if (d->missing || !find_open_payload(d->out, d->c.rest, &payload, &protocol))
        return layer_unread(d, UNREAD_ENCRYPTED);
    layer_note_encapsulation(d, ENCAPSULATION_ESP_NULL);
    d->c.rest = payload;
    d->out->ip_protocol = protocol;
    d->next = layer_of_ip_protocol(protocol);
    return DISSECT_OK;
}

/* RFC 3948. Only what is open is told from other traffic on the port: an RTP stream there stays. */
bool esp_udp_looks_like(const UdpTunnelProbe *probe)
{
    NetPacket nowhere = { 0 }; /* a checksum behind NAT proves nothing: TCP is not found */
    Slice payload;
    uint8_t protocol;

    if (probe->bytes.len <= ESP_HEADER || probe->bytes.len != probe->on_wire)
        return false;
    return find_open_payload(&nowhere, slice_from(probe->bytes, ESP_HEADER), &payload, &protocol);
}

DissectStatus layer_esp_udp(Decode *d)
{
    layer_enter_tunnel(d, ENCAPSULATION_ESP_NULL, 0);
    return layer_esp(d);
}
