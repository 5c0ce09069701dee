/* export/report.h - the batch reports: one row of a table each (-z NAME), in text, JSON, NDJSON or
 * CSV (-T). The model's lock is held by the caller. */
#pragma once
#include "capture/capture.h"
#include "dissect/call/model.h"
#include "dissect/filter/filter.h"
#include <stdio.h>

typedef enum { REPORT_TEXT, REPORT_JSON, REPORT_NDJSON, REPORT_CSV, REPORT_FORMATS } ReportFormat;
bool report_format_from(const char *name, ReportFormat *out);

typedef struct {
    const Model *model;
    Capture *capture;     /* for sources, drops and failures; may be NULL in tests */
    const Filter *filter; /* NULL: all calls */
    ReportFormat format;
    bool utf8;
    bool show_secrets; /* credentials are left out unless asked */
    GHashTable *names; /* address text -> name, or NULL */
} ReportContext;

typedef struct {
    const char *name, *meaning;
    void (*print)(const ReportContext *context, GString *out); /* text and CSV */
} Report;

const Report *report_find(const char *name); /* NULL: none of that name */
const Report *report_table(unsigned *count);

/* All that was asked for, in the chosen format, to @file as it is made (memory stays bounded).
 * JSON is one object with the keys of the reports; without any report it is the whole document. */
bool report_write(const ReportContext *context, const Report *const *reports, unsigned count,
                  FILE *file, GError **error);
