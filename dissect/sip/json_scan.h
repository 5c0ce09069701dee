/* dissect/sip/json_scan.h - small JSON objects from the wire (RFC 8259), value by value, without a
 * tree. Internal to dissect/sip. */
#pragma once
#include "dissect/base/slice.h"

#define JSON_SCAN_DEPTH_MAX 8

/* A string or number, as text: @key is the innermost member's name, @outer that of the outermost
 * object or array it is inside of; "" when it is a member of the object itself. */
typedef void (*JsonTake)(void *context, const char *outer, const char *key, const char *value);

/* False when it is no object, or one that is not well formed or nested too deep; what stands before
 * the fault has been given. */
bool json_scan(Slice text, JsonTake take, void *context);
