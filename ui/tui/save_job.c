#include "ui/tui/save_job.h"
#include "export/save.h"
#include "ui/tui/tui.h"
#include <stdatomic.h>

#define PROGRESS_STEPS 1000

struct SaveJob {
    SaveRequest request;
    char *path;
    GArray *calls;
    GThread *thread;
    atomic_int progress; /* 0..PROGRESS_STEPS */
    atomic_bool stop, done;
    char *failure; /* valid when done */
};

static bool note_progress(double done, void *context)
{
    SaveJob *job = context;
    int step = (int)(done * PROGRESS_STEPS);
    if (atomic_exchange(&job->progress, step) != step)
        tui_wake();
    return !atomic_load(&job->stop);
}

static gpointer save_thread(gpointer data)
{
    SaveJob *job = data;
    const SaveRequest *request = &job->request;
    g_autoptr(GError) error = NULL;
    SaveSelection selection = {
        .calls = (const uint32_t *)(const void *)job->calls->data,
        .call_count = job->calls->len,
        .with_media = request->with_media,
        .progress = note_progress,
        .context = job,
    };
    bool saved =
        g_str_has_suffix(job->path, ".txt")
            ? save_text(request->model, request->store, &selection, job->path, &error)
            : save_packets(request->model, request->store, &selection, job->path, NULL, &error);
    if (!saved)
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

char *save_job_finish(SaveJob *job)
{
    g_thread_join(job->thread);
    char *failure = job->failure;
    g_array_unref(job->calls);
    g_free(job->path);
    g_free(job);
    return failure;
}
