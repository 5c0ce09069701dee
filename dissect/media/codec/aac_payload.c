#include "dissect/media/codec/aac_payload.h"
#include "dissect/base/bit_reader.h"
#include "dissect/media/codec/fmtp.h"

#define FIELD_BITS_MAX 32u

/* --- a=fmtp --- */

/* Bytes written; 0 when it is no hexadecimal text, or too long. */
static unsigned take_hex(Slice text, uint8_t out[AAC_CONFIG_BYTES_MAX])
{
    if (text.len % 2 != 0 || text.len / 2 > AAC_CONFIG_BYTES_MAX)
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = g_ascii_xdigit_value((char)text.data[i]);
        if (digit < 0)
            return 0;
        out[i / 2] = (uint8_t)(i % 2 ? out[i / 2] | digit : digit << 4);
    }
    return (unsigned)(text.len / 2);
}

/* StreamMuxConfig (ISO/IEC 14496-3 1.7.3) of one program in one layer: behind 15 bits of it stands
 * the AudioSpecificConfig, whose length follows from itself; what is behind does no harm. */
static bool strip_mux_config(AacFormat *format)
{
    BitReader reader = bit_reader_over(slice_of(format->config, format->config_bytes));
    uint8_t stripped[AAC_CONFIG_BYTES_MAX];
    unsigned bytes = 0;

    bool is_version_1 = bit_reader_bit(&reader);
    bit_reader_skip(&reader, 1); /* allStreamsSameTimeFraming */
    uint32_t subframes = bit_reader_bits(&reader, 6);
    uint32_t programs_and_layers = bit_reader_bits(&reader, 7);
    if (reader.failed || is_version_1 || subframes > 0 || programs_and_layers > 0)
        return false;
    while (reader.at + 8 <= (size_t)format->config_bytes * 8)
        stripped[bytes++] = (uint8_t)bit_reader_bits(&reader, 8);
    unsigned left = (unsigned)((size_t)format->config_bytes * 8 - reader.at);
    if (left > 0)
        stripped[bytes++] = (uint8_t)(bit_reader_bits(&reader, left) << (8 - left));
    memcpy(format->config, stripped, bytes);
    format->config_bytes = bytes;
    return bytes >= 2;
}

static bool parse_latm(const char *fmtp, AacFormat *format)
{
    format->config_in_stream = fmtp_number(fmtp, "cpresent", 1) == 1;
    if (format->config_in_stream) {
        format->config_bytes = 0;
        return true;
    }
    return format->config_bytes > 0 && strip_mux_config(format);
}

static bool parse_generic(const char *fmtp, AacFormat *format)
{
    format->size_bits = fmtp_number(fmtp, "sizeLength", 0);
    format->index_bits = fmtp_number(fmtp, "indexLength", 0);
    format->index_delta_bits = fmtp_number(fmtp, "indexDeltaLength", 0);
    format->cts_bits = fmtp_number(fmtp, "CTSDeltaLength", 0);
    format->dts_bits = fmtp_number(fmtp, "DTSDeltaLength", 0);
    format->state_bits = fmtp_number(fmtp, "streamStateIndication", 0);
    format->random_access = fmtp_number(fmtp, "randomAccessIndication", 0) == 1;
    format->auxiliary_bits = fmtp_number(fmtp, "auxiliaryDataSizeLength", 0);
    format->constant_bytes = fmtp_number(fmtp, "constantSize", 0);
    return format->config_bytes > 0 && format->size_bits <= FIELD_BITS_MAX &&
           format->index_bits <= FIELD_BITS_MAX && format->index_delta_bits <= FIELD_BITS_MAX &&
           format->cts_bits <= FIELD_BITS_MAX && format->dts_bits <= FIELD_BITS_MAX &&
           format->state_bits <= FIELD_BITS_MAX && format->auxiliary_bits <= FIELD_BITS_MAX;
}

bool aac_format_parse(const char *fmtp, bool is_latm, AacFormat *out)
{
    *out = (AacFormat){ .is_latm = is_latm };
    out->config_bytes = take_hex(fmtp_text(fmtp, "config"), out->config);
    return is_latm ? parse_latm(fmtp, out) : parse_generic(fmtp, out);
}

/* --- RFC 3640 --- */

static bool has_headers(const AacFormat *format)
{
    return format->size_bits || format->index_bits || format->index_delta_bits ||
           format->cts_bits || format->dts_bits || format->state_bits || format->random_access;
}

/* Section 3.2.1.1. False for the end, or when units are interleaved. */
static bool take_header(BitReader *headers, const AacFormat *format, bool first, AacUnit *out)
{
    out->bytes =
        format->size_bits ? bit_reader_bits(headers, format->size_bits) : format->constant_bytes;
    uint32_t apart =
        bit_reader_bits(headers, first ? format->index_bits : format->index_delta_bits);
    if (format->cts_bits && bit_reader_bit(headers))
        bit_reader_skip(headers, format->cts_bits);
    if (format->dts_bits && bit_reader_bit(headers))
        bit_reader_skip(headers, format->dts_bits);
    bit_reader_skip(headers, format->random_access + format->state_bits);
    return !headers->failed && (first || apart == 0);
}

/* The section of headers (3.2.1); 0: damaged. */
static unsigned take_headers(BitReader *reader, const AacFormat *format, AacUnit out[AAC_UNITS_MAX])
{
    uint32_t bits = bit_reader_bits(reader, 16);
    BitReader headers = bit_reader_over(bit_reader_slice(reader, (bits + 7) / 8));
    unsigned count = 0;

    if (reader->failed)
        return 0;
    while (headers.at < bits && count < AAC_UNITS_MAX) {
        size_t before = headers.at;
        if (!take_header(&headers, format, count == 0, &out[count]) || headers.at == before)
            return 0;
        count++;
    }
    return headers.at == bits ? count : 0;
}

static bool skip_auxiliary(BitReader *reader, const AacFormat *format)
{
    if (format->auxiliary_bits) {
        uint32_t bits = bit_reader_bits(reader, format->auxiliary_bits);
        if (bits > (reader->bytes.len * 8 - MIN(reader->at, reader->bytes.len * 8)))
            return false;
        bit_reader_skip(reader, bits);
        bit_reader_align(reader);
    }
    return !reader->failed;
}

/* Only one unit alone may go on in the next packet (3.2.3). */
static unsigned take_units(BitReader *reader, unsigned count, AacUnit out[AAC_UNITS_MAX])
{
    for (unsigned i = 0; i < count; i++) {
        Slice rest = slice_from(reader->bytes, reader->at / 8);
        size_t bytes = out[i].bytes ? out[i].bytes : rest.len;
        if (rest.len == 0 || (bytes > rest.len && count > 1))
            return 0;
        out[i] = (AacUnit){ slice_sub(rest, 0, bytes), bytes };
        bit_reader_slice(reader, out[i].data.len);
    }
    return count;
}

static unsigned parse_units(const AacFormat *format, Slice payload, AacUnit out[AAC_UNITS_MAX])
{
    BitReader reader = bit_reader_over(payload);
    unsigned count = 0;

    if (has_headers(format)) {
        count = take_headers(&reader, format, out);
    } else {
        size_t bytes = format->constant_bytes ? format->constant_bytes : payload.len;
        for (size_t at = 0; at < payload.len && count < AAC_UNITS_MAX; at += bytes)
            out[count++].bytes = bytes;
    }
    if (count == 0 || !skip_auxiliary(&reader, format))
        return 0;
    return take_units(&reader, count, out);
}

/* --- RFC 6416 --- */

/* PayloadLengthInfo (ISO/IEC 14496-3 1.7.3.1): bytes that are added up, the last is not 255. */
static unsigned parse_latm_payload(Slice payload, AacUnit *out)
{
    size_t bytes = 0, at = 0;

    while (at < payload.len && payload.data[at] == 255)
        bytes += payload.data[at++];
    if (at == payload.len)
        return 0;
    bytes += payload.data[at++];
    Slice rest = slice_from(payload, at);
    if (bytes == 0 || rest.len == 0)
        return 0;
    *out = (AacUnit){ slice_sub(rest, 0, bytes), bytes };
    return 1;
}

unsigned aac_payload_parse(const AacFormat *format, Slice payload, AacUnit out[AAC_UNITS_MAX])
{
    if (!format->is_latm)
        return parse_units(format, payload, out);
    if (!format->config_in_stream)
        return parse_latm_payload(payload, out);
    out[0] = (AacUnit){ payload, payload.len };
    return payload.len > 0;
}
