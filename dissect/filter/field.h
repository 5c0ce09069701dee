/* dissect/filter/field.h - what a filter can ask of a call: one row of field.def each.
 * Private to dissect/filter. */
#pragma once
#include "dissect/call/model.h"

typedef enum { FIELD_TEXT, FIELD_NUMBER, FIELD_ADDRESS } FieldType;

typedef struct {
    const char *text;  /* FIELD_TEXT; borrowed */
    double number;     /* FIELD_NUMBER */
    IpAddress address; /* FIELD_ADDRESS */
} FieldValue;

/* Takes one value of a field; true ends the search. */
typedef bool (*FieldVisit)(const FieldValue *value, void *context);

typedef struct {
    const char *name;
    FieldType type;
    /* Gives each value to @visit; returns true when that ended the search. */
    bool (*values)(const Model *model, const Call *call, FieldVisit visit, void *context);
    /* Where only some texts make sense: the one at @index, NULL behind the last. */
    const char *(*choice)(unsigned index);
} Field;

/* Names are compared without regard to case. NULL when there is none. */
const Field *field_find(Slice name);
/* The field whose name differs least from @name; NULL when none comes near. */
const Field *field_nearest(Slice name);
