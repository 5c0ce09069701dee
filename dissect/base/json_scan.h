/* dissect/base/json_scan.h - small JSON objects from the wire (RFC 8259), value by value, without a
 * tree. */
#pragma once
#include "dissect/base/slice.h"

#define JSON_SCAN_DEPTH_MAX 8

/* A string or number. */
typedef struct {
    const char *outer; /* name of the outermost object or array it is inside of; "": of none */
    unsigned element;  /* of that array, from 0; 0 for an object */
    const char *key;   /* the innermost member's name */
    const char *text;
} JsonValue;

typedef void (*JsonTake)(void *context, const JsonValue *value);

/* False when it is no object, or one that is not well formed or nested too deep; what stands before
 * the fault has been given. */
bool json_scan(Slice text, JsonTake take, void *context);
