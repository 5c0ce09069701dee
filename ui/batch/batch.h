/* ui/batch/batch.h - rung without a screen: reads its sources to their end (or until interrupted),
 * then writes the reports. Errors and progress go to standard error, reports to @output. */
#pragma once
#include "dissect/pipeline.h"
#include "export/audio.h"
#include "export/report.h"
#include <stdatomic.h>
#include <stdio.h>

/* Exit statuses of the program. */
enum { BATCH_DONE = 0, BATCH_USAGE = 1, BATCH_INPUT_FAILED = 2, BATCH_FAIL_IF_MATCHED = 3 };

typedef struct {
    Capture *capture;   /* started; borrowed */
    Model *model;       /* unlocked; borrowed */
    Pipeline *pipeline; /* running; batch_run() joins it */
    /* Set from another thread at SIGINT, SIGTERM, SIGHUP; NULL: never. What was read is reported.
     */
    const atomic_bool *interrupted;

    const Report *const *reports; /* what -z asked for, in order */
    unsigned report_count;        /* 0: the calls as text or CSV, the whole document as JSON */
    bool silent;                  /* no report at all: -w or --fail-if is all that is wanted */
    ReportFormat format;
    const Filter *filter;  /* -Y; NULL: everything */
    const Filter *fail_if; /* --fail-if; NULL: never. Looks at what -Y selects */
    const char *save_path; /* -w together with -Y: packets of the selected calls; NULL: none */
    bool save_secrets;     /* with the TLS secrets of key logs */
    bool save_decrypted;   /* those with their media in the clear where its key is known */

    const char *fax_folder;   /* --fax: pages of the calls that -Y selects; NULL: none */
    const char *msrp_folder;  /* --msrp: chat and files of the calls that -Y selects; NULL: none */
    const char *audio_folder; /* --audio: sound of the calls that -Y selects; NULL: none */
    AudioStyle audio_style;

    const char *version; /* of rung, for JSON */
    GHashTable *names;   /* address text -> name, or NULL */
    bool utf8;           /* of the output's locale */
    bool show_secrets;
    bool progress;  /* standard error is a terminal */
    unsigned width; /* columns for text; 0: of the terminal, else as wide as needed */
    FILE *output;
} BatchOptions;

/* Returns the exit status. A source that failed is told on standard error after the reports, and
 * counts more than --fail-if; BATCH_INPUT_FAILED also when the output could not be written. */
int batch_run(const BatchOptions *options);
