/* dissect/media/codec/aac_payload.h - the AAC frames (access units) of an RTP payload: RFC 3640
 * section 3.2 (mpeg4-generic) and RFC 6416 section 6 (MP4A-LATM), not interleaved. Private to
 * dissect/media/codec/. */
#pragma once
#include "dissect/base/slice.h"

#define AAC_UNITS_MAX        64u /* of one payload */
#define AAC_CONFIG_BYTES_MAX 64u

/* What a=fmtp says of them. */
typedef struct {
    bool is_latm;
    uint8_t config[AAC_CONFIG_BYTES_MAX]; /* AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1) */
    unsigned config_bytes;                /* 0: it is in the stream, or none */
    bool config_in_stream;                /* LATM: cpresent=1 */
    /* Bits of the fields of a header (RFC 3640 section 3.2.1.1); all 0: there are no headers. */
    unsigned size_bits, index_bits, index_delta_bits, cts_bits, dts_bits, state_bits;
    bool random_access;
    unsigned auxiliary_bits; /* of the size of the auxiliary section */
    unsigned constant_bytes; /* of every unit, instead of sizes; 0: one unit a payload */
} AacFormat;

typedef struct {
    Slice data;   /* what of it is in this payload: fewer than @bytes when it goes on in the next */
    size_t bytes; /* of the whole */
} AacUnit;

/* False when it asks for what is not read: interleaving, encryption, a configuration of several
 * programs or without AudioSpecificConfig. @fmtp may be NULL. */
bool aac_format_parse(const char *fmtp, bool is_latm, AacFormat *out);
/* Returns how many units were written to @out; 0 when the payload is damaged. Of LATM with its
 * configuration in the stream, the unit is the AudioMuxElement. */
unsigned aac_payload_parse(const AacFormat *format, Slice payload, AacUnit out[AAC_UNITS_MAX]);
