/* dissect/sip/mime.h - bodies and their parts (RFC 2046 section 5.1 multipart, RFC 5621). */
#pragma once
#include "dissect/base/slice.h"

typedef struct {
    Slice content_type; /* "application/sdp", parameters behind it; default text/plain */
    Slice disposition;
    Slice content_id;
    Slice body;
} MimePart;

/* Walks the parts of a body, nested multiparts flattened to a bounded depth; a body that is not
 * multipart is its only part. Start with *position = 0; false at the end. */
bool mime_next_part(Slice content_type, Slice body, size_t *position, MimePart *out);

/* The first part of media type @type ("application/sdp"); false when there is none. */
bool mime_find(Slice content_type, Slice body, Slice type, Slice *out);

/* Is @content_type of media type @type, parameters ignored? */
bool mime_is(Slice content_type, Slice type);
