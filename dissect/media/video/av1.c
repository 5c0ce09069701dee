/* dissect/media/video/av1.c - AV1 in RTP: RTP Payload Format For AV1 (AOM) section 4; sequence
 * headers: AV1 bitstream 5.5. */
#include "dissect/base/bit_reader.h"
#include "dissect/base/cursor.h"
#include "dissect/media/video/codec.h"

#define OBU_SEQUENCE_HEADER 1
#define OBUS_MAX            32
#define LEB128_BYTES        8

enum {
    CONTINUES = 0x80,    /* Z: the first OBU began in the packet before */
    NEW_SEQUENCE = 0x08, /* N */
};

static size_t read_leb128(Cursor *c)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < LEB128_BYTES; i++) {
        uint8_t byte = cursor_u8(c);
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80))
            break;
    }
    return (size_t)MIN(value, UINT32_MAX);
}

/* uvlc(), 4.10.3 */
static void skip_uvlc(BitReader *r)
{
    unsigned zeros = 0;

    while (!r->failed && !bit_reader_bit(r))
        zeros++;
    bit_reader_skip(r, zeros < 32 ? zeros : 0);
}

/* 5.5.3 and 5.5.4; the bits of a decoder delay, 0 when there is no decoder model. */
static unsigned read_timing(BitReader *r)
{
    if (!bit_reader_bit(r))
        return 0;
    bit_reader_skip(r, 64);
    if (bit_reader_bit(r))
        skip_uvlc(r);
    if (!bit_reader_bit(r))
        return 0;
    unsigned delay_bits = bit_reader_bits(r, 5) + 1;
    bit_reader_skip(r, 32 + 5 + 5);
    return delay_bits;
}

static void skip_operating_points(BitReader *r)
{
    unsigned delay_bits = read_timing(r);
    bool display_delay = bit_reader_bit(r);
    unsigned count = bit_reader_bits(r, 5) + 1;

    for (unsigned i = 0; i < count && !r->failed; i++) {
        bit_reader_skip(r, 12);
        if (bit_reader_bits(r, 5) > 7)
            bit_reader_skip(r, 1);
        if (delay_bits > 0 && bit_reader_bit(r))
            bit_reader_skip(r, 2 * delay_bits + 1);
        if (display_delay && bit_reader_bit(r))
            bit_reader_skip(r, 4);
    }
}

static void read_sequence_header(Slice bytes, VideoPayload *out)
{
    BitReader r = bit_reader_over(bytes);

    bit_reader_skip(&r, 3 + 1);
    if (bit_reader_bit(&r)) /* reduced still picture header */
        bit_reader_skip(&r, 5);
    else
        skip_operating_points(&r);
    unsigned width_bits = bit_reader_bits(&r, 4) + 1;
    unsigned height_bits = bit_reader_bits(&r, 4) + 1;
    uint32_t width = bit_reader_bits(&r, width_bits) + 1;
    uint32_t height = bit_reader_bits(&r, height_bits) + 1;
    if (r.failed || width > UINT16_MAX || height > UINT16_MAX)
        return;
    out->width = (uint16_t)width;
    out->height = (uint16_t)height;
}

static void read_obu(Slice obu, VideoPayload *out)
{
    Cursor c = cursor_over(obu);
    uint8_t header = cursor_u8(&c);

    if (header & 0x04)
        cursor_skip(&c, 1); /* extension */
    if (header & 0x02)
        read_leb128(&c); /* its size, which senders should leave out */
    if (!c.failed && (header >> 3 & 0x0f) == OBU_SEQUENCE_HEADER) {
        out->key = true;
        read_sequence_header(cursor_rest(&c), out);
    }
}

bool video_av1_read(Slice payload, VideoPayload *out)
{
    Cursor c = cursor_over(payload);
    uint8_t aggregation = cursor_u8(&c);
    unsigned elements = aggregation >> 4 & 3; /* W; 0: each has its length */

    if (c.failed)
        return false;
    out->key = aggregation & NEW_SEQUENCE;
    out->starts_picture = !(aggregation & CONTINUES);
    for (unsigned i = 0; i < OBUS_MAX && c.rest.len > 0; i++) {
        bool last = elements > 0 && i + 1 == elements;
        Slice obu = last ? cursor_rest(&c) : cursor_slice(&c, read_leb128(&c));
        if (c.failed)
            break; /* cut, or longer than the packet */
        if (i > 0 || !(aggregation & CONTINUES))
            read_obu(obu, out);
        if (last)
            break;
    }
    return true;
}
