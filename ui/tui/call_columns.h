/* ui/tui/call_columns.h - the columns a call can be shown and sorted by: one row of a table each.
 */
#pragma once
#include "dissect/call/model.h"
#include "ui/tui/style.h"

/* A call and what its columns want to know; under the model's lock. */
typedef struct {
    const Model *model;
    const Call *call;
    GHashTable *names; /* address text -> name, or NULL */
    CallState state;
    /* of its streams */
    const char *codec; /* interned; of the stream with most packets; NULL */
    uint64_t expected, lost;
    double jitter_ms; /* the largest mean; NAN */
} CallFacts;

void call_facts_init(CallFacts *facts, const Model *model, const Call *call, GHashTable *names);

typedef struct {
    const char
        *text; /* borrowed until the lock is released or the next call; NULL: @number counts */
    int64_t number;
    bool unknown; /* sorts last, in both directions */
} CallKey;

typedef struct {
    const char *name;  /* as in calls.columns and calls.sort */
    const char *title; /* head of the column */
    const char *meaning;
    int width, width_max; /* cells; a column with room to grow has width < width_max */
    unsigned importance;  /* the least important ones give way first */
    bool right;           /* numbers */
    /* Appends the cell, not yet escaped; nothing for what is not known. */
    void (*format)(const CallFacts *facts, GString *out);
    /* @scratch holds a text that had to be made. */
    void (*key)(const CallFacts *facts, GString *scratch, CallKey *out);
    unsigned (*style)(const CallFacts *facts); /* NULL: STYLE_NORMAL */
} CallColumn;

const CallColumn *call_columns(unsigned *count);
/* -1 when there is none of that name. */
int call_column_find(const char *name);
unsigned call_state_style(CallState state);
