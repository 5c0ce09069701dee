#include "ui/options.h"
#include "capture/hep_url.h"
#include "dissect/base/clock.h"
#include <string.h>

G_DEFINE_QUARK(rung - options - error, options_error)

/* -b and -a, in dumpcap's units; 0: not given. */
typedef struct {
    uint64_t filesize_kb, duration_s, files, packets;
} FileLimits;

/* What GOption fills in, before it is checked. */
typedef struct {
    Options *options;
    char **capture_filters, **display_filters, **fail_ifs, **trailing;
    char **outputs, **formats, **reports, **audio, **fax, **msrp;
    FileLimits rotate, stop;
    gboolean help, version, list_devices, quiet, follow, no_promiscuous;
} Parser;

static bool set_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool set_error(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, OPTIONS_ERROR, 0, message);
    return false;
}

static gboolean refuse_later(const char *name, const char *value, gpointer data, GError **error)
{
    (void)value;
    (void)data;
    return set_error(error, "%s: not in this version", name);
}

static bool add_setting(Options *options, const char *key, const char *value)
{
    g_ptr_array_add(options->settings, g_strdup_printf("%s:%s", key, value));
    return true;
}

static gboolean take_setting(const char *name, const char *value, gpointer data, GError **error)
{
    Parser *parser = data;
    (void)name;
    (void)error;
    g_ptr_array_add(parser->options->settings, g_strdup(value));
    return TRUE;
}

static gboolean take_decode_as(const char *name, const char *value, gpointer data, GError **error)
{
    Parser *parser = data;
    g_autoptr(GError) cause = NULL;

    if (decode_rules_add(&parser->options->decode_rules, value, &cause))
        return TRUE;
    return set_error(error, "%s: %s", name, cause->message);
}

static gboolean take_hosts(const char *name, const char *value, gpointer data, GError **error)
{
    Parser *parser = data;
    (void)name;
    (void)error;
    return add_setting(parser->options, "hosts.file", value);
}

static gboolean take_limit(const char *name, const char *value, gpointer data, GError **error)
{
    Parser *parser = data;
    (void)name;
    (void)error;
    return add_setting(parser->options, "limits.calls", value);
}

static gboolean take_calls_only(const char *name, const char *value, gpointer data, GError **error)
{
    Parser *parser = data;
    (void)name;
    (void)value;
    (void)error;
    return add_setting(parser->options, "calls.only", "yes");
}

static gboolean take_file_limit(const char *name, const char *value, gpointer data, GError **error)
{
    static const struct {
        const char *prefix;
        size_t offset;
    } kinds[] = {
        { "filesize:", offsetof(FileLimits, filesize_kb) },
        { "duration:", offsetof(FileLimits, duration_s) },
        { "files:", offsetof(FileLimits, files) },
        { "packets:", offsetof(FileLimits, packets) },
    };
    Parser *parser = data;
    bool rotates = strcmp(name, "-b") == 0 || strcmp(name, "--ring-buffer") == 0;
    char *limits = (char *)(rotates ? &parser->rotate : &parser->stop);

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        guint64 number;
        if (!g_str_has_prefix(value, kinds[i].prefix))
            continue;
        if (!g_ascii_string_to_unsigned(value + strlen(kinds[i].prefix), 10, 1, UINT32_MAX, &number,
                                        NULL))
            return set_error(error, "%s %s: not a whole number above 0", name, value);
        memcpy(limits + kinds[i].offset, &number, sizeof number);
        return TRUE;
    }
    return set_error(error, "%s %s: not filesize:KB, duration:SECONDS, files:N or packets:N", name,
                     value);
}

/* The name of several letters for one of sngrep's own, where it means the same. */
static void add_sngrep_entries(GOptionContext *context, Parser *parser)
{
    Options *options = parser->options;
    const GOptionEntry entries[] = {
        { "input", 'I', G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL,
          NULL },
        { "output", 'O', G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME_ARRAY, &parser->outputs, NULL,
          NULL },
        { "no-interface", 'N', G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &parser->quiet, NULL,
          NULL },
        { 0 },
    };
    g_option_context_add_main_entries(context, entries, NULL);
}

static void add_input_entries(GOptionContext *context, Parser *parser)
{
    Options *options = parser->options;
    const GOptionEntry entries[] = {
        { "read", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files,
          "Read a capture; - is standard input; several are merged by time", "FILE" },
        { "follow", 0, 0, G_OPTION_ARG_NONE, &parser->follow,
          "At the end of a file, wait for it to grow", NULL },
        { "interface", 'i', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->devices,
          "Capture live; may be given several times; 'any' is all of them", "DEVICE" },
        { "listen", 'L', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->listen,
          "Take HEP from capture agents: udp://[HOST]:PORT, tcp:// or tls://", "URL" },
        { "key-log", 'k', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->key_logs,
          "TLS secrets (SSLKEYLOGFILE), followed while the file grows", "FILE" },
        { "decode-as", 'd', 0, G_OPTION_ARG_CALLBACK, (gpointer)take_decode_as,
          "What a port carries: udp.port==5070,sip; may be given several times", "RULE" },
        { "list-interfaces", 'D', 0, G_OPTION_ARG_NONE, &parser->list_devices,
          "List the devices to capture from", NULL },
        { "capture-filter", 'f', 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->capture_filters,
          "Capture filter (BPF); the trailing arguments are one as well", "FILTER" },
        { "snapshot-length", 's', 0, G_OPTION_ARG_INT, &options->snaplen,
          "Bytes kept of each packet (262144)", "BYTES" },
        { "buffer-size", 'B', 0, G_OPTION_ARG_INT, &options->buffer_mib,
          "Kernel buffer of a device (64)", "MIB" },
        { "no-promiscuous-mode", 'p', 0, G_OPTION_ARG_NONE, &parser->no_promiscuous,
          "Only what is meant for this host", NULL },
        { 0 },
    };
    g_option_context_add_main_entries(context, entries, NULL);
}

static void add_selection_entries(GOptionContext *context, Parser *parser)
{
    const GOptionEntry entries[] = {
        { "display-filter", 'Y', 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->display_filters,
          "Show and write only the calls that match", "FILTER" },
        { "calls-only", 'c', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_calls_only,
          "Keep only what an INVITE began", NULL },
        { "limit", 'l', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)take_limit,
          "Calls kept in memory (1000000)", "N" },
        { "hosts", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)take_hosts,
          "Names for addresses, as /etc/hosts", "FILE" },
        { "option", 'o', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)take_setting,
          "One setting of the configuration file", "KEY:VALUE" },
        { 0 },
    };
    g_option_context_add_main_entries(context, entries, NULL);
}

static void add_output_entries(GOptionContext *context, Parser *parser)
{
    const GOptionEntry entries[] = {
        { "write", 'w', 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->outputs,
          "Write the packets: pcapng, or pcap if the name ends in .pcap", "FILE" },
        { "ring-buffer", 'b', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK,
          (gpointer)take_file_limit, "Begin a new -w file: filesize:KB, duration:SECONDS, files:N",
          "LIMIT" },
        { "autostop", 'a', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)take_file_limit,
          "Stop at filesize:KB, duration:SECONDS, files:N or packets:N", "LIMIT" },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &parser->quiet,
          "No screen; so do -T, -z and an output that is no terminal", NULL },
        { "format", 'T', 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->formats,
          "text, json, ndjson or csv", "FORMAT" },
        { "report", 'z', 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->reports,
          "One of the reports below; may be given several times", "REPORT" },
        { "audio", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->audio,
          "Write the sound of each selected call to a folder", "DIR" },
        { "fax", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->fax,
          "Write the fax pages of each selected call to a folder", "DIR" },
        { "msrp", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->msrp,
          "Write the MSRP chat and files of each selected call to a folder", "DIR" },
        { "fail-if", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->fail_ifs,
          "Exit with status 3 if a call matches", "FILTER" },
        { "version", 'V', 0, G_OPTION_ARG_NONE, &parser->version,
          "The version and its optional parts", NULL },
        { "help", 'h', 0, G_OPTION_ARG_NONE, &parser->help, "This text", NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &parser->trailing, NULL,
          "[CAPTURE-FILTER]" },
        { 0 },
    };
    g_option_context_add_main_entries(context, entries, NULL);
}

/* Letters that are promised but do nothing yet: said, rather than taken for something else. */
static void add_later_entries(GOptionContext *context)
{
#define LATER(name, letter)                                                                        \
    {                                                                                              \
        name, letter, G_OPTION_FLAG_HIDDEN | G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK,        \
            (gpointer)refuse_later, NULL, NULL                                                     \
    }
    const GOptionEntry entries[] = {
        LATER("field", 'e'),
        LATER("html", 0),
        { 0 },
    };
#undef LATER
    g_option_context_add_main_entries(context, entries, NULL);
}

static char *reports_help(void)
{
    GString *text = g_string_new("Reports:\n");
    unsigned count;
    const Report *reports = report_table(&count);

    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(text, "  %-15s %s\n", reports[i].name, reports[i].meaning);
    g_string_append(text, "\nExit status: 0 done, 1 usage, 2 input that could not be opened or "
                          "read, 3 --fail-if matched.\n");
    return g_string_free(text, FALSE);
}

static GOptionContext *context_new(Parser *parser)
{
    GOptionContext *context = g_option_context_new(NULL);
    GOptionGroup *group = g_option_group_new("rung", "", "", parser, NULL);
    g_autofree char *reports = reports_help();

    g_option_context_set_main_group(context, group);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, "Shows the SIP calls of a capture or a network, what "
                                          "happened in each, and how its RTP fared.");
    g_option_context_set_description(context, reports);
    add_input_entries(context, parser);
    add_selection_entries(context, parser);
    add_output_entries(context, parser);
    add_sngrep_entries(context, parser);
    add_later_entries(context);
    return context;
}

/* The value of an option that makes sense once only. */
static bool take_single(const char *name, char **values, char **out, GError **error)
{
    if (!values)
        return true;
    if (values[1])
        return set_error(error, "%s is given twice", name);
    *out = g_strdup(values[0]);
    return true;
}

static bool find_format(const char *name, ReportFormat *out, GError **error)
{
    if (strcmp(name, "fields") == 0)
        return set_error(error, "-T fields: not in this version");
    if (!report_format_from(name, out))
        return set_error(error, "-T %s: unknown format (text, json, ndjson, csv)", name);
    return true;
}

static bool add_report(Options *options, const char *name, GError **error)
{
    static const char *const later[] = { "diagnosis", "tree", NULL };
    const Report *report = report_find(name);
    unsigned count;
    const Report *reports = report_table(&count);

    if (report) {
        if (!g_ptr_array_find(options->reports, report, NULL))
            g_ptr_array_add(options->reports, (gpointer)report);
        return true;
    }
    if (g_strv_contains(later, name))
        return set_error(error, "-z %s: not in this version", name);
    g_autoptr(GString) names = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", reports[i].name);
    return set_error(error, "-z %s: unknown report (%s)", name, names->str);
}

static bool are_files(char **words)
{
    for (; *words; words++)
        if (!g_file_test(*words, G_FILE_TEST_IS_REGULAR))
            return false;
    return true;
}

/* "-r *.pcap": the shell puts all but the first behind it. */
static void take_more_files(Parser *parser)
{
    Options *options = parser->options;

    if (!options->files || !parser->trailing || !are_files(parser->trailing))
        return;
    GPtrArray *files = g_ptr_array_new();
    for (unsigned i = 0; options->files[i]; i++)
        g_ptr_array_add(files, options->files[i]);
    for (unsigned i = 0; parser->trailing[i]; i++)
        g_ptr_array_add(files, parser->trailing[i]);
    g_ptr_array_add(files, NULL);
    g_free(options->files); /* their strings have moved */
    g_free(g_steal_pointer(&parser->trailing));
    options->files = (char **)g_ptr_array_free(files, FALSE);
}

static bool take_capture_filter(Parser *parser, GError **error)
{
    Options *options = parser->options;
    g_autofree char *trailing = parser->trailing ? g_strjoinv(" ", parser->trailing) : NULL;
    g_autofree char *given = NULL;

    if (!take_single("-f", parser->capture_filters, &given, error))
        return false;
    if (trailing && !parser->trailing[1] && g_file_test(trailing, G_FILE_TEST_IS_REGULAR))
        return set_error(error, "%s is a file: rung -r %s reads it", trailing, trailing);
    if (given && trailing)
        options->capture_filter = g_strdup_printf("(%s) and (%s)", given, trailing);
    else
        options->capture_filter = g_strdup(given ? given : trailing);
    return true;
}

static bool check_file_limits(const Parser *parser, GError **error)
{
    const FileLimits *rotate = &parser->rotate, *stop = &parser->stop;
    bool rotates = rotate->filesize_kb || rotate->duration_s || rotate->files;
    bool counts_files = stop->filesize_kb || stop->files;

    if (rotate->packets)
        return set_error(error, "-b packets: not in this version");
    if (!parser->options->output_path && (rotates || counts_files))
        return set_error(error, "%s needs -w FILE", rotates ? "-b" : "-a filesize and files");
    if (parser->options->display_filter && (rotates || counts_files))
        return set_error(error, "with -Y one file is written at the end: %s does not apply",
                         rotates ? "-b" : "-a filesize and files");
    if (rotate->files && !rotate->filesize_kb && !rotate->duration_s)
        return set_error(error, "-b files:N needs -b filesize:KB or -b duration:SECONDS");
    return true;
}

static bool take_output(Parser *parser, GError **error)
{
    Options *options = parser->options;
    const FileLimits *rotate = &parser->rotate, *stop = &parser->stop;

    if (!take_single("-w", parser->outputs, &options->output_path, error) ||
        !check_file_limits(parser, error))
        return false;
    const char *path = options->output_path;
    options->output = (CaptureOutput){
        .path = path,
        .pcapng = path && !g_str_has_suffix(path, ".pcap"),
        .rotate_bytes = rotate->filesize_kb * 1000,
        .rotate_ns = (int64_t)rotate->duration_s * NS_PER_S,
        .ring_files = (unsigned)rotate->files,
        .stop_bytes = stop->filesize_kb * 1000,
        .stop_ns = (int64_t)stop->duration_s * NS_PER_S,
        .stop_files = (unsigned)stop->files,
        .stop_packets = stop->packets,
    };
    return true;
}

static bool check_listen(const Options *options, GError **error)
{
    g_autoptr(GError) cause = NULL;

    for (unsigned i = 0; options->listen && options->listen[i]; i++) {
        g_auto(HepUrl) url = { 0 };
        if (!hep_url_parse(options->listen[i], &url, &cause))
            return set_error(error, "-L %s", cause->message);
    }
    if (options->listen && options->files)
        return set_error(error, "-r and -L do not go together");
    if (options->listen && !options->devices && options->capture_filter)
        return set_error(error, "a capture filter does not apply to -L; use -Y");
    return true;
}

static bool check_together(Parser *parser, GError **error)
{
    const Options *options = parser->options;

    if (options->files && options->devices)
        return set_error(error, "-r and -i do not go together");
    if (!check_listen(options, error))
        return false;
    if (options->follow && !options->files)
        return set_error(error, "--follow needs -r FILE");
    if (options->snaplen < 0 || options->buffer_mib < 0 || options->buffer_mib > 2047)
        return set_error(error, "-s must not be negative, and -B is 1 to 2047");
    return true;
}

static bool check(Parser *parser, GError **error)
{
    Options *options = parser->options;
    g_autofree char *format = NULL;

    if (parser->help || parser->version || parser->list_devices) {
        options->action = parser->help      ? OPTIONS_HELP
                          : parser->version ? OPTIONS_VERSION
                                            : OPTIONS_LIST_DEVICES;
        return true;
    }
    if (!take_single("-T", parser->formats, &format, error) ||
        !take_single("-Y", parser->display_filters, &options->display_filter, error) ||
        !take_single("--fail-if", parser->fail_ifs, &options->fail_if, error) ||
        !take_single("--audio", parser->audio, &options->audio_folder, error) ||
        !take_single("--fax", parser->fax, &options->fax_folder, error) ||
        !take_single("--msrp", parser->msrp, &options->msrp_folder, error))
        return false;
    if (format && !find_format(format, &options->format, error))
        return false;
    for (unsigned i = 0; parser->reports && parser->reports[i]; i++)
        if (!add_report(options, parser->reports[i], error))
            return false;
    options->format_given = format != NULL;
    options->quiet = parser->quiet || format || parser->reports || options->fail_if ||
                     options->audio_folder || options->fax_folder || options->msrp_folder;
    options->promiscuous = !parser->no_promiscuous;
    options->follow = parser->follow;
    take_more_files(parser);
    return take_capture_filter(parser, error) && take_output(parser, error) &&
           check_together(parser, error);
}

static void parser_clear(Parser *parser)
{
    char **const lists[] = { parser->capture_filters,
                             parser->display_filters,
                             parser->fail_ifs,
                             parser->trailing,
                             parser->outputs,
                             parser->formats,
                             parser->reports,
                             parser->audio,
                             parser->fax,
                             parser->msrp };

    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
        g_strfreev(lists[i]);
}

Options *options_parse(char *const *argv, GError **error)
{
    g_autoptr(Options) options = g_new0(Options, 1);
    g_auto(GStrv) arguments = g_strdupv((char **)argv);
    Parser parser = { .options = options };
    g_autoptr(GOptionContext) context = NULL;

    options->reports = g_ptr_array_new();
    options->settings = g_ptr_array_new_with_free_func(g_free);
    context = context_new(&parser);
    bool valid = g_option_context_parse_strv(context, &arguments, error) && check(&parser, error);
    if (valid && options->action == OPTIONS_HELP)
        options->help = g_option_context_get_help(context, TRUE, NULL);
    parser_clear(&parser);
    return valid ? g_steal_pointer(&options) : NULL;
}

void options_free(Options *options)
{
    if (!options)
        return;
    g_free(options->help);
    g_strfreev(options->files);
    g_strfreev(options->key_logs);
    g_strfreev(options->devices);
    g_strfreev(options->listen);
    g_free(options->capture_filter);
    g_free(options->display_filter);
    g_free(options->fail_if);
    g_free(options->output_path);
    g_free(options->audio_folder);
    g_free(options->fax_folder);
    g_free(options->msrp_folder);
    g_ptr_array_unref(options->reports);
    g_ptr_array_unref(options->settings);
    g_free(options);
}
