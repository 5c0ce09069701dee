#include "dissect/media/fax/ifp.h"

#define HAS_FIELDS        0x80u
#define IS_DATA           0x40u
#define EXTENDED          0x20u
#define HAS_OCTETS        0x80u
#define FIELD_EXTEND      0x40u
#define INDICATORS_1      16u /* before the extension marker */
#define DATA_TYPES_1      9u
#define FIELDS_1          8u
#define FIELD_COUNT_LIMIT 0x80u /* a longer count takes two octets: no fax has as many */

const char *ifp_indicator_name(IfpIndicator indicator)
{
    static const char *const names[IFP_INDICATORS] = {
        "no signal",
        "CNG",
        "CED",
        "V.21 preamble",
        "V.27ter 2400 training",
        "V.27ter 4800 training",
        "V.29 7200 training",
        "V.29 9600 training",
        "V.17 7200 short training",
        "V.17 7200 long training",
        "V.17 9600 short training",
        "V.17 9600 long training",
        "V.17 12000 short training",
        "V.17 12000 long training",
        "V.17 14400 short training",
        "V.17 14400 long training",
        "V.8 ANSam",
        "V.8 signal",
        "V.34 control channel",
        "V.34 primary channel",
        "V.34 control channel retrain",
        "V.33 12000 training",
        "V.33 14400 training",
    };
    return indicator < IFP_INDICATORS ? names[indicator] : "unknown";
}

const char *ifp_data_name(unsigned data_type)
{
    static const char *const names[IFP_DATA_TYPES] = {
        "V.21",      "V.27ter 2400", "V.27ter 4800", "V.29 7200",  "V.29 9600",
        "V.17 7200", "V.17 9600",    "V.17 12000",   "V.17 14400", "V.8",
        "V.34 rate", "V.34 control", "V.34",         "V.33 12000", "V.33 14400",
    };
    return data_type < IFP_DATA_TYPES ? names[data_type] : "unknown";
}

/* An ENUMERATED with an extension marker: four bits, or six behind the marker (X.691 13). */
static bool read_type(Cursor *c, unsigned first, IfpPacket *out)
{
    unsigned limit = out->is_data ? IFP_DATA_TYPES : IFP_INDICATORS, value;

    if (first & EXTENDED) {
        unsigned second = cursor_u8(c);
        value = ((first & 0x0f) << 2 | second >> 6) + (out->is_data ? DATA_TYPES_1 : INDICATORS_1);
        out->padded = (second & 0x3f) == 0 && (first & 0x10) == 0;
    } else {
        value = first >> 1 & 0x0f;
        out->padded = (first & 1) == 0;
        limit = out->is_data ? DATA_TYPES_1 : INDICATORS_1;
    }
    out->value = (uint8_t)value;
    return value < limit;
}

IfpFields ifp_fields(const IfpPacket *packet, IfpSyntax syntax)
{
    return (IfpFields){ .cursor = cursor_over(packet->fields),
                        .syntax = syntax,
                        .left = packet->field_count,
                        .padded = true };
}

/* 1998: four bits each, the flag of octets and three of the type; the octets begin at the next
 * whole one. */
static bool read_head_1998(IfpFields *fields, IfpField *out)
{
    unsigned octet;

    if (fields->half) {
        octet = (unsigned)cursor_u8(&fields->cursor) << 4;
        fields->half = false;
    } else {
        octet = fields->cursor.rest.len ? fields->cursor.rest.data[0] : cursor_u8(&fields->cursor);
        fields->half = true;
    }
    out->type = (IfpFieldType)(octet >> 4 & 7);
    if (!(octet & HAS_OCTETS))
        return false;
    if (fields->half) {
        fields->padded &= (octet & 0x0f) == 0;
        cursor_skip(&fields->cursor, 1);
        fields->half = false;
    }
    return true;
}

/* The extension marker, then three bits, or six in the extension. */
static bool read_head_2002(IfpFields *fields, IfpField *out)
{
    unsigned first = cursor_u8(&fields->cursor);

    if (first & FIELD_EXTEND) {
        unsigned second = cursor_u8(&fields->cursor);
        out->type = (IfpFieldType)(((first & 0x1f) << 1 | second >> 7) + FIELDS_1);
        fields->padded &= (second & 0x7f) == 0 && (first & 0x20) == 0;
    } else {
        out->type = (IfpFieldType)(first >> 3 & 7);
        fields->padded &= (first & 7) == 0;
    }
    return first & HAS_OCTETS;
}

bool ifp_next_field(IfpFields *fields, IfpField *out)
{
    bool octets;

    if (fields->left == 0 || fields->cursor.failed)
        return false;
    fields->left--;
    *out = (IfpField){ 0 };
    octets = fields->syntax == IFP_1998 ? read_head_1998(fields, out) : read_head_2002(fields, out);
    if (octets) {
        size_t length = (size_t)cursor_be16(&fields->cursor) + 1; /* SIZE(1..65535) */
        out->data = cursor_slice(&fields->cursor, length);
    }
    if (fields->left == 0 && fields->half) {
        fields->padded &= fields->cursor.rest.len && (fields->cursor.rest.data[0] & 0x0f) == 0;
        cursor_skip(&fields->cursor, 1);
    }
    return !fields->cursor.failed;
}

/* Walks over all of them, so that whoever reads them later meets no end before its time. */
static DissectStatus check_fields(IfpPacket *packet, IfpSyntax syntax)
{
    IfpFields fields = ifp_fields(packet, syntax);
    IfpField field;

    while (ifp_next_field(&fields, &field))
        if (field.type >= IFP_FIELD_TYPES)
            return DISSECT_MALFORMED;
    packet->padded &= fields.padded;
    packet->excess = fields.cursor.rest.len;
    return fields.cursor.failed ? DISSECT_TRUNCATED : DISSECT_OK;
}

DissectStatus ifp_parse(Slice bytes, IfpSyntax syntax, IfpPacket *out)
{
    Cursor c = cursor_over(bytes);
    unsigned first = cursor_u8(&c);

    *out = (IfpPacket){ .is_data = first & IS_DATA };
    if (c.failed)
        return DISSECT_TRUNCATED;
    bool exists = read_type(&c, first, out);
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (!exists || (!out->is_data && first & HAS_FIELDS))
        return DISSECT_MALFORMED;
    if (first & HAS_FIELDS)
        out->field_count = cursor_u8(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (out->field_count >= FIELD_COUNT_LIMIT)
        return DISSECT_MALFORMED;
    out->fields = c.rest;
    return check_fields(out, syntax);
}
