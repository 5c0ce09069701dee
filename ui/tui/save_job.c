#include "ui/tui/save_job.h"
#include "export/fax.h"
#include "export/msrp_export.h"
#include "export/save.h"
#include "ui/tui/tui.h"
#include <stdatomic.h>
#include <string.h>

#define PROGRESS_STEPS 1000

struct SaveJob {
    SaveRequest request;
    char *path;
    GArray *calls;
    GThread *thread;
    atomic_int progress; /* 0..PROGRESS_STEPS */
    atomic_bool stop, done;
    char *failure; /* valid when done, as what follows */
    char *remark;  /* the first of @remarks */
    unsigned remarks;
};

static bool note_progress(double done, void *context)
{
    SaveJob *job = context;
    int step = (int)(done * PROGRESS_STEPS);
    if (atomic_exchange(&job->progress, step) != step)
        tui_wake();
    return !atomic_load(&job->stop);
}

static void note_remark(const char *line, void *context)
{
    SaveJob *job = context;

    if (job->remarks++ == 0)
        job->remark = g_strdup(line);
}

char *save_job_place(const char *path, unsigned call_count)
{
    const char *suffix = strrchr(path, '.');

    return call_count == 1 || !suffix ? g_strdup(path) : g_strndup(path, (size_t)(suffix - path));
}

static bool save_sound(SaveJob *job, AudioFormat format, GError **error)
{
    g_autofree char *place = save_job_place(job->path, job->calls->len);
    AudioOptions options = {
        .calls = (const uint32_t *)(const void *)job->calls->data,
        .call_count = job->calls->len,
        .folder = place,
        .file = job->calls->len == 1 ? place : NULL,
        .style = job->request.audio,
        .progress = note_progress,
        .remark = note_remark,
        .context = job,
    };
    unsigned files = 0;

    options.style.format = format;
    if (!audio_export(job->request.model, job->request.store, &options, &files, error))
        return false;
    if (files == 0 && !atomic_load(&job->stop))
        job->failure = job->remark ? g_steal_pointer(&job->remark)
                                   : g_strdup("nothing can be heard: no RTP streams");
    return !job->failure;
}

static bool save_fax_pages(SaveJob *job, GError **error)
{
    const FaxOptions options = { .calls = (const uint32_t *)(const void *)job->calls->data,
                                 .call_count = job->calls->len,
                                 .folder = job->path,
                                 .progress = note_progress,
                                 .remark = note_remark,
                                 .context = job };
    unsigned pages = 0;

    if (!fax_export(job->request.model, job->request.store, &options, &pages, error))
        return false;
    if (pages == 0 && !atomic_load(&job->stop))
        job->failure = job->remark ? g_steal_pointer(&job->remark)
                                   : g_strdup("no fax page was found in these calls");
    return !job->failure;
}

static bool save_chat(SaveJob *job, GError **error)
{
    const MsrpExportOptions options = { .calls = (const uint32_t *)(const void *)job->calls->data,
                                        .call_count = job->calls->len,
                                        .folder = job->path,
                                        .progress = note_progress,
                                        .remark = note_remark,
                                        .context = job };
    unsigned files = 0;

    if (!msrp_export(job->request.model, job->request.store, &options, &files, error))
        return false;
    if (files == 0 && !atomic_load(&job->stop))
        job->failure = g_strdup("these calls have no MSRP sessions");
    return !job->failure;
}

static bool save(SaveJob *job, GError **error)
{
    const SaveRequest *request = &job->request;
    AudioFormat format = audio_format_of(job->path);
    SaveSelection selection = {
        .calls = (const uint32_t *)(const void *)job->calls->data,
        .call_count = job->calls->len,
        .with_media = request->with_media,
        .secrets = request->secrets,
        .decrypted = request->decrypted,
        .progress = note_progress,
        .remark = note_remark,
        .context = job,
    };

    if (format != AUDIO_FORMATS)
        return save_sound(job, format, error);
    if (g_str_has_suffix(job->path, "/"))
        return request->chat ? save_chat(job, error) : save_fax_pages(job, error);
    if (g_str_has_suffix(job->path, ".txt"))
        return save_text(request->model, request->store, &selection, job->path, error);
    return save_packets(request->model, request->store, &selection, job->path, error);
}

static gpointer save_thread(gpointer data)
{
    SaveJob *job = data;
    g_autoptr(GError) error = NULL;

    if (!save(job, &error) && !job->failure)
        job->failure = g_strdup(error ? error->message : "cannot be saved");
    atomic_store(&job->done, true);
    tui_wake();
    return NULL;
}

SaveJob *save_job_start(const SaveRequest *request, GArray *calls)
{
    SaveJob *job = g_new0(SaveJob, 1);
    job->request = *request;
    job->path = g_strdup(request->path);
    job->calls = calls;
    job->thread = g_thread_new("save", save_thread, job);
    return job;
}

double save_job_progress(SaveJob *job)
{
    return (double)atomic_load(&job->progress) / PROGRESS_STEPS;
}

bool save_job_is_done(SaveJob *job)
{
    return atomic_load(&job->done);
}

void save_job_stop(SaveJob *job)
{
    atomic_store(&job->stop, true);
}

char *save_job_finish(SaveJob *job, char **out_remark)
{
    g_thread_join(job->thread);
    char *failure = job->failure;
    *out_remark = job->remark;
    g_array_unref(job->calls);
    g_free(job->path);
    g_free(job);
    return failure;
}
