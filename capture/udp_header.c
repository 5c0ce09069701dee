/* capture/udp_header.c - see udp_header.h. */
#include "capture/udp_header.h"
#include <netinet/in.h>
#include <string.h>

#define IPV4_BYTES   20u
#define IPV6_BYTES   40u
#define UDP_BYTES    8u
#define HOPS         64
#define PROTOCOL_UDP 17

void udp_address_set_ipv6(UdpAddress *address, const uint8_t bytes[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }; /* RFC 4291, 2.5.5.2 */

    address->is_ipv6 = memcmp(bytes, mapped, sizeof mapped) != 0;
    if (address->is_ipv6)
        memcpy(address->bytes, bytes, 16);
    else
        memcpy(address->bytes, bytes + sizeof mapped, 4);
}

void udp_address_from_socket(UdpAddress *out, const struct sockaddr_storage *address)
{
    *out = (UdpAddress){ 0 };
    if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)address;
        udp_address_set_ipv6(out, ipv6->sin6_addr.s6_addr);
        out->port = ntohs(ipv6->sin6_port);
    } else {
        const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)address;
        memcpy(out->bytes, &ipv4->sin_addr, 4);
        out->port = ntohs(ipv4->sin_port);
    }
}

static void put_be16(uint8_t *out, size_t value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

/* RFC 1071, without the final complement. */
static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    if (size % 2)
        sum += (uint32_t)bytes[size - 1] << 8;
    return (sum & 0xffff) + (sum >> 16);
}

static uint16_t finish(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void write_ipv4(uint8_t *ip, size_t udp_size, const UdpAddress *from, const UdpAddress *to)
{
    memset(ip, 0, IPV4_BYTES);
    ip[0] = 0x45;
    put_be16(ip + 2, IPV4_BYTES + udp_size);
    ip[6] = 0x40; /* not to be fragmented: an identification is not needed (RFC 6864) */
    ip[8] = HOPS;
    ip[9] = PROTOCOL_UDP;
    memcpy(ip + 12, from->bytes, 4);
    memcpy(ip + 16, to->bytes, 4);
    put_be16(ip + 10, finish(add_words(0, ip, IPV4_BYTES)));
}

static void write_ipv6(uint8_t *ip, size_t udp_size, const UdpAddress *from, const UdpAddress *to)
{
    memset(ip, 0, IPV6_BYTES);
    ip[0] = 0x60;
    put_be16(ip + 4, udp_size);
    ip[6] = PROTOCOL_UDP;
    ip[7] = HOPS;
    memcpy(ip + 8, from->bytes, 16);
    memcpy(ip + 24, to->bytes, 16);
}

static void write_udp(uint8_t *udp, size_t udp_size, const UdpAddress *from, const UdpAddress *to)
{
    size_t address_bytes = from->is_ipv6 ? 16 : 4;

    put_be16(udp, from->port);
    put_be16(udp + 2, to->port);
    put_be16(udp + 4, udp_size);
    put_be16(udp + 6, 0);
    uint32_t sum = (uint32_t)udp_size + PROTOCOL_UDP;
    sum = add_words(sum, from->bytes, address_bytes);
    sum = add_words(sum, to->bytes, address_bytes);
    sum = add_words(sum, udp, udp_size);
    uint16_t checksum = finish(sum);
    put_be16(udp + 6, checksum ? checksum : 0xffff);
}

size_t udp_header_prepend(uint8_t *payload, size_t size, const UdpAddress *from,
                          const UdpAddress *to)
{
    size_t ip_size = from->is_ipv6 ? IPV6_BYTES : IPV4_BYTES;
    size_t udp_size = UDP_BYTES + size;
    size_t limit = from->is_ipv6 ? UINT16_MAX : UINT16_MAX - IPV4_BYTES;

    if (udp_size > limit)
        return 0;
    uint8_t *udp = payload - UDP_BYTES;
    if (from->is_ipv6)
        write_ipv6(udp - ip_size, udp_size, from, to);
    else
        write_ipv4(udp - ip_size, udp_size, from, to);
    write_udp(udp, udp_size, from, to);
    return ip_size + UDP_BYTES;
}
