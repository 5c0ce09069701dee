#include "dissect/pipeline.h"

#define POP_TIMEOUT_US  100000
#define READER_PAUSE_US 100 /* for a waiting reader to take the lock */

struct Pipeline {
    Capture *capture; /* borrowed */
    Model *model;     /* borrowed; written under its lock */
    Engine *engine;   /* thread: dissect */
    void (*changed)(void *context);
    void *context;
    GThread *thread;
    gint finished; /* atomic */
};

static void take_secrets(Pipeline *pipeline)
{
    GBytes *bytes;

    while ((bytes = secrets_queue_pop(capture_secrets(pipeline->capture)))) {
        keylog_add(pipeline->model->keys,
                   slice_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
        g_bytes_unref(bytes);
    }
    keylog_refresh(pipeline->model->keys);
}

static void dissect_block(Pipeline *pipeline, const PacketBlock *block)
{
    g_mutex_lock(&pipeline->model->lock);
    take_secrets(pipeline);
    engine_packets(pipeline->engine, block->packets, block->count);
    engine_drops(pipeline->engine, block->drops, block->drops_are_of_now);
    engine_end_block(pipeline->engine);
    g_mutex_unlock(&pipeline->model->lock);
    if (g_atomic_int_get(&pipeline->model->readers) > 0)
        g_usleep(READER_PAUSE_US);
}

static gpointer dissect_thread(gpointer data)
{
    Pipeline *pipeline = data;

    for (;;) {
        PacketBlock *block = capture_pop(pipeline->capture, POP_TIMEOUT_US);
        if (!block) {
            if (capture_ended(pipeline->capture))
                break;
            continue;
        }
        dissect_block(pipeline, block);
        capture_recycle(pipeline->capture, block);
        if (pipeline->changed)
            pipeline->changed(pipeline->context);
    }
    g_mutex_lock(&pipeline->model->lock);
    engine_finish(pipeline->engine);
    g_mutex_unlock(&pipeline->model->lock);
    g_atomic_int_set(&pipeline->finished, 1);
    if (pipeline->changed)
        pipeline->changed(pipeline->context);
    return NULL;
}

Pipeline *pipeline_start(Capture *capture, Model *model, void (*changed)(void *context),
                         void *context)
{
    Pipeline *pipeline = g_new0(Pipeline, 1);

    pipeline->capture = capture;
    pipeline->model = model;
    pipeline->engine = engine_new(model, capture_store(capture));
    pipeline->changed = changed;
    pipeline->context = context;
    pipeline->thread = g_thread_new("dissect", dissect_thread, pipeline);
    return pipeline;
}

void pipeline_join(Pipeline *pipeline)
{
    g_thread_join(pipeline->thread);
    engine_free(pipeline->engine);
    g_free(pipeline);
}

bool pipeline_finished(const Pipeline *pipeline)
{
    return g_atomic_int_get(&pipeline->finished) != 0;
}
