/* dissect/media/turn.c - see turn.h */
#include "dissect/media/turn.h"
#include "dissect/base/cursor.h"

#define CHANNEL_FIRST         0x40
#define CHANNEL_LAST          0x4f
#define CHANNEL_HEAD          4u
#define STUN_COOKIE           0x2112a442u
#define STUN_REST             12u /* transaction id */
#define SEND_INDICATION       0x0016
#define DATA_INDICATION       0x0017
#define ALLOCATE_DONE         0x0103
#define ATTRIBUTE_DATA        0x0013
#define ATTRIBUTE_RELAYED     0x0016
#define FAMILY_IPV4           1
#define FAMILY_IPV6           2
#define ATTRIBUTES_MAX        32
#define ATTRIBUTE_ALIGN       4u
#define STUN_HEAD             20u
#define FINGERPRINT_BYTES     8u
#define ATTRIBUTE_FINGERPRINT 0x8028
#define FINGERPRINT_XOR       0x5354554eu

static size_t padded(size_t length)
{
    return (length + ATTRIBUTE_ALIGN - 1) / ATTRIBUTE_ALIGN * ATTRIBUTE_ALIGN;
}

static DissectStatus unwrap_channel(Slice bytes, size_t on_wire, TurnData *out)
{
    Cursor c = cursor_over(bytes);
    cursor_skip(&c, 2);
    size_t length = cursor_be16(&c);

    /* RFC 8656 12.4: padded to four bytes at most */
    if (c.failed || CHANNEL_HEAD + length > on_wire ||
        on_wire >= CHANNEL_HEAD + length + ATTRIBUTE_ALIGN)
        return DISSECT_NOT_MINE;
    *out = (TurnData){ slice_sub(cursor_rest(&c), 0, length), length };
    return out->data.len || length == 0 ? DISSECT_OK : DISSECT_TRUNCATED;
}

/* The value of an attribute of the STUN message @bytes; *@ret_length is what it has in all. */
static DissectStatus find_attribute(Slice bytes, uint16_t wanted, Slice *out, size_t *ret_length)
{
    Cursor c = cursor_over(bytes);

    cursor_skip(&c, STUN_HEAD);
    for (unsigned i = 0; i < ATTRIBUTES_MAX; i++) {
        uint16_t kind = cursor_be16(&c);
        size_t length = cursor_be16(&c);
        if (c.failed)
            return DISSECT_TRUNCATED;
        if (kind == wanted) {
            *out = slice_sub(cursor_rest(&c), 0, length);
            *ret_length = length;
            return DISSECT_OK;
        }
        cursor_skip(&c, padded(length));
    }
    return DISSECT_NOT_MINE;
}

static DissectStatus unwrap_indication(Slice bytes, TurnData *out)
{
    Cursor c = cursor_over(bytes);
    uint16_t type = cursor_be16(&c);
    size_t length;
    Slice data;

    cursor_skip(&c, 2);
    uint32_t cookie = cursor_be32(&c);
    cursor_skip(&c, STUN_REST);
    if (c.failed || cookie != STUN_COOKIE || (type != SEND_INDICATION && type != DATA_INDICATION))
        return DISSECT_NOT_MINE;
    DissectStatus status = find_attribute(bytes, ATTRIBUTE_DATA, &data, &length);
    if (status != DISSECT_OK)
        return status;
    *out = (TurnData){ data, length };
    return data.len || length == 0 ? DISSECT_OK : DISSECT_TRUNCATED;
}

DissectStatus turn_unwrap(Slice bytes, size_t on_wire, TurnData *out)
{
    if (bytes.len < CHANNEL_HEAD)
        return DISSECT_NOT_MINE;
    if (bytes.data[0] >= CHANNEL_FIRST && bytes.data[0] <= CHANNEL_LAST)
        return unwrap_channel(bytes, on_wire, out);
    return bytes.data[0] == 0 ? unwrap_indication(bytes, out) : DISSECT_NOT_MINE;
}

static void put_be16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Of ISO/IEC 13239, as in Ethernet. */
static uint32_t crc32_of(Slice bytes)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= bytes.data[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* It is the last attribute, and over all before it. */
static void renew_fingerprint(Slice message, uint8_t *attribute)
{
    size_t before = message.len - FINGERPRINT_BYTES;
    uint32_t value = crc32_of(slice_sub(message, 0, before)) ^ FINGERPRINT_XOR;

    put_be16(attribute + 4, value >> 16);
    put_be16(attribute + 6, value & 0xffff);
}

void turn_rewrap(Slice bytes, Slice inside, Slice data, GByteArray *out)
{
    static const uint8_t zeros[ATTRIBUTE_ALIGN];
    size_t begin = out->len, head = (size_t)(inside.data - bytes.data);
    bool channel = bytes.data[0] >= CHANNEL_FIRST;
    size_t padding = padded(data.len) - data.len;
    size_t behind = head + (channel ? inside.len : MIN(padded(inside.len), bytes.len - head));

    if (channel && behind == bytes.len)
        padding = 0; /* over UDP it may be left out (RFC 8656 section 12.5) */
    else if (channel)
        behind = bytes.len;
    g_byte_array_append(out, bytes.data, (guint)head);
    g_byte_array_append(out, data.data, (guint)data.len);
    g_byte_array_append(out, zeros, (guint)padding);
    g_byte_array_append(out, bytes.data + behind, (guint)(bytes.len - behind));
    put_be16(out->data + begin + head - 2, data.len);
    if (channel)
        return;
    Slice message = slice_of(out->data + begin, out->len - begin);
    put_be16(out->data + begin + 2, message.len - STUN_HEAD);
    uint8_t *last = out->data + out->len - FINGERPRINT_BYTES;
    if (bytes.len - behind >= FINGERPRINT_BYTES && bytes_be16(last) == ATTRIBUTE_FINGERPRINT)
        renew_fingerprint(message, last);
}

bool turn_grants(Slice bytes)
{
    Cursor c = cursor_over(bytes);
    uint16_t type = cursor_be16(&c);

    cursor_skip(&c, 2);
    uint32_t cookie = cursor_be32(&c);
    cursor_skip(&c, STUN_REST);
    return !c.failed && type == ALLOCATE_DONE && cookie == STUN_COOKIE;
}

/* RFC 8489 section 14.2: the port under the first half of the cookie, the address under the cookie
 * and, of IPv6, the transaction id behind it. */
bool turn_relayed_address(Slice bytes, Endpoint *out)
{
    Slice value, mask = slice_sub(bytes, 4, 16);
    size_t length;
    uint8_t ip[16];

    if (!turn_grants(bytes) ||
        find_attribute(bytes, ATTRIBUTE_RELAYED, &value, &length) != DISSECT_OK)
        return false;
    Cursor c = cursor_over(value);
    cursor_skip(&c, 1);
    uint8_t family = cursor_u8(&c);
    uint16_t port = cursor_be16(&c) ^ (uint16_t)(STUN_COOKIE >> 16);
    size_t size = family == FAMILY_IPV6 ? 16 : 4;
    Slice address = cursor_slice(&c, size);
    if (c.failed || (family != FAMILY_IPV4 && family != FAMILY_IPV6))
        return false;
    for (size_t i = 0; i < size; i++)
        ip[i] = address.data[i] ^ mask.data[i];
    out->ip = family == FAMILY_IPV6 ? ip_from_v6(ip) : ip_from_v4(bytes_be32(ip));
    out->port = port;
    return true;
}
