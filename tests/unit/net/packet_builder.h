/* tests/unit/net/packet_builder.h - packets built from the inside out: each function puts one
 * header before what is there and returns its argument. */
#pragma once
#include "dissect/net/net_packet.h"

#define SOURCE_V4      0x0a000001u /* 10.0.0.1 */
#define DESTINATION_V4 0x0a000002u

static inline void store_be16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void store_be32(uint8_t *at, uint32_t value)
{
    store_be16(at, value >> 16);
    store_be16(at + 2, value & 0xffff);
}

static inline GByteArray *packet_of(const char *payload)
{
    return g_byte_array_append(g_byte_array_new(), (const uint8_t *)payload,
                               (guint)strlen(payload));
}

/* @hex: digits and spaces. */
static inline GByteArray *prepend_hex(GByteArray *packet, const char *hex)
{
    g_autoptr(GByteArray) header = g_byte_array_new();
    for (const char *at = hex; *at; at++) {
        if (*at == ' ')
            continue;
        uint8_t byte = (uint8_t)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
        g_byte_array_append(header, &byte, 1);
        at++;
    }
    return g_byte_array_prepend(packet, header->data, header->len);
}

static inline GByteArray *prepend_udp(GByteArray *packet, uint16_t source, uint16_t destination)
{
    uint8_t header[8] = { 0 };
    store_be16(header, source);
    store_be16(header + 2, destination);
    store_be16(header + 4, packet->len + 8u);
    return g_byte_array_prepend(packet, header, sizeof header);
}

/* Ports 1000 to 2000, without options. */
static inline GByteArray *prepend_tcp(GByteArray *packet, uint32_t seq, uint8_t flags)
{
    uint8_t header[20] = { 0 };
    store_be16(header, 1000);
    store_be16(header + 2, 2000);
    store_be32(header + 4, seq);
    header[12] = 5 << 4;
    header[13] = flags;
    return g_byte_array_prepend(packet, header, sizeof header);
}

/* @flags_offset is 0 for what is no fragment. */
static inline GByteArray *prepend_ipv4(GByteArray *packet, uint8_t protocol, uint16_t flags_offset)
{
    uint8_t header[20] = { 0x45, 46 << 2 };
    store_be16(header + 2, packet->len + 20u);
    store_be16(header + 4, 0x1234);
    store_be16(header + 6, flags_offset);
    header[8] = 63;
    header[9] = protocol;
    store_be32(header + 12, SOURCE_V4);
    store_be32(header + 16, DESTINATION_V4);
    return g_byte_array_prepend(packet, header, sizeof header);
}

/* From 2001:db8::1 to 2001:db8::2. */
static inline GByteArray *prepend_ipv6(GByteArray *packet, uint8_t protocol)
{
    uint8_t header[40] = { 0x6b, 0x80 }; /* traffic class 46 << 2 */
    store_be16(header + 4, packet->len);
    header[6] = protocol;
    header[7] = 63;
    store_be32(header + 8, 0x20010db8);
    header[23] = 1;
    store_be32(header + 24, 0x20010db8);
    header[39] = 2;
    return g_byte_array_prepend(packet, header, sizeof header);
}

static inline GByteArray *prepend_ethernet(GByteArray *packet, const char *type_hex)
{
    return prepend_hex(prepend_hex(packet, type_hex), "020000000002 020000000001");
}

/* A SIP-like datagram of IPv4 from port 5060 to 5062. */
static inline GByteArray *ipv4_datagram(const char *payload)
{
    return prepend_ipv4(prepend_udp(packet_of(payload), 5060, 5062), IP_PROTOCOL_UDP, 0);
}

/* Decodes the first @caplen bytes, from a copy that ASan guards. */
static inline DissectStatus decode_cut(const GByteArray *bytes, uint16_t link_type, size_t caplen,
                                       NetPacket *out)
{
    static uint8_t *exact; /* what @out borrows from, until the next call */
    g_free(exact);
    exact = g_memdup2(bytes->data, caplen);
    Packet packet = {
        .data = exact, .caplen = (uint32_t)caplen, .len = bytes->len, .link_type = link_type
    };
    return net_decode(&packet, out);
}

static inline DissectStatus decode(const GByteArray *bytes, uint16_t link_type, NetPacket *out)
{
    return decode_cut(bytes, link_type, bytes->len, out);
}
