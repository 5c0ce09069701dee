/* export/report.h - the batch reports: one row of a table each (-z NAME), in text, JSON, NDJSON or
 * CSV (-T). The model's lock is held by the caller. */
#pragma once
#include "capture/capture.h"
#include "dissect/call/model.h"
#include "dissect/filter/filter.h"
#include "export/audio.h"
#include <stdio.h>

typedef enum { REPORT_TEXT, REPORT_JSON, REPORT_NDJSON, REPORT_CSV, REPORT_FORMATS } ReportFormat;
bool report_format_from(const char *name, ReportFormat *out);

typedef struct {
    const Model *model;
    Capture *capture;     /* for sources, drops and failures; may be NULL in tests */
    const Filter *filter; /* NULL: all calls */
    ReportFormat format;
    bool utf8;
    bool show_secrets;       /* credentials are left out unless asked */
    unsigned width;          /* columns of a text report; 0: as wide as needed */
    const char *version;     /* of rung; NULL: not told */
    GHashTable *names;       /* address text -> name, or NULL */
    const AudioStyle *audio; /* how sound is heard; NULL: as usual */
} ReportContext;

typedef struct RecordWriter RecordWriter; /* export/record.h */

typedef struct {
    const char *name, *meaning;
    const char *key;  /* its member of the JSON document */
    const char *type; /* "type" of its NDJSON records */
    bool single;      /* the member is one object, not an array */
    bool on_request;  /* part of the JSON document only when asked for by name */
    /* Whether there is something to tell: part of the whole JSON document only then, or when asked
     * for; NULL: always. */
    bool (*any)(const ReportContext *context);
    void (*print)(const ReportContext *context, FILE *file);             /* text and CSV */
    void (*records)(const ReportContext *context, RecordWriter *writer); /* JSON and NDJSON */
} Report;

const Report *report_find(const char *name); /* NULL: none of that name */
const Report *report_table(unsigned *count);

/* All that was asked for, in the chosen format, to @file as it is made (memory stays bounded).
 * JSON is one object with the keys of the reports; without any report it is the whole document,
 * and in text and CSV the calls. Fails only when @file cannot be written (G_FILE_ERROR). */
bool report_write(const ReportContext *context, const Report *const *reports, unsigned count,
                  FILE *file, GError **error);
