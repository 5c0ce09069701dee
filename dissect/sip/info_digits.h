/* dissect/sip/info_digits.h - digits in the body of an INFO request (RFC 6086 and what was in use
 * before it): application/dtmf-relay ("Signal=5", "Duration=160"), application/dtmf ("5"),
 * audio/telephone-event as text, application/vnd.nortelnetworks.digits ("d=5").
 * Pure functions. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

#define INFO_DIGITS_MAX 32 /* of one body */

typedef struct {
    unsigned count;
    uint8_t codes[INFO_DIGITS_MAX]; /* as RFC 4733: 10 *, 11 #, 16 flash */
    int32_t duration_ms;            /* -1: not said */
} InfoDigits;

/* DISSECT_NOT_MINE when @content_type holds no digits; DISSECT_MALFORMED when it should and none
 * can be read. */
DissectStatus info_digits_parse(Slice content_type, Slice body, InfoDigits *out);
