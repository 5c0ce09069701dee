/* dissect/media/video/vp9.c - VP9 in RTP: RFC 9628; the frame header: VP9 bitstream 6.2. */
#include "dissect/base/bit_reader.h"
#include "dissect/base/cursor.h"
#include "dissect/media/video/codec.h"

#define SYNC_CODE      0x498342u
#define COLOUR_RGB     7
#define REFERENCES_MAX 3

enum {
    HAS_PICTURE_ID = 0x80,
    INTER_PICTURE = 0x40,
    HAS_LAYERS = 0x20,
    FLEXIBLE = 0x10,
    BEGINS_FRAME = 0x08,
    HAS_STRUCTURE = 0x02,
};

/* 4.2.1: the largest layer is what is shown. */
static void read_structure(Cursor *c, VideoPayload *out)
{
    uint8_t head = cursor_u8(c);
    unsigned layers = (head >> 5) + 1u;

    for (unsigned i = 0; head & 0x10 && i < layers; i++) {
        uint16_t width = cursor_be16(c);
        uint16_t height = cursor_be16(c);
        if (!c->failed && width >= out->width) {
            out->width = width;
            out->height = height;
        }
    }
    unsigned pictures = head & 0x08 ? cursor_u8(c) : 0;
    for (unsigned i = 0; i < pictures && !c->failed; i++)
        cursor_skip(c, cursor_u8(c) >> 2 & 3);
}

static void read_frame(Slice bytes, VideoPayload *out)
{
    BitReader r = bit_reader_over(bytes);

    if (bit_reader_bits(&r, 2) != 2)
        return;
    unsigned profile = bit_reader_bit(&r);
    profile |= bit_reader_bit(&r) << 1;
    if (profile == 3)
        bit_reader_skip(&r, 1);
    bool shows_existing = bit_reader_bit(&r);
    bool inter = bit_reader_bit(&r);
    bit_reader_skip(&r, 2);
    if (shows_existing || inter || bit_reader_bits(&r, 24) != SYNC_CODE)
        return;
    if (profile >= 2)
        bit_reader_skip(&r, 1);
    bool rgb = bit_reader_bits(&r, 3) == COLOUR_RGB;
    if (!rgb)
        bit_reader_skip(&r, 1);
    if (profile & 1)
        bit_reader_skip(&r, rgb ? 1 : 3);
    uint32_t width = bit_reader_bits(&r, 16) + 1;
    uint32_t height = bit_reader_bits(&r, 16) + 1;
    if (r.failed || width > UINT16_MAX || height > UINT16_MAX)
        return;
    out->width = (uint16_t)width;
    out->height = (uint16_t)height;
}

bool video_vp9_read(Slice payload, VideoPayload *out)
{
    Cursor c = cursor_over(payload);
    uint8_t flags = cursor_u8(&c);
    unsigned spatial = 0;

    if (flags & HAS_PICTURE_ID && cursor_u8(&c) & 0x80)
        cursor_skip(&c, 1);
    if (flags & HAS_LAYERS) {
        spatial = cursor_u8(&c) >> 1 & 7;
        if (!(flags & FLEXIBLE))
            cursor_skip(&c, 1);
    }
    bool more = flags & FLEXIBLE && flags & INTER_PICTURE;
    for (unsigned i = 0; more && i < REFERENCES_MAX; i++)
        more = cursor_u8(&c) & 1;
    bool has_structure = flags & HAS_STRUCTURE;
    if (has_structure)
        read_structure(&c, out);
    if (c.failed)
        return false;
    out->starts_picture = flags & BEGINS_FRAME && spatial == 0;
    out->key = out->starts_picture && !(flags & INTER_PICTURE);
    if (out->key && out->width == 0)
        read_frame(cursor_rest(&c), out);
    return true;
}
