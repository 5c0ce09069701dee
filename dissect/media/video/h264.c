/* dissect/media/video/h264.c - H.264 in RTP: RFC 6184; parameter sets: H.264 7.3.2.1. */
#include "dissect/base/bit_reader.h"
#include "dissect/base/cursor.h"
#include "dissect/media/video/codec.h"

enum {
    SLICE = 1,
    IDR = 5,
    SPS = 7,
    STAP_A = 24,
    STAP_B = 25,
    FU_A = 28,
    FU_B = 29,
};

#define NALS_MAX 64
#define MB       16u
#define SIDE_MAX 16384u

/* 7.3.2.1.1.1; only walked over. */
static void skip_scaling_list(BitReader *r, unsigned size)
{
    int32_t last = 8, next = 8;

    for (unsigned i = 0; i < size && !r->failed; i++) {
        if (next != 0) {
            uint32_t code = bit_reader_ue(r);
            int32_t delta = (int32_t)(code & 0xff);
            delta = code & 1 ? (delta + 1) / 2 : -(delta / 2);
            next = (last + delta + 256) % 256;
        }
        last = next == 0 ? last : next;
    }
}

static bool has_chroma_format(uint32_t profile)
{
    static const uint8_t profiles[] = {
        100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135
    };
    return memchr(profiles, (int)profile, sizeof profiles) != NULL;
}

static uint32_t read_chroma(BitReader *r)
{
    uint32_t chroma = bit_reader_ue(r);

    if (chroma == 3)
        bit_reader_skip(r, 1);
    bit_reader_ue(r); /* bit depths */
    bit_reader_ue(r);
    bit_reader_skip(r, 1);
    if (bit_reader_bit(r))
        for (unsigned i = 0; i < (chroma == 3 ? 12u : 8u); i++)
            if (bit_reader_bit(r))
                skip_scaling_list(r, i < 6 ? 16 : 64);
    return chroma;
}

static void skip_order_count(BitReader *r)
{
    uint32_t type = bit_reader_ue(r);

    if (type == 0) {
        bit_reader_ue(r);
    } else if (type == 1) {
        bit_reader_skip(r, 1);
        bit_reader_ue(r);
        bit_reader_ue(r);
        uint32_t cycle = bit_reader_ue(r);
        for (uint32_t i = 0; i < cycle && i < 256; i++)
            bit_reader_ue(r);
    }
}

static void read_parameter_set(Slice nal, VideoPayload *out)
{
    BitReader r = { .bytes = slice_from(nal, 1), .unescape = true };
    uint32_t profile = bit_reader_bits(&r, 8);
    uint32_t chroma = 1;

    bit_reader_skip(&r, 16);
    bit_reader_ue(&r); /* id */
    if (has_chroma_format(profile))
        chroma = read_chroma(&r);
    bit_reader_ue(&r);
    skip_order_count(&r);
    bit_reader_ue(&r);
    bit_reader_skip(&r, 1);
    uint32_t width = bit_reader_ue(&r); /* in macroblocks, less one */
    uint32_t height = bit_reader_ue(&r);
    width = MB * (MIN(width, SIDE_MAX) + 1);
    height = MB * (MIN(height, SIDE_MAX) + 1);
    bool frames_only = bit_reader_bit(&r);
    if (!frames_only) {
        height *= 2;
        bit_reader_skip(&r, 1);
    }
    bit_reader_skip(&r, 1);
    uint32_t crop_x = 0, crop_y = 0;
    if (bit_reader_bit(&r)) {
        crop_x = bit_reader_ue(&r) + bit_reader_ue(&r);
        crop_y = bit_reader_ue(&r) + bit_reader_ue(&r);
        crop_x *= chroma == 1 || chroma == 2 ? 2 : 1;
        crop_y *= (chroma == 1 ? 2u : 1u) * (frames_only ? 1u : 2u);
    }
    if (r.failed || crop_x >= width || crop_y >= height || width > SIDE_MAX || height > SIDE_MAX)
        return;
    out->width = (uint16_t)(width - crop_x);
    out->height = (uint16_t)(height - crop_y);
}

/* first_mb_in_slice is 0: its code is the bit 1. */
static bool begins_picture(Slice nal)
{
    return nal.len > 1 && nal.data[1] & 0x80;
}

static void read_nal(Slice nal, VideoPayload *out)
{
    unsigned type = nal.len ? nal.data[0] & 0x1f : 0;

    if (type == SPS)
        read_parameter_set(nal, out);
    out->key |= type == IDR;
    out->starts_picture |= type == SPS || ((type == SLICE || type == IDR) && begins_picture(nal));
}

static void read_aggregate(Slice rest, VideoPayload *out)
{
    Cursor c = cursor_over(rest);

    for (unsigned i = 0; i < NALS_MAX; i++) {
        Slice nal = cursor_slice(&c, cursor_be16(&c));
        if (c.failed)
            return;
        read_nal(nal, out);
    }
}

bool video_h264_read(Slice payload, VideoPayload *out)
{
    if (payload.len < 2 || payload.data[0] & 0x80)
        return false;
    unsigned type = payload.data[0] & 0x1f;

    switch (type) {
    case STAP_A:
        read_aggregate(slice_from(payload, 1), out);
        break;
    case STAP_B:
        read_aggregate(slice_from(payload, 3), out);
        break;
    case FU_A:
    case FU_B:
        type = payload.data[1] & 0x1f;
        out->key = type == IDR;
        out->starts_picture = payload.data[1] & 0x80 && begins_picture(slice_from(payload, 1));
        break;
    default:
        read_nal(payload, out);
    }
    return true;
}
