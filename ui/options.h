/* ui/options.h - the command line. Parsing only: nothing is opened, nothing printed. */
#pragma once
#include "capture/capture.h"
#include "dissect/net/decode_as.h"
#include "export/report.h"

typedef enum {
    OPTIONS_RUN,
    OPTIONS_HELP,
    OPTIONS_VERSION,
    OPTIONS_LIST_DEVICES,
} OptionsAction;

/* Everything is owned by the struct; strings and arrays not given are NULL. */
typedef struct {
    OptionsAction action;
    char *help; /* OPTIONS_HELP: the text */

    char **files, **devices; /* NULL-terminated */
    char **listen;           /* -L, NULL-terminated; each is a HepUrl */
    char **key_logs;         /* -k, NULL-terminated */
    DecodeRules decode_rules;
    char *capture_filter; /* -f and the trailing arguments, both must match */
    int snaplen;          /* bytes; 0: not given */
    int buffer_mib;       /* 0: not given */
    bool promiscuous, follow;

    char *display_filter, *fail_if;
    CaptureOutput output; /* output.path is NULL without -w; it borrows output_path */
    char *output_path;
    char *audio_folder; /* --audio */
    char *fax_folder;   /* --fax */
    char *msrp_folder;  /* --msrp */
    bool quiet;         /* no screen; also when a format or a report is given */
    bool format_given;
    ReportFormat format; /* REPORT_TEXT when not given */
    GPtrArray *reports;  /* const Report *, as asked for, each once */
    GPtrArray *settings; /* char *: "key:value", in the order given */
} Options;

#define OPTIONS_ERROR options_error_quark()
GQuark options_error_quark(void);

/* Returns NULL with a one-line error; @argv is left alone. */
Options *options_parse(char *const *argv, GError **error);
void options_free(Options *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Options, options_free)
