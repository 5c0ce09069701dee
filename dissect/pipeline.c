#include "dissect/pipeline.h"
#include "capture/queue.h"

#define AHEADS          2u /* one is filled while the other is used */
#define POP_TIMEOUT_US  100000
#define READER_PAUSE_US 100    /* for a waiting reader to take the lock */
#define IDLE_US         300000 /* without packets, then key logs are looked at */

struct Pipeline {
    Capture *capture;         /* borrowed */
    Model *model;             /* borrowed; written under its lock */
    Engine *engine;           /* thread: dissect */
    BlockQueue *parsed;       /* from the parse thread to the dissect thread */
    SipAhead *aheads[AHEADS]; /* of the blocks in turn; travel with them */
    GThread *parser;
    GMutex lock;
    GCond dissected_more;
    unsigned dissected; /* lock; blocks */
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

static uint64_t secrets_known(const Pipeline *pipeline)
{
    KeyLogStats stats;

    keylog_stats(pipeline->model->keys, &stats);
    return stats.added;
}

/* Until what was parsed of the block AHEADS before number @block is not needed any longer. */
static SipAhead *next_ahead(Pipeline *pipeline, unsigned block)
{
    g_mutex_lock(&pipeline->lock);
    while (block - pipeline->dissected >= AHEADS)
        g_cond_wait(&pipeline->dissected_more, &pipeline->lock);
    g_mutex_unlock(&pipeline->lock);
    return pipeline->aheads[block % AHEADS];
}

/* SIP is parsed while the block before is dissected: that keeps two cores busy. */
static gpointer parse_thread(gpointer data)
{
    Pipeline *pipeline = data;

    for (unsigned count = 0;;) {
        PacketBlock *block = capture_pop(pipeline->capture, POP_TIMEOUT_US);
        if (block) {
            sip_ahead_parse(next_ahead(pipeline, count++), block->packets, block->count);
            block_queue_push(pipeline->parsed, block, -1);
        } else if (capture_ended(pipeline->capture)) {
            break;
        }
    }
    block_queue_close(pipeline->parsed);
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

static void dissect_block(Pipeline *pipeline, const PacketBlock *block, SipAhead *ahead)
{
    g_mutex_lock(&pipeline->model->lock);
    use_new_secrets(pipeline);
    engine_use_ahead(pipeline->engine, ahead);
    engine_packets(pipeline->engine, block->packets, block->count);
    engine_drops(pipeline->engine, block->drops, block->drops_are_of_now);
    engine_end_block(pipeline->engine);
    g_mutex_unlock(&pipeline->model->lock);
    if (g_atomic_int_get(&pipeline->model->readers) > 0)
        g_usleep(READER_PAUSE_US);
}

/* NULL when all is read. */
static PacketBlock *next_block(Pipeline *pipeline)
{
    PacketBlock *block;

    while (!(block = block_queue_pop(pipeline->parsed, IDLE_US)) &&
           !block_queue_ended(pipeline->parsed))
        if (look_for_secrets(pipeline) && pipeline->changed)
            pipeline->changed(pipeline->context);
    return block;
}

static gpointer dissect_thread(gpointer data)
{
    Pipeline *pipeline = data;
    PacketBlock *block;

    for (unsigned count = 0; (block = next_block(pipeline));) {
        dissect_block(pipeline, block, pipeline->aheads[count++ % AHEADS]);
        capture_recycle(pipeline->capture, block);
        g_mutex_lock(&pipeline->lock);
        pipeline->dissected++;
        g_cond_signal(&pipeline->dissected_more);
        g_mutex_unlock(&pipeline->lock);
        if (pipeline->changed)
            pipeline->changed(pipeline->context);
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
    g_mutex_init(&pipeline->lock);
    g_cond_init(&pipeline->dissected_more);
    pipeline->parsed = block_queue_new(1);
    for (unsigned i = 0; i < AHEADS; i++)
        pipeline->aheads[i] = sip_ahead_new();
    pipeline->parser = g_thread_new("parse", parse_thread, pipeline);
    pipeline->thread = g_thread_new("dissect", dissect_thread, pipeline);
    return pipeline;
}

void pipeline_join(Pipeline *pipeline)
{
    g_thread_join(pipeline->parser);
    g_thread_join(pipeline->thread);
    for (unsigned i = 0; i < AHEADS; i++)
        sip_ahead_free(pipeline->aheads[i]);
    block_queue_free(pipeline->parsed);
    g_cond_clear(&pipeline->dissected_more);
    g_mutex_clear(&pipeline->lock);
    engine_free(pipeline->engine);
    g_free(pipeline);
}

bool pipeline_finished(const Pipeline *pipeline)
{
    return g_atomic_int_get(&pipeline->finished) != 0;
}
