/* tests/support/packet_build.h - raw IPv4 packets (link type 101) around a payload. */
#pragma once
#include "capture/packet.h"
#include "dissect/base/address.h"
#include "dissect/base/clock.h"

#define BUILD_MAX 4096

typedef struct {
    uint8_t bytes[BUILD_MAX];
    size_t length;
} BuiltPacket;

static inline void build_be(BuiltPacket *p, uint64_t value, unsigned octets)
{
    g_assert_cmpuint(p->length + octets, <=, BUILD_MAX);
    while (octets-- > 0)
        p->bytes[p->length++] = (uint8_t)(value >> octets * 8);
}

static inline void build_bytes(BuiltPacket *p, const void *bytes, size_t length)
{
    g_assert_cmpuint(p->length + length, <=, BUILD_MAX);
    if (length)
        memcpy(p->bytes + p->length, bytes, length);
    p->length += length;
}

static inline Endpoint build_endpoint(const char *text)
{
    Endpoint endpoint = { 0 };

    g_assert_true(endpoint_parse(slice_from_string(text), &endpoint));
    return endpoint;
}

static inline void build_ip(BuiltPacket *p, Endpoint from, Endpoint to, uint8_t protocol,
                            size_t payload)
{
    p->length = 0;
    build_be(p, 0x4500, 2);
    build_be(p, 20 + payload, 2);
    build_be(p, 0, 4);
    build_be(p, 64, 1);
    build_be(p, protocol, 1);
    build_be(p, 0, 2);
    build_be(p, from.ip.low & UINT32_MAX, 4);
    build_be(p, to.ip.low & UINT32_MAX, 4);
}

static inline void build_udp(BuiltPacket *p, const char *from, const char *to, const void *bytes,
                             size_t length)
{
    Endpoint a = build_endpoint(from), b = build_endpoint(to);

    build_ip(p, a, b, 17, 8 + length);
    build_be(p, a.port, 2);
    build_be(p, b.port, 2);
    build_be(p, 8 + length, 2);
    build_be(p, 0, 2);
    build_bytes(p, bytes, length);
}

static inline void build_tcp(BuiltPacket *p, const char *from, const char *to, uint32_t seq,
                             uint8_t flags, Slice bytes)
{
    Endpoint a = build_endpoint(from), b = build_endpoint(to);

    build_ip(p, a, b, 6, 20 + bytes.len);
    build_be(p, a.port, 2);
    build_be(p, b.port, 2);
    build_be(p, seq, 4);
    build_be(p, 0, 4);
    build_be(p, 0x50, 1);
    build_be(p, flags, 1);
    build_be(p, 0xffff0000, 4);
    build_be(p, 0, 2);
    build_bytes(p, bytes.data, bytes.len);
}

static inline Packet built_packet(const BuiltPacket *p, int64_t ms)
{
    return (Packet){
        .time_ns = ms * NS_PER_MS,
        .data = p->bytes,
        .caplen = (uint32_t)p->length,
        .len = (uint32_t)p->length,
        .link_type = 101,
    };
}
