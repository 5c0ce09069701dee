#include "dissect/media/codec/mpa_payload.h"
#include "dissect/base/cursor.h"

#define SYNC      0x7ffu /* eleven bits: those of MPEG-2.5 are fewer */
#define BIT_RATES 15
#define RATES     3
#define VERSION_2 2
#define VERSION_1 3

bool mpa_payload_parse(Slice payload, MpaPayload *out)
{
    Cursor c = cursor_over(payload);

    cursor_skip(&c, 2); /* must be zero */
    uint16_t offset = cursor_be16(&c);
    if (c.failed)
        return false;
    *out = (MpaPayload){ offset, cursor_rest(&c) };
    return true;
}

/* kbit/s; index 0 is "free". */
static unsigned bit_rate_kbps(bool lower_rates, unsigned layer, unsigned index)
{
    static const uint16_t layers[5][BIT_RATES] = {
        { 0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448 },
        { 0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384 },
        { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 },
        { 0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256 },
        { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 },
    };
    return layers[lower_rates ? (layer == 1 ? 3 : 4) : layer - 1][index];
}

size_t mpa_frame_bytes(Slice data)
{
    static const uint16_t rates_hz[RATES] = { 44100, 48000, 32000 };
    Cursor c = cursor_over(data);
    uint32_t header = cursor_be32(&c);
    unsigned version = header >> 19 & 3, layer = 4 - (header >> 17 & 3);
    unsigned bit_rate = header >> 12 & 15, rate = header >> 10 & 3, padding = header >> 9 & 1;

    if (c.failed || header >> 21 != SYNC || version == 1 || layer == 4 || bit_rate == 0 ||
        bit_rate >= BIT_RATES || rate >= RATES)
        return 0;
    unsigned rate_hz = rates_hz[rate] >> (version == VERSION_1 ? 0 : version == VERSION_2 ? 1 : 2);
    unsigned bits = bit_rate_kbps(version != VERSION_1, layer, bit_rate) * 1000;
    if (layer == 1)
        return (size_t)(12 * bits / rate_hz + padding) * 4;
    unsigned slots = layer == 3 && version != VERSION_1 ? 72 : 144;
    return (size_t)slots * bits / rate_hz + padding;
}

/* A descriptor of one or two bytes; each fragment bears the size of the whole. */
bool mpa_adu_next(Slice *rest, MpaAdu *out)
{
    Cursor c = cursor_over(*rest);
    uint8_t first = cursor_u8(&c);
    MpaAdu adu = { .goes_on = first & 0x80, .bytes = first & 0x3f };

    if (first & 0x40)
        adu.bytes = adu.bytes << 8 | cursor_u8(&c);
    adu.data = slice_sub(cursor_rest(&c), 0, adu.bytes);
    *rest = slice_from(cursor_rest(&c), adu.data.len);
    if (c.failed || adu.data.len == 0)
        return false;
    /* Section 7: an index and a cycle count stand where else the sync is. */
    Cursor sync = cursor_over(adu.data);
    adu.interleaved = !adu.goes_on && cursor_be16(&sync) >> 5 != SYNC;
    *out = adu;
    return true;
}
