/* dissect/filter/filter.h - the display filter (-Y): Wireshark's operators over call fields.
 * A call matches when any of its messages, packets or streams does. */
#pragma once
#include "dissect/call/model.h"

typedef struct Filter Filter;

#define FILTER_ERROR filter_error_quark()
GQuark filter_error_quark(void);

/* Errors name the column, from 1: "column 12: unknown field 'call.sate' (call.state?)". An empty
 * text matches everything. */
Filter *filter_compile(const char *text, GError **error);
void filter_free(Filter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Filter, filter_free)
bool filter_matches(const Filter *filter, const Model *model, const Call *call);
/* The fields, for help and completion; @type is what the values are: "text", "seconds" ... */
typedef struct {
    const char *name, *type, *meaning;
} FilterField;
const FilterField *filter_fields(unsigned *count);
