/* ui/tui/columns.h - what the tables of calls and of streams have in common: columns by name, and
 * the keys their rows are sorted by. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *name;  /* in settings */
    const char *title; /* head of the column */
    const char *meaning;
    int width, width_max; /* cells; a column with room to grow has width < width_max */
    unsigned importance;  /* the least important ones give way first */
    bool right;           /* numbers */
} ColumnHead;

/* The columns a table can have. */
typedef struct {
    const char *setting; /* "calls.columns" */
    const char *usual;   /* names between commas */
    unsigned count;
    const ColumnHead *(*head)(unsigned column);
} ColumnSet;

/* -1 when there is none of that name. */
int column_find(const ColumnSet *set, const char *name);

typedef struct {
    const char
        *text; /* borrowed until the lock is released or the next call; NULL: @number counts */
    int64_t number;
    bool unknown; /* sorts last, in both directions */
} SortKey;

SortKey sort_key_text(const char *text); /* NULL and "" are unknown */
SortKey sort_key_number(int64_t number); /* TIME_UNKNOWN is */
/* Six decimal places count; NAN is unknown. */
SortKey sort_key_real(double value);
int sort_key_compare(const SortKey *a, const SortKey *b, bool reverse);
