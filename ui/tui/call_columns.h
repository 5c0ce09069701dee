/* ui/tui/call_columns.h - the columns a call can be shown and sorted by: one row of a table each.
 */
#pragma once
#include "dissect/call/model.h"
#include "ui/tui/columns.h"
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
    bool doubtful;    /* what they lost may be the probe's loss */
    double jitter_ms; /* the largest mean; NAN */
} CallFacts;

void call_facts_init(CallFacts *facts, const Model *model, const Call *call, GHashTable *names);

typedef struct {
    ColumnHead head;
    /* Appends the cell, not yet escaped; nothing for what is not known. */
    void (*format)(const CallFacts *facts, GString *out);
    /* @scratch holds a text that had to be made. */
    SortKey (*key)(const CallFacts *facts, GString *scratch);
    unsigned (*style)(const CallFacts *facts); /* NULL: STYLE_NORMAL */
} CallColumn;

extern const ColumnSet call_column_set;
const CallColumn *call_column(unsigned column);
unsigned call_state_style(CallState state);
