/* dissect/media/rtp.c - see rtp.h */
#include "dissect/media/rtp.h"
#include "dissect/base/cursor.h"

#define VERSION_2      2
#define HAS_PADDING    0x20
#define HAS_EXTENSION  0x10
#define CSRC_COUNT     0x0f
#define EXTENSION_HEAD 4u
#define RTP_WORD       4u

static void read_extension(Cursor *c, RtpPacket *rtp)
{
    Slice from_head = cursor_rest(c);
    uint16_t profile = cursor_be16(c);
    size_t size = RTP_WORD * cursor_be16(c);

    cursor_skip(c, size);
    if (c->failed)
        return;
    rtp->extension_profile = profile;
    rtp->extension = slice_sub(from_head, 0, EXTENSION_HEAD + size);
}

static void read_csrcs(Cursor *c, size_t size, RtpPacket *rtp)
{
    Slice from_list = cursor_rest(c);

    cursor_skip(c, size);
    if (!c->failed)
        rtp->csrcs = slice_sub(from_list, 0, size);
}

DissectStatus rtp_parse(Slice bytes, size_t on_wire, RtpPacket *out)
{
    Cursor c = cursor_over(bytes);
    bool cut = bytes.len < on_wire;
    uint8_t first = cursor_u8(&c);
    uint8_t second = cursor_u8(&c);
    RtpPacket rtp = { .payload_type = second & 0x7f, .marker = second >> 7 };

    if (first >> 6 != VERSION_2)
        return DISSECT_NOT_MINE;
    rtp.seq = cursor_be16(&c);
    rtp.ts_ticks = cursor_be32(&c);
    rtp.ssrc = cursor_be32(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (first & CSRC_COUNT)
        read_csrcs(&c, RTP_WORD * (first & CSRC_COUNT), &rtp);
    if (first & HAS_EXTENSION)
        read_extension(&c, &rtp);
    if (c.failed && !cut)
        return DISSECT_TRUNCATED;
    rtp.payload = cursor_rest(&c);
    rtp.payload_bytes = (uint32_t)rtp.payload.len;
    if (cut && !c.failed)
        rtp.payload_bytes += (uint32_t)(on_wire - bytes.len);

    DissectStatus status = DISSECT_OK;
    if (first & HAS_PADDING && !cut) {
        uint8_t pad = slice_last(rtp.payload); /* counts itself, so 0 is invalid */
        if (pad == 0 || !slice_drop_tail(&rtp.payload, pad))
            status = DISSECT_MALFORMED;
        rtp.payload_bytes = (uint32_t)rtp.payload.len;
    }
    *out = rtp;
    return status;
}
