/* export/table.h - rows of cells as aligned text or as CSV (RFC 4180). A text table goes through
 * its rows twice, to learn the widths and to print, so that it needs no memory for them.
 * Not for use outside export/. */
#pragma once
#include "dissect/base/address.h"
#include "export/report.h"

typedef struct {
    const char *name;  /* heading of the CSV column: stable; NULL: only in text */
    const char *title; /* heading in text; NULL: only in CSV */
    bool right;        /* numbers */
    uint8_t shrink;    /* cells it may be cut to when the width is short; 0: never cut */
    uint8_t rank; /* columns with the highest leave first when all that does not help; 0: never */
} TableColumn;

typedef struct Table Table;

typedef struct {
    const TableColumn *columns;
    unsigned column_count;
    const char *empty; /* text when there are no rows */
    void (*rows)(Table *table, const ReportContext *context);
    const void *data; /* of the rows: table_data() */
} TableSource;

void table_print(const TableSource *source, const ReportContext *context, FILE *file);

const void *table_data(const Table *table);

/* The cells of a row, in the order of the columns, then table_end_row(). What is not known is "-"
 * in text and empty in CSV. */
void table_text(Table *table, const char *text); /* of the wire; NULL: not known */
void table_uint(Table *table, uint64_t value);
void table_uint_if(Table *table, bool known, uint64_t value);
void table_double(Table *table, double value, unsigned digits); /* NAN: not known */
void table_time(Table *table, int64_t time_ns); /* RFC 3339 in CSV, time of day in text */
void table_ms(Table *table, int64_t ns);        /* milliseconds in CSV, 1.234s in text */
void table_endpoint(Table *table, Endpoint endpoint);
void table_missing(Table *table);
void table_end_row(Table *table);
