/* dissect/call/digits.h - the digits pressed in a call, on one time line: those of INFO requests
 * and those of its streams (RFC 4733). */
#pragma once
#include "dissect/call/model.h"

/* From an INFO request; kept by its call. */
typedef struct {
    int64_t time_ns;
    int32_t duration_ms; /* -1: not said */
    uint32_t cseq;
    uint16_t status; /* of the final response; 0: none seen */
    uint8_t code;    /* as RFC 4733 */
    uint8_t from;    /* Party */
} InfoDigit;

typedef enum { DIGIT_RTP, DIGIT_INFO } DigitOrigin;
const char *digit_origin_name(DigitOrigin origin); /* "rfc4733", "info" */

typedef struct {
    int64_t time_ns;
    double duration_ms; /* NAN: not known */
    int volume_dbm0;    /* valid when has_volume */
    bool has_volume, ended;
    uint8_t code;
    bool from_caller, direction_known;
    DigitOrigin origin;
    uint32_t stream;  /* 0: none */
    uint32_t packets; /* of the event; 0 for INFO */
    uint16_t status;  /* INFO: of its final response; 0: none */
} CallDigit;

/* The events of a stream in order, as CallDigits; free with g_array_unref(). Codes that its SDP
 * says are something else are left out. */
GArray *stream_digits(const Stream *stream);
/* All of a call, by time. */
GArray *call_digits(const Model *model, const Call *call);
