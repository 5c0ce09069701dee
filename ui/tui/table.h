/* ui/tui/table.h - drawing a table's head and cells. */
#pragma once
#include "ui/tui/cells.h"
#include "ui/tui/column_layout.h"

#define TABLE_HEAD_ROWS 1
#define TABLE_MARGIN    2 /* cells for a mark */

/* The columns of a table that are in sight. */
typedef struct {
    ColumnLayout layout;
    unsigned from; /* columns scrolled sideways */
    PlacedColumn placed[COLUMN_LAYOUT_MAX];
    unsigned placed_count, hidden;
} Table;

void table_place(Table *table, int columns);
void table_scroll(Table *table, bool right);
/* The sorted column bears an arrow. */
void table_draw_head(const Table *table, WINDOW *window, unsigned sorted, bool reverse);
/* Column of the set at cell @x; -1 when there is none. */
int table_column_at(const Table *table, int x);

typedef struct {
    WINDOW *window;
    int y;
    unsigned on;        /* STYLE_ON_CURSOR in the row of the cursor */
    const char *needle; /* lower case; shown where it is found; NULL: nothing is searched for */
} TableRow;

/* @text as it is in the model; it is escaped here, and "-" stands for nothing. */
void table_draw_cell(const Table *table, const TableRow *row, unsigned index, unsigned style,
                     const char *text);
