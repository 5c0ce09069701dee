/* export/json_writer.h - JSON text, appended value by value (RFC 8259).
 * Unlike json-glib it builds no tree: a record of seventy members costs 2 us instead of 22, and
 * numbers are printed as short as their unit deserves (0.1, not 0.10000000000000001).
 * Strings from the wire may hold any bytes; what is no UTF-8 becomes U+FFFD, and control and format
 * characters are written as \u escapes, so that the document is safe on a terminal too.
 *
 * @key is the member's name inside an object, one of ours that needs no escape; NULL inside an
 * array. */
#pragma once
#include "dissect/base/address.h"
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    GString *out; /* borrowed */
    bool comma;   /* something precedes at this level */
} JsonWriter;

void json_begin_object(JsonWriter *json, const char *key);
void json_end_object(JsonWriter *json);
void json_begin_array(JsonWriter *json, const char *key);
void json_end_array(JsonWriter *json);

void json_null(JsonWriter *json, const char *key);
void json_bool(JsonWriter *json, const char *key, bool value);
void json_uint(JsonWriter *json, const char *key, uint64_t value);
void json_int(JsonWriter *json, const char *key, int64_t value);
/* null unless @known. */
void json_uint_if(JsonWriter *json, const char *key, bool known, uint64_t value);
void json_int_if(JsonWriter *json, const char *key, bool known, int64_t value);
/* At most @digits (0..9) behind the point, trailing zeros left out; null when not finite. */
void json_double(JsonWriter *json, const char *key, double value, unsigned digits);
/* null for NULL. */
void json_string(JsonWriter *json, const char *key, const char *text);

/* Times and durations of packets; null for TIME_UNKNOWN. */
void json_time(JsonWriter *json, const char *key, int64_t time_ns);    /* RFC 3339, nine digits */
void json_milliseconds(JsonWriter *json, const char *key, int64_t ns); /* to the nanosecond */
void json_endpoint(JsonWriter *json, const char *key, Endpoint endpoint);
