/* dissect/media/fax/ifp.h - Internet facsimile packets (ITU-T T.38 clause 7, PER), in the syntax of
 * 1998 (T38FaxVersion 0, whose field types have no extension) and in that of 2002 (1 and above).
 * Pure functions over captured bytes: no allocation, no state. */
#pragma once
#include "dissect/base/cursor.h"
#include "dissect/base/status.h"

typedef enum { IFP_1998, IFP_2002 } IfpSyntax;

/* T.38 7.2.1 and 7.2.2: numbers of t30-indicator. */
typedef enum {
    IFP_NO_SIGNAL,
    IFP_CNG,
    IFP_CED,
    IFP_V21_PREAMBLE,
    IFP_V27_2400_TRAINING,
    IFP_V27_4800_TRAINING,
    IFP_V29_7200_TRAINING,
    IFP_V29_9600_TRAINING,
    IFP_V17_7200_SHORT,
    IFP_V17_7200_LONG,
    IFP_V17_9600_SHORT,
    IFP_V17_9600_LONG,
    IFP_V17_12000_SHORT,
    IFP_V17_12000_LONG,
    IFP_V17_14400_SHORT,
    IFP_V17_14400_LONG,
    IFP_V8_ANSAM,
    IFP_V8_SIGNAL,
    IFP_V34_CONTROL,
    IFP_V34_PRIMARY,
    IFP_V34_RETRAIN,
    IFP_V33_12000_TRAINING,
    IFP_V33_14400_TRAINING,
    IFP_INDICATORS
} IfpIndicator;

/* "V.17 14400 long training". */
const char *ifp_indicator_name(IfpIndicator indicator);

#define IFP_DATA_TYPES 15
#define IFP_DATA_V21   0

/* "V.17 14400"; the modulation of t30-data. */
const char *ifp_data_name(unsigned data_type);

/* T.38 7.3: numbers of field-type. */
typedef enum {
    IFP_HDLC_DATA,
    IFP_HDLC_SIG_END,
    IFP_HDLC_FCS_OK,
    IFP_HDLC_FCS_BAD,
    IFP_HDLC_FCS_OK_SIG_END,
    IFP_HDLC_FCS_BAD_SIG_END,
    IFP_T4_DATA,
    IFP_T4_SIG_END,
    IFP_CM_MESSAGE,
    IFP_JM_MESSAGE,
    IFP_CI_MESSAGE,
    IFP_V34_RATE,
    IFP_FIELD_TYPES
} IfpFieldType;

typedef struct {
    IfpFieldType type;
    Slice data; /* borrowed; bits in the order of the line, the first in the highest place */
} IfpField;

typedef struct {
    bool is_data;         /* t30-data; else an indicator */
    uint8_t value;        /* IfpIndicator, or a data type below IFP_DATA_TYPES */
    unsigned field_count; /* fields that ifp_next_field() will give */
    Slice fields;         /* private to it */
    bool padded;          /* bits that have to be zero are: else it is of the other syntax */
    size_t excess;        /* bytes behind the packet: what a parity brought back may have zeros */
} IfpPacket;

/* DISSECT_OK fills @out; DISSECT_TRUNCATED: it ends inside a field; DISSECT_MALFORMED: an
 * indicator, data or field type that does not exist, or a shape that T.38 does not have. */
DissectStatus ifp_parse(Slice bytes, IfpSyntax syntax, IfpPacket *out);

typedef struct {
    Cursor cursor;
    IfpSyntax syntax;
    unsigned left;
    bool half; /* 1998: the low half of the octet at the cursor is next */
    bool padded;
} IfpFields;

IfpFields ifp_fields(const IfpPacket *packet, IfpSyntax syntax);
/* False at the end. */
bool ifp_next_field(IfpFields *fields, IfpField *out);
