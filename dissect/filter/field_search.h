/* dissect/filter/field_search.h - how fields give their values. Private to dissect/filter. */
#pragma once
#include "dissect/filter/field.h"
#include <math.h>

typedef struct {
    const Model *model;
    FieldVisit visit;
    void *context;
} Search;

static inline bool give_text(const Search *search, const char *text)
{
    FieldValue value = { .text = text };
    return text && search->visit(&value, search->context);
}

static inline bool give_number(const Search *search, double number)
{
    FieldValue value = { .number = number };
    return !isnan(number) && search->visit(&value, search->context);
}

static inline bool give_seconds(const Search *search, int64_t ns)
{
    return ns != TIME_UNKNOWN && give_number(search, (double)ns / (double)NS_PER_S);
}

static inline bool give_address(const Search *search, IpAddress address)
{
    FieldValue value = { .address = address };
    return search->visit(&value, search->context);
}

#define SEARCH ((Search){ .model = model, .visit = visit, .context = context })
#define FIELD_FUNCTION(name)                                                                       \
    bool name(const Model *model, const Call *call, FieldVisit visit, void *context)
