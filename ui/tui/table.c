#include "ui/tui/table.h"
#include "export/escape.h"

void table_place(Table *table, int columns)
{
    table->placed_count = column_layout_place(&table->layout, table->from, columns - TABLE_MARGIN,
                                              table->placed, &table->hidden);
}

void table_scroll(Table *table, bool right)
{
    if (right && table->from + 2 < table->layout.count)
        table->from++;
    else if (!right && table->from > 0)
        table->from--;
}

/* The title gives way to the arrow. */
static char *head_title(const ColumnHead *head, int width, bool sorted, bool reverse)
{
    if (!sorted)
        return g_strdup(head->title);
    return g_strdup_printf("%.*s%s", width - 1, head->title,
                           term_glyph(reverse ? GLYPH_DESCENDING : GLYPH_ASCENDING));
}

void table_draw_head(const Table *table, WINDOW *window, unsigned sorted, bool reverse)
{
    for (unsigned i = 0; i < table->placed_count; i++) {
        const PlacedColumn *placed = &table->placed[i];
        const ColumnHead *head = table->layout.set->head(placed->column);
        g_autofree char *title = head_title(head, placed->width, placed->column == sorted, reverse);
        Rect at = cells_row(0, TABLE_MARGIN + placed->x, placed->width);
        if (head->right)
            cells_right(window, at, STYLE_HEADING, title);
        else
            cells_field(window, at, STYLE_HEADING, title);
    }
}

int table_column_at(const Table *table, int x)
{
    for (unsigned i = 0; i < table->placed_count; i++) {
        const PlacedColumn *placed = &table->placed[i];
        if (x - TABLE_MARGIN >= placed->x && x - TABLE_MARGIN < placed->x + placed->width)
            return (int)placed->column;
    }
    return -1;
}

void table_draw_cell(const Table *table, const TableRow *row, unsigned index, unsigned style,
                     const char *text)
{
    const PlacedColumn *placed = &table->placed[index];
    Rect at = cells_row(row->y, TABLE_MARGIN + placed->x, placed->width);
    g_autofree char *safe = escape_line(*text ? text : "-", term_utf8());

    style = *text ? style : STYLE_DIM;
    if (table->layout.set->head(placed->column)->right) {
        int pad = MAX(0, at.columns - cells_width(safe));
        at.x += pad;
        at.columns -= pad;
    }
    cells_text(row->window, at, style | row->on, safe);
    if (row->needle)
        cells_highlight(row->window, at, safe, row->needle);
}
