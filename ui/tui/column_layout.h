/* ui/tui/column_layout.h - which columns a table has, in which order and how wide. */
#pragma once
#include "ui/tui/columns.h"

#define COLUMN_LAYOUT_MAX 32

typedef struct {
    unsigned column; /* of the set */
    int width;       /* as the user wants it; 0: as the room allows */
} ColumnLayoutItem;

typedef struct {
    const ColumnSet *set;
    unsigned count;
    ColumnLayoutItem items[COLUMN_LAYOUT_MAX];
} ColumnLayout;

/* From "index,time,from:20"; unknown names are left out. Empty: the usual columns. */
void column_layout_parse(ColumnLayout *layout, const ColumnSet *set, const char *text);
/* The same the other way round. */
char *column_layout_text(const ColumnLayout *layout);

typedef struct {
    unsigned column;
    int x, width;
} PlacedColumn;

/* Places what fits into @width cells, the first column and then from column @from on; what matters
 * least is left out. Returns how many were placed; @ret_hidden counts those that were not. */
unsigned column_layout_place(const ColumnLayout *layout, unsigned from, int width,
                             PlacedColumn placed[COLUMN_LAYOUT_MAX], unsigned *ret_hidden);
