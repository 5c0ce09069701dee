#include "ui/batch/batch.h"
#include "export/audio.h"
#include "export/fax.h"
#include "export/msrp_export.h"
#include "export/save.h"
#include "ui/batch/progress.h"
#include <sys/ioctl.h>
#include <unistd.h>

#define POLL_MAX_US 4000

static bool is_interrupted(const BatchOptions *options)
{
    return options->interrupted && atomic_load(options->interrupted);
}

/* Returns when all is dissected. Looks often at first, so that a small file takes no time. */
static void wait_for_end(const BatchOptions *options)
{
    Progress progress = { .capture = options->capture, .shown = options->progress };
    gulong pause_us = 200;
    bool stopped = false;

    while (!pipeline_finished(options->pipeline)) {
        if (!stopped && is_interrupted(options)) {
            capture_stop(options->capture);
            stopped = true;
        }
        progress_update(&progress);
        g_usleep(pause_us);
        pause_us = MIN(pause_us * 2, POLL_MAX_US);
    }
    progress_clear(&progress);
    pipeline_join(options->pipeline);
}

static bool selects(const BatchOptions *options, const Call *call)
{
    return call && (!options->filter || filter_matches(options->filter, options->model, call));
}

/* Columns of the terminal that @output is; 0 when it is none. */
static unsigned terminal_width(FILE *output)
{
    struct winsize size;
    int fd = fileno(output);

    return fd >= 0 && isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static bool write_reports(const BatchOptions *options, GError **error)
{
    ReportContext context = { .model = options->model,
                              .capture = options->capture,
                              .filter = options->filter,
                              .format = options->format,
                              .utf8 = options->utf8,
                              .show_secrets = options->show_secrets,
                              .width =
                                  options->width ? options->width : terminal_width(options->output),
                              .version = options->version,
                              .names = options->names,
                              .audio = &options->audio_style };

    if (options->silent)
        return true;
    g_mutex_lock(&options->model->lock);
    bool written =
        report_write(&context, options->reports, options->report_count, options->output, error);
    g_mutex_unlock(&options->model->lock);
    return written;
}

/* Numbers of the calls that -Y selects. */
static GArray *selected_calls(const BatchOptions *options)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    const GPtrArray *calls = options->model->calls;

    g_mutex_lock(&options->model->lock);
    for (unsigned i = 0; i < calls->len; i++) {
        const Call *call = g_ptr_array_index(calls, i);
        if (selects(options, call))
            g_array_append_val(numbers, call->number);
    }
    g_mutex_unlock(&options->model->lock);
    return numbers;
}

static void remark(const char *line, void *context)
{
    const BatchOptions *options = context;
    fprintf(stderr, "%srung: %s\n", options->progress ? "\r\033[K" : "", line);
}

static bool save_selected(const BatchOptions *options, GError **error)
{
    if (!options->save_path)
        return true;
    g_autoptr(GArray) numbers = selected_calls(options);
    SaveSelection selection = { .calls = (const uint32_t *)(const void *)numbers->data,
                                .call_count = numbers->len,
                                .with_media = true,
                                .secrets = options->save_secrets,
                                .decrypted = options->save_decrypted,
                                .remark = remark,
                                .context = (void *)options };
    return save_packets(options->model, capture_store(options->capture), &selection,
                        options->save_path, error);
}

static bool show_audio_progress(double done, void *context)
{
    const BatchOptions *options = context;

    if (options->progress)
        fprintf(stderr, "\r%3.0f%% of the sound\033[K", 100 * done);
    return !is_interrupted(options);
}

static bool save_audio(const BatchOptions *options, GError **error)
{
    if (!options->audio_folder)
        return true;
    g_autoptr(GArray) numbers = selected_calls(options);
    const AudioOptions audio = { .calls = (const uint32_t *)(const void *)numbers->data,
                                 .call_count = numbers->len,
                                 .folder = options->audio_folder,
                                 .style = options->audio_style,
                                 .progress = show_audio_progress,
                                 .remark = remark,
                                 .context = (void *)options };
    unsigned files = 0;
    bool done =
        audio_export(options->model, capture_store(options->capture), &audio, &files, error);
    if (options->progress)
        fprintf(stderr, "\r%u sound files in %s\033[K\n", files, options->audio_folder);
    return done;
}

static bool show_fax_progress(double done, void *context)
{
    const BatchOptions *options = context;

    if (options->progress)
        fprintf(stderr, "\r%3.0f%% of the faxes\033[K", 100 * done);
    return !is_interrupted(options);
}

/* Before the reports: those inside G.711 are in them then. */
static bool save_fax(const BatchOptions *options, GError **error)
{
    if (!options->fax_folder)
        return true;
    g_autoptr(GArray) numbers = selected_calls(options);
    const FaxOptions fax = { .calls = (const uint32_t *)(const void *)numbers->data,
                             .call_count = numbers->len,
                             .all_sessions = !options->filter,
                             .folder = options->fax_folder,
                             .progress = show_fax_progress,
                             .remark = remark,
                             .context = (void *)options };
    unsigned pages = 0;
    bool done = fax_export(options->model, capture_store(options->capture), &fax, &pages, error);
    if (options->progress)
        fprintf(stderr, "\r%u fax pages in %s\033[K\n", pages, options->fax_folder);
    return done;
}

static bool show_msrp_progress(double done, void *context)
{
    const BatchOptions *options = context;

    if (options->progress)
        fprintf(stderr, "\r%3.0f%% of the MSRP sessions\033[K", 100 * done);
    return !is_interrupted(options);
}

static bool save_msrp(const BatchOptions *options, GError **error)
{
    if (!options->msrp_folder)
        return true;
    g_autoptr(GArray) numbers = selected_calls(options);
    const MsrpExportOptions msrp = { .calls = (const uint32_t *)(const void *)numbers->data,
                                     .call_count = numbers->len,
                                     .all_sessions = !options->filter,
                                     .folder = options->msrp_folder,
                                     .progress = show_msrp_progress,
                                     .remark = remark,
                                     .context = (void *)options };
    unsigned files = 0;
    bool done = msrp_export(options->model, capture_store(options->capture), &msrp, &files, error);
    if (options->progress)
        fprintf(stderr, "\r%u texts and files in %s\033[K\n", files, options->msrp_folder);
    return done;
}

static bool fail_if_matches(const BatchOptions *options)
{
    const GPtrArray *calls = options->model->calls;
    bool matches = false;

    if (!options->fail_if)
        return false;
    g_mutex_lock(&options->model->lock);
    for (unsigned i = 0; i < calls->len && !matches; i++) {
        const Call *call = g_ptr_array_index(calls, i);
        matches = selects(options, call) && filter_matches(options->fail_if, options->model, call);
    }
    g_mutex_unlock(&options->model->lock);
    return matches;
}

/* Says on standard error what could not be read; true when there was something. */
static bool tell_failures(const BatchOptions *options)
{
    bool failed = false;

    for (unsigned i = 0; i < capture_source_count(options->capture); i++) {
        CaptureSourceInfo info;
        capture_source_info(options->capture, i, &info);
        if (!info.failure)
            continue;
        fprintf(stderr, "rung: %s\n", info.failure);
        failed = true;
    }
    const char *output = capture_output_failure(options->capture);
    if (output)
        fprintf(stderr, "rung: %s\n", output);
    return failed || output;
}

int batch_run(const BatchOptions *options)
{
    g_autoptr(GError) error = NULL;

    wait_for_end(options);
    bool done = save_fax(options, &error) && write_reports(options, &error) &&
                save_selected(options, &error) && save_audio(options, &error) &&
                save_msrp(options, &error);
    if (!done)
        fprintf(stderr, "rung: %s\n", error->message);
    if (tell_failures(options) || !done)
        return BATCH_INPUT_FAILED;
    return fail_if_matches(options) ? BATCH_FAIL_IF_MATCHED : BATCH_DONE;
}
