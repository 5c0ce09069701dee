/* dissect/base/address.h - IP addresses and transport endpoints as values.
 * IPv4 is kept IPv4-mapped (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2), so that one comparison and
 * one hash serve both families. */
#pragma once
#include "dissect/base/slice.h"

typedef struct {
    uint64_t high; /* host order; 0 for IPv4 */
    uint64_t low;  /* host order; 0x0000ffff_aabbccdd for IPv4 */
} IpAddress;

typedef struct {
    IpAddress ip;
    uint16_t port; /* 0 where the protocol has none, or it is not known */
} Endpoint;

#define ADDRESS_TEXT_SIZE  48 /* an IPv6 address with its NUL */
#define ENDPOINT_TEXT_SIZE 56 /* "[address]:port" with its NUL */

static inline IpAddress ip_from_v4(uint32_t host_order)
{
    return (IpAddress){ 0, 0xffff00000000u | host_order };
}

static inline bool ip_is_v4(IpAddress ip)
{
    return ip.high == 0 && ip.low >> 32 == 0xffff;
}

static inline bool ip_equal(IpAddress a, IpAddress b)
{
    return a.low == b.low && a.high == b.high;
}

static inline bool endpoint_equal(Endpoint a, Endpoint b)
{
    return ip_equal(a.ip, b.ip) && a.port == b.port;
}

/* 16 bytes in network order, as in an IPv6 header. */
IpAddress ip_from_v6(const uint8_t bytes[16]);

/* Unspecified address (0.0.0.0 or ::), which SDP uses for hold (RFC 3264 section 8.4). */
bool ip_is_unspecified(IpAddress ip);
bool ip_is_multicast(IpAddress ip);
bool ip_is_loopback(IpAddress ip);
/* RFC 1918, RFC 6598, link-local (RFC 3927, RFC 4291) and unique local (RFC 4193) addresses. */
bool ip_is_private(IpAddress ip);

/* Text to address: dotted quad or IPv6, the latter also in brackets; names are refused. */
bool ip_parse(Slice text, IpAddress *out);
/* "a.b.c.d:port" or "[v6]:port". */
bool endpoint_parse(Slice text, Endpoint *out);

/* Both write at most @size bytes with the NUL and return @buffer. A port of 0 is not printed. */
char *ip_format(IpAddress ip, char *buffer, size_t size);
char *endpoint_format(Endpoint endpoint, char *buffer, size_t size);

/* Order for lists: IPv4 before IPv6, then by number, then by port. */
int ip_compare(IpAddress a, IpAddress b);
int endpoint_compare(Endpoint a, Endpoint b);

uint64_t endpoint_hash(Endpoint endpoint);
/* For GHashTable: keys are Endpoint pointers. */
guint endpoint_ptr_hash(gconstpointer endpoint);
gboolean endpoint_ptr_equal(gconstpointer a, gconstpointer b);
