#include "export/table.h"
#include "dissect/base/clock.h"
#include "export/escape.h"
#include "export/text_width.h"
#include <math.h>
#include <string.h>

#define COLUMNS_MAX 96u
#define CELL_MAX    60u /* cells of the screen that a column takes without need for more */
#define SEPARATOR   2u

struct Table {
    const TableSource *source;
    const ReportContext *context;
    FILE *file;
    GString *line;
    unsigned column;    /* of the next cell */
    unsigned csv_cells; /* in the line so far */
    bool measuring;
    uint64_t rows;
    unsigned widths[COLUMNS_MAX]; /* 0: not shown */
};

static bool is_csv(const Table *table)
{
    return table->context->format == REPORT_CSV;
}

static const TableColumn *next_column(Table *table)
{
    g_assert(table->column < table->source->column_count);
    return &table->source->columns[table->column++];
}

/* Begins a cell of CSV; false when the column is not part of it. */
static bool begin_csv_cell(Table *table, const TableColumn *column)
{
    if (!column->name)
        return false;
    if (table->csv_cells++)
        g_string_append_c(table->line, ',');
    return true;
}

static void pad(GString *line, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        g_string_append_c(line, ' ');
}

static void place_text(Table *table, const TableColumn *column, const char *text)
{
    unsigned width = table->widths[column - table->source->columns];
    unsigned used = MIN(text_width(text), width);

    if (width == 0)
        return;
    if (table->line->len)
        pad(table->line, SEPARATOR);
    if (column->right)
        pad(table->line, width - used);
    used = text_clip(table->line, text, width, table->context->utf8);
    if (!column->right)
        pad(table->line, width - used);
}

/* A cell of text that is safe already. */
static void text_cell(Table *table, const TableColumn *column, const char *text)
{
    if (!column->title)
        return;
    if (table->measuring) {
        unsigned *width = &table->widths[column - table->source->columns];
        *width = MAX(*width, MIN(text_width(text), CELL_MAX));
    } else {
        place_text(table, column, text);
    }
}

/* A cell that needs no escaping in either format. */
static void plain_cell(Table *table, const char *text)
{
    const TableColumn *column = next_column(table);

    if (!is_csv(table))
        text_cell(table, column, text);
    else if (begin_csv_cell(table, column))
        g_string_append(table->line, text);
}

void table_missing(Table *table)
{
    plain_cell(table, is_csv(table) ? "" : "-");
}

void table_text(Table *table, const char *text)
{
    if (!text || text[0] == '\0') {
        table_missing(table);
        return;
    }
    const TableColumn *column = next_column(table);
    if (is_csv(table)) {
        if (begin_csv_cell(table, column))
            escape_csv(table->line, text);
    } else if (column->title) {
        g_autofree char *line = escape_line(text, table->context->utf8);
        text_cell(table, column, line);
    }
}

void table_uint(Table *table, uint64_t value)
{
    char text[24];
    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, value);
    plain_cell(table, text);
}

void table_uint_if(Table *table, bool known, uint64_t value)
{
    if (known)
        table_uint(table, value);
    else
        table_missing(table);
}

void table_double(Table *table, double value, unsigned digits)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];

    if (!isfinite(value)) {
        table_missing(table);
        return;
    }
    g_snprintf(format, sizeof format, "%%.%uf", MIN(digits, 9u));
    plain_cell(table, g_ascii_formatd(text, sizeof text, format, value));
}

void table_time(Table *table, int64_t time_ns)
{
    char text[TIME_TEXT_SIZE];

    if (time_ns == TIME_UNKNOWN)
        table_missing(table);
    else if (is_csv(table))
        plain_cell(table, time_format_rfc3339(time_ns, text, sizeof text));
    else
        plain_cell(table, time_format_of_day(time_ns, 3, text, sizeof text));
}

void table_ms(Table *table, int64_t ns)
{
    char text[TIME_TEXT_SIZE];

    if (ns == TIME_UNKNOWN)
        table_missing(table);
    else if (is_csv(table))
        table_double(table, (double)ns / (double)NS_PER_MS, 6);
    else
        plain_cell(table, duration_format(ns, text, sizeof text));
}

void table_endpoint(Table *table, Endpoint endpoint)
{
    char text[ENDPOINT_TEXT_SIZE];
    plain_cell(table, endpoint_format(endpoint, text, sizeof text));
}

static void write_line(Table *table)
{
    GString *line = table->line;

    if (is_csv(table)) {
        g_string_append(line, "\r\n");
    } else {
        while (line->len && line->str[line->len - 1] == ' ')
            g_string_truncate(line, line->len - 1);
        g_string_append_c(line, '\n');
    }
    fwrite(line->str, 1, line->len, table->file);
    g_string_truncate(line, 0);
    table->csv_cells = 0;
}

void table_end_row(Table *table)
{
    g_assert(table->column == table->source->column_count);
    table->column = 0;
    table->rows++;
    if (!table->measuring)
        write_line(table);
}

static void headings(Table *table)
{
    for (unsigned i = 0; i < table->source->column_count; i++) {
        const TableColumn *column = &table->source->columns[i];
        const char *heading = is_csv(table) ? column->name : column->title;
        plain_cell(table, heading ? heading : "");
    }
    table->column = 0;
}

/* Cells of a line with every column as wide as it is, or cut as far as it may be. */
static unsigned line_width(const Table *table, bool cut)
{
    unsigned width = 0;

    for (unsigned i = 0; i < table->source->column_count; i++) {
        unsigned least = table->source->columns[i].shrink;
        if (table->widths[i] == 0)
            continue;
        width += SEPARATOR;
        width += cut && least ? MIN(least, table->widths[i]) : table->widths[i];
    }
    return width ? width - SEPARATOR : 0;
}

static bool drop_least(Table *table)
{
    unsigned least = 0, rank = 0;

    for (unsigned i = 0; i < table->source->column_count; i++) {
        if (table->widths[i] && table->source->columns[i].rank > rank) {
            rank = table->source->columns[i].rank;
            least = i;
        }
    }
    if (rank)
        table->widths[least] = 0;
    return rank != 0;
}

/* Takes one cell from the widest of the columns that may be cut; false when none can give more. */
static bool shrink_widest(Table *table)
{
    unsigned *widest = NULL;

    for (unsigned i = 0; i < table->source->column_count; i++) {
        unsigned least = table->source->columns[i].shrink;
        if (least && table->widths[i] > least && (!widest || table->widths[i] > *widest))
            widest = &table->widths[i];
    }
    if (widest)
        --*widest;
    return widest != NULL;
}

static void fit_width(Table *table)
{
    unsigned available = table->context->width;

    if (available == 0)
        return;
    while (line_width(table, true) > available && drop_least(table))
        ;
    while (line_width(table, false) > available && shrink_widest(table))
        ;
}

const void *table_data(const Table *table)
{
    return table->source->data;
}

void table_print(const TableSource *source, const ReportContext *context, FILE *file)
{
    g_autoptr(GString) line = g_string_new(NULL);
    Table table = { .source = source, .context = context, .file = file, .line = line };

    g_assert(source->column_count <= COLUMNS_MAX);
    if (!is_csv(&table)) {
        table.measuring = true;
        headings(&table);
        source->rows(&table, context);
        table.measuring = false;
        fit_width(&table);
        if (table.rows == 0) {
            fprintf(file, "%s\n", source->empty);
            return;
        }
    }
    headings(&table);
    write_line(&table);
    source->rows(&table, context);
}
