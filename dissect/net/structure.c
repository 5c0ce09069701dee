#include "dissect/net/structure.h"
#include "dissect/base/cursor.h"

enum {
    IPV4_HEADER = 20,
    IPV6_HEADER = 40,
    PADDING_MAX = 64, /* of the shortest Ethernet frame, with its check sequence */
    TAGS_MAX = 4,
};

uint16_t structure_checksum(uint32_t sum, Slice bytes)
{
    size_t i = 0;

    for (; i + 1 < bytes.len; i += 2)
        sum += (uint32_t)bytes.data[i] << 8 | bytes.data[i + 1];
    if (i < bytes.len)
        sum += (uint32_t)bytes.data[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static bool fits(size_t length, size_t on_wire)
{
    return length <= on_wire && on_wire - length < PADDING_MAX;
}

static bool is_ipv4(Slice bytes, size_t on_wire)
{
    Cursor c = cursor_over(bytes);
    size_t header = (cursor_u8(&c) & 0x0fu) * 4;
    cursor_skip(&c, 1);
    size_t total = cursor_be16(&c);
    cursor_skip(&c, 6); /* identification, fragment, time to live, protocol */
    uint16_t checksum = cursor_be16(&c);

    if (bytes.len < IPV4_HEADER || header < IPV4_HEADER || total < header || !fits(total, on_wire))
        return false;
    return checksum == 0 || bytes.len < header ||
           structure_checksum(0, slice_sub(bytes, 0, header)) == 0xffff;
}

static bool is_ipv6(Slice bytes, size_t on_wire)
{
    Cursor c = cursor_over(bytes);

    cursor_skip(&c, 4);
    size_t length = cursor_be16(&c);
    return bytes.len >= IPV6_HEADER && fits(length + IPV6_HEADER, on_wire);
}

bool structure_is_ip(Slice bytes, size_t on_wire)
{
    if (bytes.len == 0)
        return false;
    switch (bytes.data[0] >> 4) {
    case 4:
        return is_ipv4(bytes, on_wire);
    case 6:
        return is_ipv6(bytes, on_wire);
    default:
        return false;
    }
}

bool structure_is_ethernet(Slice bytes, size_t on_wire)
{
    Cursor c = cursor_over(bytes);

    cursor_skip(&c, 6);
    uint8_t source = cursor_u8(&c);
    cursor_skip(&c, 5);
    uint16_t type = cursor_be16(&c);
    for (int i = 0; i < TAGS_MAX && (type == 0x8100 || type == 0x88a8); i++) {
        cursor_skip(&c, 2);
        type = cursor_be16(&c);
    }
    if (c.failed || source & 1) /* no group sends */
        return false;
    size_t rest_on_wire = on_wire - (bytes.len - c.rest.len);
    switch (type) {
    case 0x0800:
    case 0x86dd:
        return structure_is_ip(c.rest, rest_on_wire);
    case 0x0806: /* ARP of Ethernet and IPv4 */
        return cursor_be32(&c) == 0x00010800 && cursor_be16(&c) == 0x0604;
    default:
        return false;
    }
}
