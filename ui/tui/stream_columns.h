/* ui/tui/stream_columns.h - the columns a stream can be shown and sorted by: one row of a table
 * each. */
#pragma once
#include "dissect/call/confidence.h"
#include "dissect/media/quality.h"
#include "ui/tui/columns.h"
#include <glib.h>

/* A stream and what its columns want to know; under the model's lock. */
typedef struct {
    const Stream *stream;
    StreamReport report;
    bool doubtful; /* what it lost may be the probe's loss */
} StreamFacts;

void stream_facts_init(StreamFacts *facts, const Model *model, const Stream *stream);

typedef struct {
    ColumnHead head;
    /* Appends the cell, not yet escaped; nothing for what is not known. */
    void (*format)(const StreamFacts *facts, GString *out);
    /* @scratch holds a text that had to be made. */
    SortKey (*key)(const StreamFacts *facts, GString *scratch);
    unsigned (*style)(const StreamFacts *facts); /* NULL: STYLE_NORMAL */
} StreamColumn;

extern const ColumnSet stream_column_set;
const StreamColumn *stream_column(unsigned column);
SortKey stream_sort_key(const Model *model, const Stream *stream, unsigned column,
                        GString *scratch);
