/* dissect/media/video/h263.c - H.263 in RTP: RFC 2190, and RFC 4629 for H263-1998 and H263-2000;
 * picture headers: H.263 5.1. */
#include "dissect/base/bit_reader.h"
#include "dissect/media/video/codec.h"

#define MODE_A_BYTES  4u
#define EXTENDED_TYPE 7
#define CUSTOM_FORMAT 6

/* Source formats 1 to 5: sub-QCIF to 16CIF. */
static void note_format(unsigned format, VideoPayload *out)
{
    static const uint16_t sizes[][2] = { { 0, 0 },     { 128, 96 },  { 176, 144 },
                                         { 352, 288 }, { 704, 576 }, { 1408, 1152 } };
    if (format >= G_N_ELEMENTS(sizes))
        return;
    out->width = sizes[format][0];
    out->height = sizes[format][1];
}

static void read_custom_format(BitReader *r, VideoPayload *out)
{
    if (bit_reader_bit(r)) /* CPM, and then PSBI */
        bit_reader_skip(r, 2);
    bit_reader_skip(r, 4); /* pixel aspect */
    uint32_t width = 4 * (bit_reader_bits(r, 9) + 1);
    bit_reader_skip(r, 1);
    uint32_t height = 4 * bit_reader_bits(r, 9);
    if (r->failed)
        return;
    out->width = (uint16_t)width;
    out->height = (uint16_t)height;
}

/* 5.1.4 */
static void read_plus_type(BitReader *r, VideoPayload *out)
{
    bool full = bit_reader_bits(r, 3) == 1; /* UFEP */
    unsigned format = 0;

    if (full) {
        format = bit_reader_bits(r, 3);
        bit_reader_skip(r, 15);
    }
    out->key = bit_reader_bits(r, 3) == 0;
    bit_reader_skip(r, 6);
    if (full && format == CUSTOM_FORMAT)
        read_custom_format(r, out);
    else if (full)
        note_format(format, out);
}

/* From the marker bit of the picture start code on. */
static bool read_picture(Slice bytes, VideoPayload *out)
{
    BitReader r = bit_reader_over(bytes);

    if (bit_reader_bits(&r, 6) != 0x20) /* a group or slice, no picture */
        return true;
    bit_reader_skip(&r, 8); /* temporal reference */
    if (bit_reader_bits(&r, 2) != 2)
        return false;
    out->starts_picture = true;
    bit_reader_skip(&r, 3);
    unsigned format = bit_reader_bits(&r, 3);
    if (format == EXTENDED_TYPE) {
        read_plus_type(&r, out);
        return true;
    }
    note_format(format, out);
    out->key = !r.failed && bit_reader_bit(&r) == 0;
    return true;
}

bool video_h263_1998_read(Slice payload, VideoPayload *out)
{
    BitReader r = bit_reader_over(payload);

    bit_reader_skip(&r, 5);
    bool picture = bit_reader_bit(&r); /* P: two zero bytes of a start code are left out */
    bool redundancy = bit_reader_bit(&r);
    unsigned extra = bit_reader_bits(&r, 6); /* PLEN */
    if (r.failed)
        return false;
    return !picture || read_picture(slice_from(payload, 2u + redundancy + extra), out);
}

bool video_h263_read(Slice payload, VideoPayload *out)
{
    BitReader r = bit_reader_over(payload);
    bool mode_b_or_c = bit_reader_bit(&r);

    bit_reader_skip(&r, 7);
    unsigned format = bit_reader_bits(&r, 3);
    if (!mode_b_or_c) {
        note_format(format, out);
        out->key = bit_reader_bit(&r) == 0;
        Slice data = slice_from(payload, MODE_A_BYTES);
        out->starts_picture =
            data.len > 2 && data.data[0] == 0 && data.data[1] == 0 && (data.data[2] & 0xfc) == 0x80;
    }
    return !r.failed;
}
