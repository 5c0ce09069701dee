/* dissect/media/video/h265.c - H.265 in RTP: RFC 7798; parameter sets: H.265 7.3.2.2. */
#include "dissect/base/bit_reader.h"
#include "dissect/base/cursor.h"
#include "dissect/media/video/codec.h"

enum {
    IRAP_FIRST = 16, /* pictures at which decoding may begin */
    IRAP_LAST = 23,
    SLICE_LAST = 31,
    SPS = 33,
    AGGREGATION = 48,
    FRAGMENT = 49,
};

#define NALS_MAX        64
#define NAL_HEADER      2u
#define SIDE_MAX        16384u
#define GENERAL_PROFILE 88u
#define LEVEL           8u
#define SUB_LAYERS_MAX  8u

/* 7.3.3 */
static void skip_profile(BitReader *r, unsigned sub_layers)
{
    bool profile[SUB_LAYERS_MAX] = { false };
    bool level[SUB_LAYERS_MAX] = { false };

    bit_reader_skip(r, GENERAL_PROFILE + LEVEL);
    for (unsigned i = 0; i < sub_layers; i++) {
        profile[i] = bit_reader_bit(r);
        level[i] = bit_reader_bit(r);
    }
    if (sub_layers > 0)
        bit_reader_skip(r, 2 * (SUB_LAYERS_MAX - sub_layers));
    for (unsigned i = 0; i < sub_layers; i++) {
        bit_reader_skip(r, profile[i] ? GENERAL_PROFILE : 0);
        bit_reader_skip(r, level[i] ? LEVEL : 0);
    }
}

static void read_parameter_set(Slice nal, VideoPayload *out)
{
    BitReader r = { .bytes = slice_from(nal, NAL_HEADER), .unescape = true };

    bit_reader_skip(&r, 4);
    unsigned sub_layers = bit_reader_bits(&r, 3);
    bit_reader_skip(&r, 1);
    skip_profile(&r, sub_layers);
    bit_reader_ue(&r); /* id */
    uint32_t chroma = bit_reader_ue(&r);
    if (chroma == 3)
        bit_reader_skip(&r, 1);
    uint32_t width = bit_reader_ue(&r);
    uint32_t height = bit_reader_ue(&r);
    uint32_t crop_x = 0, crop_y = 0;
    if (bit_reader_bit(&r)) {
        crop_x = bit_reader_ue(&r) + bit_reader_ue(&r);
        crop_y = bit_reader_ue(&r) + bit_reader_ue(&r);
        crop_x *= chroma == 1 || chroma == 2 ? 2 : 1;
        crop_y *= chroma == 1 ? 2 : 1;
    }
    if (r.failed || width > SIDE_MAX || height > SIDE_MAX || crop_x >= width || crop_y >= height)
        return;
    out->width = (uint16_t)(width - crop_x);
    out->height = (uint16_t)(height - crop_y);
}

static void note_type(unsigned type, VideoPayload *out)
{
    out->key |= type >= IRAP_FIRST && type <= IRAP_LAST;
}

/* first_slice_segment_in_pic_flag is the first bit behind the header. */
static bool begins_picture(unsigned type, Slice behind_header)
{
    return type <= SLICE_LAST && behind_header.len > 0 && behind_header.data[0] & 0x80;
}

static void read_nal(Slice nal, VideoPayload *out)
{
    if (nal.len < NAL_HEADER)
        return;
    unsigned type = nal.data[0] >> 1 & 0x3f;
    if (type == SPS)
        read_parameter_set(nal, out);
    note_type(type, out);
    out->starts_picture |= type > SLICE_LAST || begins_picture(type, slice_from(nal, NAL_HEADER));
}

bool video_h265_read(Slice payload, VideoPayload *out)
{
    if (payload.len < NAL_HEADER + 1 || payload.data[0] & 0x80)
        return false;
    unsigned type = payload.data[0] >> 1 & 0x3f;

    if (type == AGGREGATION) {
        Cursor c = cursor_over(slice_from(payload, NAL_HEADER));
        for (unsigned i = 0; i < NALS_MAX; i++) {
            Slice nal = cursor_slice(&c, cursor_be16(&c));
            if (c.failed)
                break;
            read_nal(nal, out);
        }
    } else if (type == FRAGMENT) {
        type = payload.data[NAL_HEADER] & 0x3f;
        note_type(type, out);
        out->starts_picture = payload.data[NAL_HEADER] & 0x80 &&
                              begins_picture(type, slice_from(payload, NAL_HEADER + 1));
    } else {
        read_nal(payload, out);
    }
    return true;
}
