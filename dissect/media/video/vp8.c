/* dissect/media/video/vp8.c - VP8 in RTP: RFC 7741; the frame header: RFC 6386 9.1. */
#include "dissect/base/cursor.h"
#include "dissect/media/video/codec.h"

#define SIDE_MASK 0x3fffu /* the upper two bits scale */

static void skip_extension(Cursor *c)
{
    uint8_t flags = cursor_u8(c);

    if (flags & 0x80 && cursor_u8(c) & 0x80) /* picture id of 15 bits */
        cursor_skip(c, 1);
    if (flags & 0x40)
        cursor_skip(c, 1); /* TL0PICIDX */
    if (flags & 0x30)
        cursor_skip(c, 1); /* TID, KEYIDX */
}

static uint16_t little_16(Cursor *c)
{
    uint16_t value = cursor_be16(c);
    return (uint16_t)(value >> 8 | value << 8);
}

bool video_vp8_read(Slice payload, VideoPayload *out)
{
    Cursor c = cursor_over(payload);
    uint8_t descriptor = cursor_u8(&c);

    if (descriptor & 0x80)
        skip_extension(&c);
    bool first = descriptor & 0x10 && (descriptor & 0x07) == 0; /* S, partition 0 */
    if (c.failed)
        return false;
    if (!first)
        return true;
    uint8_t tag = cursor_u8(&c);
    if (c.failed)
        return false;
    out->starts_picture = true;
    out->key = !(tag & 1);
    if (!out->key)
        return true;
    cursor_skip(&c, 2);
    if (cursor_be24(&c) != 0x9d012a)
        return c.failed;
    uint16_t width = little_16(&c) & SIDE_MASK;
    uint16_t height = little_16(&c) & SIDE_MASK;
    if (!c.failed) {
        out->width = width;
        out->height = height;
    }
    return true;
}
