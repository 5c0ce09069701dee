/* capture/udp_header.h - IPv4 or IPv6 and UDP headers for bytes that a socket received, so that
 * they are a packet like any captured one (LINKTYPE_RAW). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define UDP_HEADER_MAX 48u /* IPv6 */

typedef struct {
    bool is_ipv6;
    uint8_t bytes[16]; /* of the address; IPv4: the first four */
    uint16_t port;
} UdpAddress;

/* An IPv4 address that is mapped into IPv6 becomes IPv4 again. */
void udp_address_from_socket(UdpAddress *out, const struct sockaddr_storage *address);
/* The same for a bare IPv6 address; the port stays. */
void udp_address_set_ipv6(UdpAddress *address, const uint8_t bytes[16]);

/* Writes the headers right in front of @payload, where UDP_HEADER_MAX bytes are free, with their
 * checksums (RFC 791, 768, 8200). Both addresses are of one family. Returns the bytes of the
 * headers, 0 when IP cannot carry @size. */
size_t udp_header_prepend(uint8_t *payload, size_t size, const UdpAddress *from,
                          const UdpAddress *to);
