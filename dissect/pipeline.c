#include "dissect/pipeline.h"
#include "dissect/ahead_queue.h"
#include "dissect/base/heap.h"

#define POP_TIMEOUT_US  100000
#define READER_PAUSE_US 100    /* for a waiting reader to take the lock */
#define IDLE_US         300000 /* without packets, then key logs are looked at */

struct Pipeline {
    Capture *capture; /* borrowed */
    Model *model;     /* borrowed; written under its lock */
    Engine *engine;   /* thread: dissect */
    AheadQueue *runs; /* from the decode thread to the dissect thread */
    GThread *decoder;
    void (*changed)(void *context);
    void *context;
    GThread *thread;
    HeapAhead *heap;
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

static uint64_t secrets_known(const Pipeline *pipeline)
{
    KeyLogStats stats;

    keylog_stats(pipeline->model->keys, &stats);
    return stats.added;
}

static void decode_block(Pipeline *pipeline, PacketBlock *block)
{
    const DecodeRules *rules = model_decode_rules(pipeline->model);
    const unsigned count = block->count; /* with its last run the block goes */
    unsigned done = 0;

    do { /* of an empty block as well: it brings counters */
        AheadRun *run = ahead_queue_next(pipeline->runs);
        run->block = block;
        run->is_first = done == 0;
        decoded_run_fill(run->decoded, rules, block->packets + done, count - done);
        done += run->decoded->count;
        run->is_last = done == count;
        ahead_queue_push(pipeline->runs);
    } while (done < count);
}

/* Packets are decoded while those before them are dissected: that keeps two cores busy. */
static gpointer decode_thread(gpointer data)
{
    Pipeline *pipeline = data;
    PacketBlock *block;

    while ((block = capture_pop(pipeline->capture, POP_TIMEOUT_US)) ||
           !capture_ended(pipeline->capture))
        if (block)
            decode_block(pipeline, block);
    ahead_queue_close(pipeline->runs);
    return NULL;
}

/* What waited for secrets that have come now goes before the packets that follow. */
static bool use_new_secrets(Pipeline *pipeline)
{
    uint64_t known = secrets_known(pipeline);

    take_secrets(pipeline);
    bool more = secrets_known(pipeline) != known;
    if (more)
        engine_idle(pipeline->engine);
    return more;
}

/* Keys may come when no packets do. True when there were new ones. */
static bool look_for_secrets(Pipeline *pipeline)
{
    g_mutex_lock(&pipeline->model->lock);
    bool more = use_new_secrets(pipeline);
    g_mutex_unlock(&pipeline->model->lock);
    return more;
}

static void dissect_run(Pipeline *pipeline, const AheadRun *run)
{
    const PacketBlock *block = run->block;

    g_mutex_lock(&pipeline->model->lock);
    if (run->is_first)
        use_new_secrets(pipeline);
    engine_packets(pipeline->engine, run->decoded);
    if (run->is_last) {
        engine_drops(pipeline->engine, block->drops, block->drops_are_of_now);
        engine_end_block(pipeline->engine);
    }
    g_mutex_unlock(&pipeline->model->lock);
}

static void end_block(Pipeline *pipeline, PacketBlock *block)
{
    capture_recycle(pipeline->capture, block);
    if (g_atomic_int_get(&pipeline->model->readers) > 0)
        g_usleep(READER_PAUSE_US);
    if (pipeline->changed)
        pipeline->changed(pipeline->context);
}

/* NULL when all is read. */
static const AheadRun *next_run(Pipeline *pipeline)
{
    const AheadRun *run;

    while (!(run = ahead_queue_first(pipeline->runs, IDLE_US)) &&
           !ahead_queue_ended(pipeline->runs))
        if (look_for_secrets(pipeline) && pipeline->changed)
            pipeline->changed(pipeline->context);
    return run;
}

static gpointer dissect_thread(gpointer data)
{
    Pipeline *pipeline = data;
    const AheadRun *run;

    while ((run = next_run(pipeline))) {
        PacketBlock *block = run->block;
        bool is_last = run->is_last;
        dissect_run(pipeline, run);
        ahead_queue_pop(pipeline->runs);
        if (!is_last)
            continue;
        end_block(pipeline, block);
        heap_ahead_note(pipeline->heap, pipeline->model->slab.next);
    }
    g_mutex_lock(&pipeline->model->lock);
    take_secrets(pipeline); /* a key log may be behind its connections */
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
    pipeline->runs = ahead_queue_new();
    pipeline->heap = heap_ahead_new();
    pipeline->decoder = g_thread_new("decode", decode_thread, pipeline);
    pipeline->thread = g_thread_new("dissect", dissect_thread, pipeline);
    return pipeline;
}

void pipeline_join(Pipeline *pipeline)
{
    g_thread_join(pipeline->decoder);
    g_thread_join(pipeline->thread);
    ahead_queue_free(pipeline->runs);
    heap_ahead_free(pipeline->heap);
    engine_free(pipeline->engine);
    g_free(pipeline);
}

bool pipeline_finished(const Pipeline *pipeline)
{
    return g_atomic_int_get(&pipeline->finished) != 0;
}
