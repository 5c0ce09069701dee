/* dissect/sip/body/body.h - what the bodies of SIP messages say, as named fields.
 * A decoder is one file and a row in body.c; one for XML a row in xml_types.c. SDP is not among
 * them: dissect/sip/sdp.h has it.
 *
 * Texts are as they came: whoever shows them escapes them. Bounded: BODY_FIELDS_MAX fields, values
 * of BODY_VALUE_MAX bytes, bodies of BODY_BYTES_MAX bytes; what is beyond is counted or cut. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"
#include "dissect/sip/mime.h"

enum {
    BODY_FIELDS_MAX = 400,
    BODY_VALUE_MAX = 400,
    BODY_LABEL_MAX = 60, /* bytes */
    BODY_BYTES_MAX = 256 * 1024,
};

typedef struct {
    unsigned depth;    /* 0: the heading of a body; 1: its fields; more: what belongs to them */
    const char *name;  /* these two are the report's */
    const char *value; /* NULL: none, what is below says it */
} BodyField;

typedef struct {
    GArray *fields;     /* BodyField, in the order of the body; owned */
    GString *label;     /* in few words, "IAM 4930123456->4989765432"; "" when nothing is known;
                           begins with a quote when it is what somebody wrote; owned */
    unsigned left_out;  /* fields beyond BODY_FIELDS_MAX */
    unsigned nesting;   /* private: added to the depth of what is inside of another body */
    GStringChunk *text; /* owned: names and values */
} BodyReport;

BodyReport *body_report_new(void);
void body_report_free(BodyReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BodyReport, body_report_free)

typedef struct {
    const char *type; /* "application/isup" */
    const char *name; /* "ISUP" */
    /* DISSECT_TRUNCATED, DISSECT_MALFORMED: @out has what could be read all the same. */
    DissectStatus (*decode)(Slice body, BodyReport *out);
} BodyDecoder;

/* Adds a heading and fields for every part of @body that has a decoder; false when none has. */
bool body_decode(Slice content_type, Slice body, BodyReport *out);

/* What message/cpim wraps (RFC 3862 section 2). False when its headers do not end within @body. */
bool cpim_unwrap(Slice body, MimePart *out);

/* For decoders. @value is cut to BODY_VALUE_MAX; bytes that are 0 become spaces. */
void body_add(BodyReport *report, unsigned depth, const char *name, Slice value);
void body_add_text(BodyReport *report, unsigned depth, const char *name, const char *value);
void body_add_format(BodyReport *report, unsigned depth, const char *name, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* Adds to the label, after ", " when there is something; nothing beyond BODY_LABEL_MAX. */
void body_label(BodyReport *report, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The label is what somebody wrote: the first line of @text in quotes. */
void body_label_quote(BodyReport *report, Slice text);
/* What is inside of the body, one level deeper. */
void body_decode_inner(BodyReport *report, Slice content_type, Slice body);
