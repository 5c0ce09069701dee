#include "dissect/net/icmp.h"
#include "dissect/base/cursor.h"

enum {
    ICMP_UNREACHABLE = 3,
    ICMP_SOURCE_QUENCH = 4,
    ICMP_TIME_EXCEEDED = 11,
    ICMP_PARAMETER_PROBLEM = 12,
    ICMP_FRAGMENTATION_NEEDED = 4, /* a code of ICMP_UNREACHABLE */
    ICMP6_UNREACHABLE = 1,
    ICMP6_TOO_BIG = 2,
    ICMP6_TIME_EXCEEDED = 3,
    ICMP6_PARAMETER_PROBLEM = 4,
    IPV4_HEADER = 20,
    IPV4_OFFSET = 0x1fff,
    IPV6_FRAGMENT = 44,
    UDP_AFTER_PORTS = 4,
    TCP_AFTER_PORTS = 16,
};

#define ANY_CODE 0xff

/* The row of any code stands behind those of its type. */
static const struct {
    bool is_v6;
    uint8_t type, code;
    const char *name;
} errors[] = {
    { false, ICMP_UNREACHABLE, 0, "network unreachable" },
    { false, ICMP_UNREACHABLE, 1, "host unreachable" },
    { false, ICMP_UNREACHABLE, 2, "protocol unreachable" },
    { false, ICMP_UNREACHABLE, 3, "port unreachable" },
    { false, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED, "fragmentation needed" },
    { false, ICMP_UNREACHABLE, 5, "source route failed" },
    { false, ICMP_UNREACHABLE, 6, "network unknown" },
    { false, ICMP_UNREACHABLE, 7, "host unknown" },
    { false, ICMP_UNREACHABLE, 9, "network prohibited" },
    { false, ICMP_UNREACHABLE, 10, "host prohibited" },
    { false, ICMP_UNREACHABLE, 11, "network unreachable for its type of service" },
    { false, ICMP_UNREACHABLE, 12, "host unreachable for its type of service" },
    { false, ICMP_UNREACHABLE, 13, "administratively prohibited" },
    { false, ICMP_UNREACHABLE, ANY_CODE, "unreachable" },
    { false, ICMP_SOURCE_QUENCH, ANY_CODE, "source quench" },
    { false, ICMP_TIME_EXCEEDED, 0, "hop limit exceeded" },
    { false, ICMP_TIME_EXCEEDED, 1, "reassembly time exceeded" },
    { false, ICMP_TIME_EXCEEDED, ANY_CODE, "time exceeded" },
    { false, ICMP_PARAMETER_PROBLEM, ANY_CODE, "parameter problem" },
    { true, ICMP6_UNREACHABLE, 0, "no route" },
    { true, ICMP6_UNREACHABLE, 1, "administratively prohibited" },
    { true, ICMP6_UNREACHABLE, 2, "beyond the scope of its source" },
    { true, ICMP6_UNREACHABLE, 3, "address unreachable" },
    { true, ICMP6_UNREACHABLE, 4, "port unreachable" },
    { true, ICMP6_UNREACHABLE, 5, "source address failed policy" },
    { true, ICMP6_UNREACHABLE, 6, "route rejected" },
    { true, ICMP6_UNREACHABLE, ANY_CODE, "unreachable" },
    { true, ICMP6_TOO_BIG, ANY_CODE, "packet too big" },
    { true, ICMP6_TIME_EXCEEDED, 0, "hop limit exceeded" },
    { true, ICMP6_TIME_EXCEEDED, 1, "reassembly time exceeded" },
    { true, ICMP6_TIME_EXCEEDED, ANY_CODE, "time exceeded" },
    { true, ICMP6_PARAMETER_PROBLEM, ANY_CODE, "parameter problem" },
};

/* NULL: it is no error. */
const char *icmp_error_name(const IcmpError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++)
        if (errors[i].is_v6 == error->is_v6 && errors[i].type == error->type &&
            (errors[i].code == error->code || errors[i].code == ANY_CODE))
            return errors[i].name;
    return NULL;
}

/* False: no such header, or a fragment that does not begin its datagram: it has no ports. */
static bool read_ipv4(Cursor *c, IcmpError *out)
{
    uint8_t version_ihl = cursor_u8(c);
    size_t header = (version_ihl & 0x0fu) * 4;

    cursor_skip(c, 5);
    bool begins = (cursor_be16(c) & IPV4_OFFSET) == 0;
    cursor_skip(c, 1);
    out->ip_protocol = cursor_u8(c);
    cursor_skip(c, 2);
    out->source.ip = ip_from_v4(cursor_be32(c));
    out->destination.ip = ip_from_v4(cursor_be32(c));
    cursor_skip(c, MAX(header, IPV4_HEADER) - IPV4_HEADER);
    return begins && version_ihl >> 4 == 4 && header >= IPV4_HEADER;
}

/* Of extension headers only that of a fragment is looked behind: others do not occur with media. */
static bool read_ipv6(Cursor *c, IcmpError *out)
{
    uint8_t version = cursor_u8(c) >> 4;

    cursor_skip(c, 5);
    out->ip_protocol = cursor_u8(c);
    cursor_skip(c, 1);
    const uint8_t *addresses = cursor_take(c, 32);
    if (!addresses)
        return false;
    out->source.ip = ip_from_v6(addresses);
    out->destination.ip = ip_from_v6(addresses + 16);
    if (version != 6 || out->ip_protocol != IPV6_FRAGMENT)
        return version == 6;
    out->ip_protocol = cursor_u8(c);
    cursor_skip(c, 1);
    bool begins = cursor_be16(c) >> 3 == 0;
    cursor_skip(c, 4);
    return begins;
}

/* TCP options stay in front of the payload: nobody reads a quoted segment. */
static void read_transport(Cursor *c, IcmpError *out)
{
    out->source.port = cursor_be16(c);
    out->destination.port = cursor_be16(c);
    if (c->failed)
        return;
    size_t header = out->ip_protocol == IP_PROTOCOL_UDP ? UDP_AFTER_PORTS : TCP_AFTER_PORTS;
    out->quoted = slice_from(cursor_rest(c), header);
}

DissectStatus icmp_error_parse(const NetPacket *packet, IcmpError *out)
{
    Cursor c = cursor_over(packet->payload);
    IcmpError error = { .is_v6 = packet->ip_protocol == IP_PROTOCOL_ICMP6 };

    error.type = cursor_u8(&c);
    error.code = cursor_u8(&c);
    cursor_skip(&c, 2);
    uint32_t rest = cursor_be32(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (!icmp_error_name(&error))
        return DISSECT_NOT_MINE;
    if (error.is_v6 && error.type == ICMP6_TOO_BIG)
        error.mtu = rest;
    else if (!error.is_v6 && error.type == ICMP_UNREACHABLE &&
             error.code == ICMP_FRAGMENTATION_NEEDED)
        error.mtu = rest & 0xffff; /* RFC 1191 section 4 */
    bool begins = error.is_v6 ? read_ipv6(&c, &error) : read_ipv4(&c, &error);
    bool has_ports = error.ip_protocol == IP_PROTOCOL_UDP || error.ip_protocol == IP_PROTOCOL_TCP ||
                     error.ip_protocol == IP_PROTOCOL_SCTP;
    if (!c.failed && (!begins || !has_ports))
        return DISSECT_NOT_MINE;
    read_transport(&c, &error);
    if (c.failed)
        return DISSECT_TRUNCATED;
    *out = error;
    return DISSECT_OK;
}
