#include "dissect/base/address.h"
#include <arpa/inet.h>
#include <stdio.h>

static uint64_t read_be64(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return GUINT64_FROM_BE(word);
}

IpAddress ip_from_v6(const uint8_t bytes[16])
{
    return (IpAddress){ read_be64(bytes), read_be64(bytes + 8) };
}

bool ip_is_unspecified(IpAddress ip)
{
    return ip.high == 0 && (ip.low == 0 || ip.low == UINT64_C(0xffff00000000));
}

bool ip_is_multicast(IpAddress ip)
{
    return ip_is_v4(ip) ? (ip.low >> 28 & 0xf) == 0xe : ip.high >> 56 == 0xff;
}

bool ip_is_loopback(IpAddress ip)
{
    return ip_is_v4(ip) ? (ip.low >> 24 & 0xff) == 127 : ip.high == 0 && ip.low == 1;
}

bool ip_is_private(IpAddress ip)
{
    if (!ip_is_v4(ip))
        return ip.high >> 54 == 0xfe80 >> 6 || ip.high >> 57 == 0xfc00 >> 9;
    uint32_t v4 = (uint32_t)ip.low;
    return v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8 || /* RFC 1918 */
           v4 >> 22 == 0x6440 >> 6 ||                                   /* 100.64/10 */
           v4 >> 16 == 0xa9fe;                                          /* 169.254/16 */
}

static Slice without_brackets(Slice text)
{
    if (text.len >= 2 && text.data[0] == '[' && slice_last(text) == ']')
        return (Slice){ text.data + 1, text.len - 2 };
    return text;
}

/* Makes a digit at the front of @text the last one of @number, and cuts it. */
static inline bool cut_digit(Slice *text, uint32_t *number)
{
    if (text->len == 0 || (uint8_t)(text->data[0] - '0') > 9)
        return false;
    *number = *number * 10 + text->data[0] - '0';
    *text = slice_of(text->data + 1, text->len - 1);
    return true;
}

/* Appends a number of up to 255 without leading zeros to @address. */
static inline bool cut_octet(Slice *text, uint32_t *address)
{
    uint32_t octet = 0;

    if (!cut_digit(text, &octet))
        return false;
    if (octet > 0 && cut_digit(text, &octet))
        cut_digit(text, &octet);
    *address = *address << 8 | octet;
    return octet <= 255;
}

static inline bool cut_point(Slice *text)
{
    if (text->len == 0 || text->data[0] != '.')
        return false;
    *text = slice_of(text->data + 1, text->len - 1);
    return true;
}

/* Four numbers as inet_pton() wants them. */
static bool parse_v4(Slice text, uint32_t *out)
{
    uint32_t address = 0;

    if (!cut_octet(&text, &address) || !cut_point(&text) || !cut_octet(&text, &address) ||
        !cut_point(&text) || !cut_octet(&text, &address) || !cut_point(&text) ||
        !cut_octet(&text, &address) || text.len > 0)
        return false;
    *out = address;
    return true;
}

bool ip_parse(Slice text, IpAddress *out)
{
    char buffer[ADDRESS_TEXT_SIZE];
    uint8_t bytes[16];
    uint32_t v4;

    if (parse_v4(text, &v4)) {
        *out = ip_from_v4(v4);
        return true;
    }
    Slice inner = without_brackets(text);
    if (inner.len == 0 || inner.len >= sizeof buffer || slice_find(inner, 0) != inner.len)
        return false;
    memcpy(buffer, inner.data, inner.len);
    buffer[inner.len] = '\0';
    if (inet_pton(AF_INET6, buffer, bytes) != 1)
        return false;
    *out = ip_from_v6(bytes);
    return true;
}

bool endpoint_parse(Slice text, Endpoint *out)
{
    bool bracketed = text.len && text.data[0] == '[';
    size_t host_len = bracketed ? slice_find(text, ']') + 1 : slice_find(text, ':');
    Endpoint endpoint;
    uint64_t port;

    if (host_len >= text.len || text.data[host_len] != ':')
        return false;
    if (!ip_parse(slice_sub(text, 0, host_len), &endpoint.ip) ||
        !slice_to_uint(slice_from(text, host_len + 1), UINT16_MAX, &port))
        return false;
    endpoint.port = (uint16_t)port;
    *out = endpoint;
    return true;
}

char *ip_format(IpAddress ip, char *buffer, size_t size)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (ip_is_v4(ip)) {
        snprintf(buffer, size, "%u.%u.%u.%u", (unsigned)(ip.low >> 24 & 0xff),
                 (unsigned)(ip.low >> 16 & 0xff), (unsigned)(ip.low >> 8 & 0xff),
                 (unsigned)(ip.low & 0xff));
        return buffer;
    }
    uint64_t words[2] = { GUINT64_TO_BE(ip.high), GUINT64_TO_BE(ip.low) };
    inet_ntop(AF_INET6, words, text, sizeof text);
    g_strlcpy(buffer, text, size);
    return buffer;
}

char *endpoint_format(Endpoint endpoint, char *buffer, size_t size)
{
    char ip[ADDRESS_TEXT_SIZE];

    ip_format(endpoint.ip, ip, sizeof ip);
    if (endpoint.port == 0)
        g_strlcpy(buffer, ip, size);
    else
        snprintf(buffer, size, ip_is_v4(endpoint.ip) ? "%s:%u" : "[%s]:%u", ip, endpoint.port);
    return buffer;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int ip_compare(IpAddress a, IpAddress b)
{
    int family = ip_is_v4(b) - ip_is_v4(a);
    if (family != 0)
        return family;
    int high = compare_u64(a.high, b.high);
    return high != 0 ? high : compare_u64(a.low, b.low);
}

int endpoint_compare(Endpoint a, Endpoint b)
{
    int ip = ip_compare(a.ip, b.ip);
    return ip != 0 ? ip : compare_u64(a.port, b.port);
}

uint64_t endpoint_hash(Endpoint endpoint)
{
    uint64_t seed = hash_seed(), other = seed * UINT64_C(0x9e3779b97f4a7c15);
    uint64_t address = hash_mix(endpoint.ip.high ^ seed, endpoint.ip.low ^ other);
    return hash_mix(address ^ other, endpoint.port ^ seed);
}

guint endpoint_ptr_hash(gconstpointer endpoint)
{
    return (guint)endpoint_hash(*(const Endpoint *)endpoint);
}

gboolean endpoint_ptr_equal(gconstpointer a, gconstpointer b)
{
    return endpoint_equal(*(const Endpoint *)a, *(const Endpoint *)b);
}
