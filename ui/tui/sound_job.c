#include "ui/tui/sound_job.h"
#include "ui/tui/tui.h"

#define PROGRESS_STEPS 200

struct SoundJob {
    Model *model;
    PacketStore *store;
    uint32_t call;
    AudioStyle style;
    GThread *thread;
    atomic_int progress; /* 0..PROGRESS_STEPS */
    atomic_bool stop, done;
    SoundTrack *track; /* valid when done, as what follows */
    GError *error;
};

static bool note_progress(double done, void *context)
{
    SoundJob *job = context;
    int step = (int)(done * PROGRESS_STEPS);

    if (atomic_exchange(&job->progress, step) != step)
        tui_wake();
    return !atomic_load(&job->stop);
}

static gpointer load_thread(gpointer data)
{
    SoundJob *job = data;
    const SoundTrackRequest request = {
        .call = job->call,
        .style = &job->style,
        .progress = note_progress,
        .context = job,
    };

    job->track = sound_track_load(job->model, job->store, &request, &job->error);
    atomic_store(&job->done, true);
    tui_wake();
    return NULL;
}

SoundJob *sound_job_start(Model *model, PacketStore *store, uint32_t call, const AudioStyle *style)
{
    SoundJob *job = g_new0(SoundJob, 1);

    job->model = model;
    job->store = store;
    job->call = call;
    job->style = *style;
    job->thread = g_thread_new("sound", load_thread, job);
    return job;
}

double sound_job_progress(SoundJob *job)
{
    return (double)atomic_load(&job->progress) / PROGRESS_STEPS;
}

bool sound_job_is_done(SoundJob *job)
{
    return atomic_load(&job->done);
}

SoundTrack *sound_job_finish(SoundJob *job, char **out_failure)
{
    atomic_store(&job->stop, true);
    g_thread_join(job->thread);
    SoundTrack *track = job->track;
    *out_failure = track ? NULL : g_strdup(job->error ? job->error->message : "no sound");
    g_clear_error(&job->error);
    g_free(job);
    return track;
}
