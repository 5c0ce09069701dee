/* rung: shows SIP calls and their media. This file ties the layers together and owns the exit
 * status; nothing below it prints or exits. */
#include "build_info.h"
#include "dissect/base/heap.h"
#include "dissect/call/correlation.h"
#include "ui/batch/batch.h"
#include "ui/config/hosts.h"
#include "ui/config/settings.h"
#include "ui/options.h"
#include "ui/stop_signals.h"
#include "ui/tui/tui.h"
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    const Options *options; /* borrowed */
    Settings *settings;
    GHashTable *names; /* or NULL */
    Filter *filter;    /* -Y, or NULL */
    Filter *fail_if;
    Capture *capture;
    Model *model;
    Pipeline *pipeline;
    StopSignals *signals;
    atomic_bool stopped; /* by a signal */
} Session;

static int fail(int status, const char *message)
{
    fprintf(stderr, "rung: %s\n", message);
    return status;
}

/* Marks the column that @message names under the filter, for those who look at a terminal. */
static void show_column(const char *message, const char *filter)
{
    const char *found = strstr(message, "column ");
    unsigned long column = found ? strtoul(found + strlen("column "), NULL, 10) : 0;

    if (column > 0 && column <= strlen(filter) + 1 && isatty(STDERR_FILENO))
        fprintf(stderr, "  %s\n  %*s^\n", filter, (int)column - 1, "");
}

static int fail_filter(const char *option, const char *filter, const char *message)
{
    fprintf(stderr, "rung: %s%s\n", option, message);
    show_column(message, filter);
    return BATCH_USAGE;
}

static int list_devices(void)
{
    g_autoptr(GPtrArray) lines = NULL;
    g_autoptr(GError) error = NULL;

    if (!capture_list_devices(&lines, &error))
        return fail(BATCH_INPUT_FAILED, error->message);
    for (unsigned i = 0; i < lines->len; i++)
        puts(g_ptr_array_index(lines, i));
    return BATCH_DONE;
}

/* Times of day go by TZ. No other thread runs yet. */
static void choose_time_zone(const Settings *settings)
{
    if (strcmp(settings_string(settings, "time.format"), "utc") != 0)
        return;
    g_setenv("TZ", "UTC0", true);
    tzset();
}

static int apply_settings(Session *session)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *given = session->options->settings;

    session->settings = settings_new();
    if (!settings_load(session->settings, NULL, &error))
        return fail(BATCH_USAGE, error->message);
    for (unsigned i = 0; i < given->len; i++)
        if (!settings_set(session->settings, g_ptr_array_index(given, i), &error))
            return fail(BATCH_USAGE, error->message);
    choose_time_zone(session->settings);
    const char *hosts = settings_string(session->settings, "hosts.file");
    if (hosts[0] != '\0') {
        session->names = hosts_load(hosts, &error);
        if (!session->names)
            return fail(BATCH_USAGE, error->message);
    }
    return BATCH_DONE;
}

static int compile_filter(const char *option, const char *text, Filter **out)
{
    g_autoptr(GError) error = NULL;

    if (!text)
        return BATCH_DONE;
    *out = filter_compile(text, &error);
    return *out ? BATCH_DONE : fail_filter(option, text, error->message);
}

static int compile_filters(Session *session)
{
    const Options *options = session->options;
    int status = compile_filter("-Y: ", options->display_filter, &session->filter);

    return status ? status : compile_filter("--fail-if: ", options->fail_if, &session->fail_if);
}

static bool add_sources(Capture *capture, const Options *options, GError **error)
{
    if (!options->files && !options->devices && !options->listen)
        return capture_add_device(capture, "any", error);
    for (unsigned i = 0; options->files && options->files[i]; i++)
        if (!capture_add_file(capture, options->files[i], error))
            return false;
    for (unsigned i = 0; options->devices && options->devices[i]; i++)
        if (!capture_add_device(capture, options->devices[i], error))
            return false;
    for (unsigned i = 0; options->listen && options->listen[i]; i++)
        if (!capture_add_listener(capture, options->listen[i], error))
            return false;
    return true;
}

/* -w writes calls when all is read, not packets as they come. */
static bool saves_at_end(const Session *session)
{
    return session->options->display_filter || settings_bool(session->settings, "save.decrypted");
}

/* Key logs that are written with the packets: asked for, and never a server's private key. */
static GPtrArray *written_key_logs(const Session *session)
{
    char **paths = session->options->key_logs;
    GPtrArray *logs = g_ptr_array_new();

    for (; paths && *paths && settings_bool(session->settings, "save.secrets"); paths++)
        if (!server_keys_is_pem(*paths))
            g_ptr_array_add(logs, *paths);
    g_ptr_array_add(logs, NULL);
    return logs;
}

static bool set_output(const Session *session, Capture *capture, GError **error)
{
    const Options *options = session->options;
    CaptureOutput output = options->output;
    g_autoptr(GPtrArray) key_logs = written_key_logs(session);

    /* What is selected or decrypted is known at the end. */
    if (saves_at_end(session))
        output.path = NULL;
    if (!output.path && !output.stop_ns && !output.stop_packets)
        return true;
    output.key_logs = (char *const *)key_logs->pdata;
    return capture_set_output(capture, &output, error);
}

static int fail_capture(const Options *options, const GError *error)
{
    if (g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER))
        return fail_filter("", options->capture_filter, error->message);
    return fail(BATCH_INPUT_FAILED, error->message);
}

/* Later files of a ring are made after root was given up: plain root then keeps its name, without
 * its capabilities. Otherwise the capture decides. */
static const char *run_as(const Options *options)
{
    bool ring = options->output.rotate_bytes || options->output.rotate_ns;

    return ring && geteuid() == 0 && !g_getenv("SUDO_UID") ? "root" : NULL;
}

/* NULL when it is not set; borrowed. */
static const char *given(const Settings *settings, const char *key)
{
    const char *value = settings_string(settings, key);
    return *value ? value : NULL;
}

static int open_capture(Session *session)
{
    const Options *options = session->options;
    g_autoptr(GError) error = NULL;
    const CaptureOptions how = {
        .capture_filter = options->capture_filter,
        .snaplen = (uint32_t)options->snaplen,
        .buffer_bytes = (uint32_t)options->buffer_mib << 20,
        .promiscuous = options->promiscuous,
        .follow = options->follow,
        .run_as = run_as(options),
        .spool_bytes = (uint64_t)settings_int(session->settings, "spool.size"),
        .hep_tls = { .certificate = given(session->settings, "hep.certificate"),
                     .private_key = given(session->settings, "hep.private_key"),
                     .authorities = given(session->settings, "hep.authorities") },
    };

    session->capture = capture_new(&how);
    if (add_sources(session->capture, options, &error) &&
        set_output(session, session->capture, &error))
        return BATCH_DONE;
    return fail_capture(options, error);
}

static void stop(void *context)
{
    Session *session = context;

    atomic_store(&session->stopped, true);
    capture_stop(session->capture);
    tui_wake();
}

static void wake_screen(void *context)
{
    (void)context;
    tui_wake();
}

static unsigned limit(const Settings *settings, const char *key)
{
    return (unsigned)CLAMP(settings_int(settings, key), 1, INT32_MAX);
}

/* Before root is given up: later the files may be out of reach. */
static bool open_keys(const Session *session, GError **error)
{
    char **paths = session->options->key_logs;

    for (unsigned i = 0; paths && paths[i]; i++) {
        bool read = server_keys_is_pem(paths[i])
                        ? server_keys_load(session->model->server_keys, paths[i], error)
                        : keylog_open(session->model->keys, paths[i], error);
        if (!read)
            return false;
    }
    return true;
}

static int start(Session *session, bool screen)
{
    const Settings *settings = session->settings;
    g_autoptr(GError) error = NULL;
    const ModelLimits limits = {
        .calls = limit(settings, "limits.calls"),
        .messages_per_call = limit(settings, "limits.messages"),
        .registrations = limit(settings, "limits.registrations"),
        .calls_only = settings_bool(settings, "calls.only"),
    };

    session->model = model_new(&limits);
    session->model->rules = session->options->decode_rules;
    session->model->hep_key = g_strdup(given(settings, "hep.password"));
    correlation_configure(session->model,
                          &(CorrelationOptions){
                              .off = !settings_bool(settings, "call.join"),
                              .headers = settings_string(settings, "call.correlation_headers"),
                          });
    if (!open_keys(session, &error))
        return fail(BATCH_INPUT_FAILED, error->message);
    stop_signals_block();
    if (!capture_start(session->capture, &error))
        return fail_capture(session->options, error);
    session->pipeline =
        pipeline_start(session->capture, session->model, screen ? wake_screen : NULL, NULL);
    session->signals = stop_signals_watch(stop, session);
    return BATCH_DONE;
}

static bool locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Columns of the terminal, or 0 when there is none. */
static unsigned output_width(void)
{
    struct winsize size = { 0 };

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static AudioStyle audio_style(const Settings *settings)
{
    int64_t buffer_ms = settings_int(settings, "audio.buffer");
    AudioStyle style = {
        .sent = strcmp(settings_string(settings, "audio.mode"), "sent") == 0,
        .mixed = strcmp(settings_string(settings, "audio.layout"), "mixed") == 0,
        .sides = strcmp(settings_string(settings, "audio.layout"), "sides") == 0,
        .adaptive = buffer_ms == 0,
        .buffer_ms = (unsigned)CLAMP(buffer_ms, 20, 1000),
    };

    while (style.format + 1 < AUDIO_FORMATS &&
           strcmp(settings_string(settings, "audio.format"), audio_format_name(style.format)) != 0)
        style.format++;
    return style;
}

static int run_batch(Session *session, bool silent)
{
    const Options *options = session->options;
    const BatchOptions batch = {
        .capture = session->capture,
        .model = session->model,
        .pipeline = session->pipeline,
        .interrupted = &session->stopped,
        .reports = (const Report *const *)options->reports->pdata,
        .report_count = options->reports->len,
        .silent = silent,
        .format = options->format,
        .filter = session->filter,
        .fail_if = session->fail_if,
        .save_path = saves_at_end(session) ? options->output.path : NULL,
        .save_secrets = settings_bool(session->settings, "save.secrets"),
        .save_decrypted = settings_bool(session->settings, "save.decrypted"),
        .audio_folder = options->audio_folder,
        .fax_folder = options->fax_folder,
        .msrp_folder = options->msrp_folder,
        .audio_style = audio_style(session->settings),
        .version = RUNG_VERSION,
        .names = session->names,
        .utf8 = locale_is_utf8(),
        .show_secrets = settings_bool(session->settings, "credentials.show"),
        .progress = !silent && isatty(STDERR_FILENO),
        .width = output_width(),
        .output = stdout,
    };

    return batch_run(&batch);
}

static char *title_of(const Options *options)
{
    char **const lists[] = { options->files, options->devices, options->listen };
    g_autoptr(GString) title = g_string_new(NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
        for (char **name = lists[i]; name && *name; name++)
            g_string_append_printf(title, "%s%s", title->len > 0 ? ", " : "", *name);
    return g_strdup(title->len > 0 ? title->str : "any");
}

/* What is left to do after the screen is what batch does without reports. */
static int run_screen(Session *session)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *title = title_of(session->options);
    const TuiContext screen = {
        .model = session->model,
        .capture = session->capture,
        .settings = session->settings,
        .names = session->names,
        .filter = session->options->display_filter,
        .title = title,
        .audio = audio_style(session->settings),
        .save_secrets = settings_bool(session->settings, "save.secrets"),
        .save_decrypted = settings_bool(session->settings, "save.decrypted"),
        .quit = &session->stopped,
    };

    bool usable = tui_run(&screen, &error);
    capture_stop(session->capture);
    int status = run_batch(session, true);
    return usable ? status : fail(BATCH_USAGE, error->message);
}

static void session_clear(Session *session)
{
    stop_signals_free(session->signals);
    capture_free(session->capture);
#ifndef NDEBUG /* a million calls take longer to free one by one than the kernel needs for all */
    model_free(session->model);
#endif
    filter_free(session->filter);
    filter_free(session->fail_if);
    settings_free(session->settings);
    if (session->names)
        g_hash_table_unref(session->names);
}

static int run(const Options *options)
{
    Session session = { .options = options };
    bool screen = !options->quiet && isatty(STDOUT_FILENO);
    bool silent = options->reports->len == 0 && !options->format_given &&
                  (options->output.path || options->fail_if || options->audio_folder ||
                   options->fax_folder || options->msrp_folder);

    int status = apply_settings(&session);
    if (!status)
        status = compile_filters(&session);
    if (!status)
        status = open_capture(&session);
    if (!status)
        status = start(&session, screen);
    if (!status)
        status = screen ? run_screen(&session) : run_batch(&session, silent);
    session_clear(&session);
    return status;
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    (void)argc;
    setlocale(LC_ALL, "");
    heap_prepare();
    g_autoptr(Options) options = options_parse(argv, &error);
    if (!options)
        return fail(BATCH_USAGE, error->message);
    switch (options->action) {
    case OPTIONS_HELP:
        fputs(options->help, stdout);
        return BATCH_DONE;
    case OPTIONS_VERSION:
        puts("rung " RUNG_VERSION "\n" RUNG_FEATURES);
        return BATCH_DONE;
    case OPTIONS_LIST_DEVICES:
        return list_devices();
    case OPTIONS_RUN:
        break;
    }
    return run(options);
}
