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

static DissectStatus unwrap_indication(Slice bytes, TurnData *out)
{
    Cursor c = cursor_over(bytes);
    uint16_t type = cursor_be16(&c);

    cursor_skip(&c, 2);
    uint32_t cookie = cursor_be32(&c);
    cursor_skip(&c, STUN_REST);
    if (c.failed || cookie != STUN_COOKIE || (type != SEND_INDICATION && type != DATA_INDICATION))
        return DISSECT_NOT_MINE;
    for (unsigned i = 0; i < ATTRIBUTES_MAX; i++) {
        uint16_t kind = cursor_be16(&c);
        size_t length = cursor_be16(&c);
        if (c.failed)
            return DISSECT_TRUNCATED;
        if (kind == ATTRIBUTE_DATA) {
            *out = (TurnData){ slice_sub(cursor_rest(&c), 0, length), length };
            return out->data.len || length == 0 ? DISSECT_OK : DISSECT_TRUNCATED;
        }
        cursor_skip(&c, padded(length));
    }
    return DISSECT_NOT_MINE;
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
