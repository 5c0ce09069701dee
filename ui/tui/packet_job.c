#include "ui/tui/packet_job.h"
#include "export/stream_packets.h"
#include "ui/tui/tui.h"
#include <stdatomic.h>

#define CHUNK_ROWS     4096u
#define PROGRESS_STEPS 100

struct PacketJob {
    const Ui *ui;
    PacketStore *store;     /* a reference */
    StreamPackets *packets; /* owned */
    GAsyncQueue *chunks;    /* GArray of PacketRow, from the thread to the screen */
    GThread *thread;
    GArray *chunk; /* the thread's: being filled */
    unsigned count;
    atomic_int progress; /* 0..PROGRESS_STEPS */
    atomic_bool stop, done;
    char *failure; /* valid when done */
};

static void send_chunk(PacketJob *job)
{
    g_async_queue_push(job->chunks, job->chunk);
    job->chunk = g_array_new(FALSE, FALSE, sizeof(PacketRow));
    tui_wake();
}

static bool take_packet(uint32_t stream, const PacketRow *row, void *context)
{
    PacketJob *job = context;
    (void)stream;

    g_array_append_vals(job->chunk, row, 1);
    if (job->chunk->len == CHUNK_ROWS)
        send_chunk(job);
    return ++job->count < PACKET_JOB_MAX && !atomic_load(&job->stop);
}

static bool note_progress(double done, void *context)
{
    PacketJob *job = context;
    int step = (int)(done * PROGRESS_STEPS);

    if (atomic_exchange(&job->progress, step) != step)
        tui_wake();
    return !atomic_load(&job->stop);
}

static gpointer read_thread(gpointer data)
{
    PacketJob *job = data;
    g_autoptr(GError) error = NULL;
    StreamPacketsReader reader = { take_packet, note_progress, job };

    if (!stream_packets_read(job->packets, job->store, &reader, &error))
        job->failure = g_strdup(error->message);
    send_chunk(job);
    atomic_store(&job->done, true);
    tui_wake();
    return NULL;
}

PacketJob *packet_job_start(const Ui *ui, uint32_t stream)
{
    PacketJob *job = g_new0(PacketJob, 1);

    job->ui = ui;
    job->store = packet_store_ref(capture_store(ui->context->capture));
    job->chunks = g_async_queue_new_full((GDestroyNotify)g_array_unref);
    job->chunk = g_array_new(FALSE, FALSE, sizeof(PacketRow));
    const Model *model = ui_lock(ui);
    job->packets = stream_packets_new(model, &stream, 1);
    ui_unlock(ui);
    job->thread = g_thread_new("packets", read_thread, job);
    return job;
}

bool packet_job_take(PacketJob *job, GArray *rows)
{
    bool done = atomic_load(&job->done); /* before looking: nothing comes after it */
    GArray *chunk;

    while ((chunk = g_async_queue_try_pop(job->chunks))) {
        g_array_append_vals(rows, chunk->data, chunk->len);
        g_array_unref(chunk);
    }
    return !done;
}

double packet_job_progress(PacketJob *job)
{
    return (double)atomic_load(&job->progress) / PROGRESS_STEPS;
}

char *packet_job_finish(PacketJob *job)
{
    atomic_store(&job->stop, true);
    g_thread_join(job->thread);
    char *failure = job->failure;
    const Model *model = ui_lock(job->ui);
    stream_packets_free(job->packets, model);
    ui_unlock(job->ui);
    g_async_queue_unref(job->chunks);
    g_array_unref(job->chunk);
    packet_store_unref(job->store);
    g_free(job);
    return failure;
}
