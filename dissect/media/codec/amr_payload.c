#include "dissect/media/codec/amr_payload.h"
#include "dissect/base/bit_reader.h"

#define RESERVED UINT16_MAX

/* Bits by frame type: RFC 4867 tables 2 and 3, 3GPP TS 26.101 and 26.201. */
static const uint16_t narrowband_bits[16] = {
    95, 103,      118,      134,      148,      159,      204,      244,
    39, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, 0,
};
static const uint16_t wideband_bits[16] = {
    132, 177, 253, 285, 317, 365, 397, 461, 477, 40, RESERVED, RESERVED, RESERVED, RESERVED, 0, 0,
};

static unsigned frame_bits(AmrFormat format, uint8_t type)
{
    return (format.wideband ? wideband_bits : narrowband_bits)[type];
}

/* Table of contents (4.3.2, 4.4.2); 0 when it is damaged. */
static unsigned take_contents(BitReader *reader, AmrFormat format, AmrFrame *out)
{
    bool follows = true;
    unsigned count = 0;

    while (follows && count < AMR_FRAMES_MAX) {
        follows = bit_reader_bits(reader, 1);
        AmrFrame *frame = &out[count++];
        frame->type = (uint8_t)bit_reader_bits(reader, 4);
        frame->good = bit_reader_bits(reader, 1);
        if (format.octet_aligned)
            bit_reader_bits(reader, 2);
        if (reader->failed || frame_bits(format, frame->type) == RESERVED)
            return 0;
    }
    return follows ? 0 : count;
}

static void take_frame(BitReader *reader, AmrFormat format, AmrFrame *frame)
{
    unsigned bits = frame_bits(format, frame->type), at = 0;

    memset(frame->bytes, 0, sizeof frame->bytes);
    frame->bytes[at++] = (uint8_t)(frame->type << 3 | (frame->good ? 4 : 0));
    for (; bits >= 8; bits -= 8)
        frame->bytes[at++] = (uint8_t)bit_reader_bits(reader, 8);
    if (bits > 0)
        frame->bytes[at] = (uint8_t)(bit_reader_bits(reader, bits) << (8 - bits));
    if (format.octet_aligned)
        bit_reader_align(reader);
}

unsigned amr_payload_parse(AmrFormat format, Slice payload, AmrFrame out[AMR_FRAMES_MAX])
{
    BitReader reader = bit_reader_over(payload);

    bit_reader_bits(&reader, 4); /* codec mode request */
    if (format.octet_aligned)
        bit_reader_align(&reader);
    unsigned count = take_contents(&reader, format, out);
    for (unsigned i = 0; i < count; i++)
        take_frame(&reader, format, &out[i]);
    return reader.failed ? 0 : count;
}
