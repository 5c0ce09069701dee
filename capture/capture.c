/* capture/capture.c - see capture.h. */
#include "capture/capture.h"
#include "capture/file.h"
#include "capture/filter.h"
#include "capture/hep_listen.h"
#include "capture/live.h"
#include "capture/merge.h"
#include "capture/output.h"
#include "capture/privileges.h"
#include "capture/queue.h"
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define OFFLINE_BLOCKS 4u /* few, so that a block is still in the cache when it is read */
#define LIVE_BLOCKS    16u
#define WAIT_MS        100
#define WAIT_US        (WAIT_MS * 1000)
#define PUBLISH_US     200000
#define DRAIN_ROUNDS   64  /* before the other devices have their turn */
#define POLL_MAX       256 /* devices beyond are looked at every WAIT_MS */
#define INPUTS_MAX     65536u

typedef struct {
    char *name;           /* owned */
    PacketSource *source; /* owned; thread: capture */
    bool live, in_place;
    bool ended;             /* thread: capture */
    CaptureSourceInfo seen; /* thread: capture; as counted so far */
    CaptureSourceInfo told; /* lock; the last that was published */
    char *failure;          /* lock; owned; set once */
} Input;

struct Capture {
    CaptureOptions options; /* its strings are owned */
    GPtrArray *inputs;      /* owns each Input */
    PacketStore *store;
    SecretsQueue *secrets;
    PacketFilter *filter; /* thread: capture; NULL: none, or the kernel does it */
    PacketSource *merge;  /* thread: capture; NULL: one input, or devices */
    Output *output;       /* thread: capture; NULL: none */
    BlockQueue *pool, *ready;
    PacketBlock *scratch; /* thread: capture; where packets go that are not handed on */
    GThread *thread;
    int stop_fd; /* readable when @stop */
    atomic_bool stop, paused;
    int64_t published_us; /* thread: capture */
    uint64_t told_drops;  /* thread: capture; with the last block handed over */
    GMutex lock;
    char *output_failure; /* lock; owned; set once */
};

G_DEFINE_QUARK(rung - capture - error, capture_error)

static void input_free(void *data)
{
    Input *input = data;
    packet_source_free(input->source);
    g_free(input->failure);
    g_free(input->name);
    g_free(input);
}

static Input *input_at(const Capture *capture, unsigned index)
{
    return g_ptr_array_index(capture->inputs, index);
}

Capture *capture_new(const CaptureOptions *options)
{
    Capture *capture = g_new0(Capture, 1);
    capture->options = *options;
    capture->options.capture_filter = g_strdup(options->capture_filter);
    capture->options.run_as = g_strdup(options->run_as);
    capture->options.hep_tls = (HepTlsFiles){
        .certificate = g_strdup(options->hep_tls.certificate),
        .private_key = g_strdup(options->hep_tls.private_key),
        .authorities = g_strdup(options->hep_tls.authorities),
    };
    capture->inputs = g_ptr_array_new_with_free_func(input_free);
    capture->store = packet_store_new(options->spool_bytes);
    capture->secrets = secrets_queue_new();
    capture->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    g_assert(capture->stop_fd >= 0);
    g_mutex_init(&capture->lock);
    return capture;
}

void capture_free(Capture *capture)
{
    if (!capture)
        return;
    capture_stop(capture);
    if (capture->thread)
        g_thread_join(capture->thread);
    packet_source_free(capture->merge);
    g_ptr_array_unref(capture->inputs);
    packet_filter_free(capture->filter);
    output_free(capture->output);
    block_queue_free(capture->pool);
    block_queue_free(capture->ready);
    packet_block_free(capture->scratch);
    packet_store_unref(capture->store);
    secrets_queue_free(capture->secrets);
    close(capture->stop_fd);
    g_mutex_clear(&capture->lock);
    g_free(capture->output_failure);
    g_free((char *)capture->options.capture_filter);
    g_free((char *)capture->options.run_as);
    g_free((char *)capture->options.hep_tls.certificate);
    g_free((char *)capture->options.hep_tls.private_key);
    g_free((char *)capture->options.hep_tls.authorities);
    g_free(capture);
}

static bool may_add(const Capture *capture, const char *name, bool live, GError **error)
{
    g_assert(!capture->thread);
    const char *cause = NULL;
    if (capture->inputs->len >= INPUTS_MAX)
        cause = "too many inputs";
    else if (capture->inputs->len > 0 && input_at(capture, 0)->live != live)
        cause = "files and live sources cannot be read together; use one kind";
    if (cause)
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", name, cause);
    return !cause;
}

static Input *add_input(Capture *capture, const char *name, PacketSource *source, bool live)
{
    Input *input = g_new0(Input, 1);
    input->name = g_strdup(name);
    input->source = source;
    input->live = live;
    input->seen = input->told = (CaptureSourceInfo){ .name = input->name, .live = live };
    g_ptr_array_add(capture->inputs, input);
    return input;
}

bool capture_add_file(Capture *capture, const char *path, GError **error)
{
    if (!may_add(capture, path, false, error))
        return false;
    ByteReaderOptions reading = { .follow = capture->options.follow, .stop = &capture->stop };
    ByteReader *reader = byte_reader_open(path, reading, error);
    if (!reader)
        return false;
    FileSourceOptions options = {
        .name = strcmp(path, "-") == 0 ? "standard input" : path,
        .source = (uint16_t)capture->inputs->len,
        .in_place = byte_reader_in_place_fd(reader) >= 0,
        .follow = capture->options.follow,
        .secrets = capture->secrets,
    };
    if (options.in_place)
        options.file = packet_store_add_file(capture->store, byte_reader_in_place_fd(reader));
    PacketSource *source = file_source_new(reader, &options, error);
    if (!source)
        return false;
    add_input(capture, path, source, false)->in_place = options.in_place;
    return true;
}

bool capture_add_device(Capture *capture, const char *device, GError **error)
{
    if (!may_add(capture, device, true, error))
        return false;
    PacketSource *source =
        live_source_new(device, &capture->options, (uint16_t)capture->inputs->len, error);
    if (!source)
        return false;
    add_input(capture, device, source, true);
    return true;
}

bool capture_add_listener(Capture *capture, const char *url, GError **error)
{
    if (!may_add(capture, url, true, error))
        return false;
    PacketSource *source =
        hep_listen_new(url, &capture->options, (uint16_t)capture->inputs->len, error);
    if (!source)
        return false;
    add_input(capture, url, source, true);
    return true;
}

static bool is_input(const Capture *capture, const char *path)
{
    struct stat written, read;
    if (stat(path, &written) != 0 || !S_ISREG(written.st_mode))
        return false;
    for (unsigned i = 0; i < capture->inputs->len; i++)
        if (stat(input_at(capture, i)->name, &read) == 0 && read.st_dev == written.st_dev &&
            read.st_ino == written.st_ino)
            return true;
    return false;
}

bool capture_set_output(Capture *capture, const CaptureOutput *output, GError **error)
{
    g_assert(!capture->thread && !capture->output);
    if (output->path && is_input(capture, output->path)) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE,
                    "%s: is being read and would be overwritten; write to another file",
                    output->path);
        return false;
    }
    capture->output = output_new(output, error);
    if (capture->output)
        secrets_queue_copy(capture->secrets);
    return capture->output != NULL;
}

/* Makes what was counted visible to other threads. */
static void publish(Capture *capture)
{
    capture->published_us = g_get_monotonic_time();
    for (unsigned i = 0; i < capture->inputs->len; i++) {
        Input *input = input_at(capture, i);
        SourceStats stats;
        packet_source_stats(input->source, &stats);
        input->seen.bytes_read = stats.bytes_read;
        input->seen.bytes_total = stats.bytes_total;
        input->seen.drops.kernel = stats.kernel_drops;
        input->seen.drops.interface = stats.interface_drops;
        input->seen.refused = stats.refused;
        const char *failure = stats.failure;
        if (!failure && capture->filter)
            failure = packet_filter_failure(capture->filter);
        g_mutex_lock(&capture->lock);
        if (failure && !input->failure)
            input->failure = g_strdup(failure);
        input->seen.failure = input->failure;
        input->told = input->seen;
        g_mutex_unlock(&capture->lock);
    }
    if (!capture->output)
        return;
    g_mutex_lock(&capture->lock);
    if (!capture->output_failure)
        capture->output_failure = g_strdup(output_failure(capture->output));
    g_mutex_unlock(&capture->lock);
}

static uint64_t all_drops(const Capture *capture)
{
    uint64_t drops = 0;

    for (unsigned i = 0; i < capture->inputs->len; i++) {
        const Input *input = input_at(capture, i);
        SourceStats stats;
        packet_source_stats(input->source, &stats);
        drops += stats.kernel_drops + stats.interface_drops + input->seen.drops.rung;
    }
    return drops;
}

/* A block without packets goes only when it has losses to tell. */
static void hand_over(Capture *capture, PacketBlock *block, bool live)
{
    uint64_t drops = all_drops(capture);
    bool tells = block->count > 0 || drops != capture->told_drops;

    block->drops = drops;
    block->drops_are_of_now = live;
    if (tells && block_queue_try_push(capture->ready, block))
        capture->told_drops = drops;
    else
        capture_recycle(capture, block);
}

static void publish_sometimes(Capture *capture)
{
    if (g_get_monotonic_time() - capture->published_us >= PUBLISH_US)
        publish(capture);
}

static void count_packets(Capture *capture, const PacketBlock *block, unsigned from)
{
    if (capture->inputs->len == 1) {
        input_at(capture, 0)->seen.packets += block->count - from;
        return;
    }
    for (unsigned i = from; i < block->count; i++)
        input_at(capture, block->packets[i].source)->seen.packets++;
}

static void keep_packets(Capture *capture, PacketBlock *block, unsigned from)
{
    if (capture->inputs->len == 1 && input_at(capture, 0)->in_place)
        return;
    for (unsigned i = from; i < block->count; i++) {
        Packet *packet = &block->packets[i];
        if (!input_at(capture, packet->source)->in_place)
            packet->ref = packet_store_keep_packet(capture->store, packet);
    }
}

/* The secrets that stood before these packets, or among them, go before them. */
static bool write_out(Capture *capture, PacketBlock *block, unsigned from)
{
    GBytes *secrets;

    while ((secrets = secrets_queue_pop_copy(capture->secrets))) {
        output_secrets(capture->output, g_bytes_get_data(secrets, NULL), g_bytes_get_size(secrets));
        g_bytes_unref(secrets);
    }
    return output_write(capture->output, block, from);
}

/* What happens to every packet that is not thrown away. False when the output says to stop. */
static bool take_in(Capture *capture, PacketBlock *block, unsigned from)
{
    bool go_on = !capture->output || write_out(capture, block, from);
    count_packets(capture, block, from);
    keep_packets(capture, block, from);
    return go_on;
}

/* Waits for the first device that has something, or for what the files are waiting for. */
static void wait_for_more(Capture *capture)
{
    struct pollfd waits[POLL_MAX] = { { .fd = capture->stop_fd, .events = POLLIN } };
    unsigned count = 1;
    if (capture->merge)
        waits[count++] = (struct pollfd){ .fd = capture->merge->poll_fd, .events = POLLIN };
    for (unsigned i = 0; !capture->merge && i < capture->inputs->len && count < POLL_MAX; i++) {
        int fd = input_at(capture, i)->source->poll_fd;
        waits[count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
    }
    poll(waits, count, WAIT_MS);
}

static bool stop_asked(Capture *capture)
{
    return atomic_load(&capture->stop);
}

/* Offline: a block is waited for. */
static void run_files(Capture *capture)
{
    PacketSource *source = capture->merge ? capture->merge : input_at(capture, 0)->source;
    SourceStatus status = SOURCE_MORE;
    bool go_on = true;
    while (go_on && status != SOURCE_END && !stop_asked(capture)) {
        PacketBlock *block = block_queue_pop(capture->pool, WAIT_US);
        if (!block)
            continue;
        status = packet_source_fill(source, block);
        if (capture->filter)
            packet_filter_apply(capture->filter, block);
        go_on = take_in(capture, block, 0);
        hand_over(capture, block, false);
        publish_sometimes(capture);
        if (status == SOURCE_IDLE)
            wait_for_more(capture);
    }
}

/* The block that live packets go to: the scratch block when they are not to be handed on, or when
 * the readers hold all others. */
static PacketBlock *live_block(Capture *capture, PacketBlock **current, bool paused)
{
    if (paused)
        return capture->scratch;
    if (!*current)
        *current = block_queue_pop(capture->pool, 0);
    return *current ? *current : capture->scratch;
}

static void throw_away(Capture *capture, bool paused)
{
    for (unsigned i = 0; i < capture->scratch->count; i++) {
        CaptureDrops *drops = &input_at(capture, capture->scratch->packets[i].source)->seen.drops;
        *(paused ? &drops->paused : &drops->rung) += 1;
    }
    packet_block_reset(capture->scratch);
}

static void push_current(Capture *capture, PacketBlock **current)
{
    PacketBlock *block = *current;
    *current = NULL;
    if (block)
        hand_over(capture, block, true);
}

/* Takes what one device has, a bounded number of times. False when the output says to stop. */
static bool drain_device(Capture *capture, Input *input, PacketBlock **current)
{
    SourceStatus status = SOURCE_MORE;
    bool go_on = true;
    for (int round = 0; go_on && status == SOURCE_MORE && round < DRAIN_ROUNDS; round++) {
        bool paused = atomic_load(&capture->paused);
        PacketBlock *block = live_block(capture, current, paused);
        unsigned from = block->count;
        status = packet_source_fill(input->source, block);
        bool full = block->count == from && status == SOURCE_MORE;
        if (!paused)
            go_on = take_in(capture, block, from);
        if (block == capture->scratch)
            throw_away(capture, paused);
        else if (full)
            push_current(capture, current);
    }
    input->ended = status == SOURCE_END;
    return go_on;
}

/* One turn over all devices. False when there is no reason to go on. */
static bool drain_devices(Capture *capture, PacketBlock **current)
{
    bool any = false;
    for (unsigned i = 0; i < capture->inputs->len; i++) {
        Input *input = input_at(capture, i);
        if (!input->ended && !drain_device(capture, input, current))
            return false;
        any |= !input->ended;
    }
    if (block_queue_length(capture->ready) == 0)
        push_current(capture, current);
    return any;
}

static bool tick(Capture *capture)
{
    if (g_get_monotonic_time() - capture->published_us < PUBLISH_US)
        return true;
    publish(capture);
    return !capture->output || output_tick(capture->output, g_get_real_time() * 1000);
}

static void run_devices(Capture *capture)
{
    PacketBlock *current = NULL;
    bool go_on = tick(capture);
    while (go_on && !stop_asked(capture)) {
        wait_for_more(capture);
        go_on = drain_devices(capture, &current) && tick(capture);
    }
    if (go_on)
        drain_devices(capture, &current);
    push_current(capture, &current);
}

static void *run(void *data)
{
    Capture *capture = data;
    if (input_at(capture, 0)->live)
        run_devices(capture);
    else
        run_files(capture);
    if (capture->output)
        output_close(capture->output);
    publish(capture);
    block_queue_close(capture->ready);
    return NULL;
}

static void make_blocks(Capture *capture, unsigned count)
{
    capture->pool = block_queue_new(count);
    capture->ready = block_queue_new(count);
    for (unsigned i = 0; i < count; i++)
        block_queue_try_push(capture->pool, packet_block_new());
}

static void make_merge(Capture *capture)
{
    g_autofree PacketSource **sources = g_new(PacketSource *, capture->inputs->len);
    for (unsigned i = 0; i < capture->inputs->len; i++)
        sources[i] = input_at(capture, i)->source;
    MergeOptions options = { .wait_for_all = !capture->options.follow };
    capture->merge = merge_source_new(sources, capture->inputs->len, options);
}

bool capture_start(Capture *capture, GError **error)
{
    g_assert(!capture->thread);
    if (capture->inputs->len == 0) {
        g_set_error_literal(
            error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
            "nothing to read: name a file with -r, a device with -i or a URL with -L");
        return false;
    }
    bool live = input_at(capture, 0)->live;
    if (live && !privileges_drop(capture->options.run_as, error))
        return false;
    if (!live && capture->options.capture_filter) {
        capture->filter = packet_filter_new(capture->options.capture_filter, error);
        if (!capture->filter)
            return false;
    }
    if (!live && capture->inputs->len > 1)
        make_merge(capture);
    make_blocks(capture, live ? LIVE_BLOCKS : OFFLINE_BLOCKS);
    if (live)
        capture->scratch = packet_block_new();
    capture->thread = g_thread_new("capture", run, capture);
    return true;
}

void capture_stop(Capture *capture)
{
    int saved_errno = errno; /* this may be a signal handler */
    atomic_store(&capture->stop, true);
    eventfd_write(capture->stop_fd, 1);
    errno = saved_errno;
}

void capture_set_paused(Capture *capture, bool paused)
{
    atomic_store(&capture->paused, paused);
}

PacketBlock *capture_pop(Capture *capture, int64_t timeout_us)
{
    return block_queue_pop(capture->ready, timeout_us);
}

void capture_recycle(Capture *capture, PacketBlock *block)
{
    packet_block_reset(block);
    if (!block_queue_try_push(capture->pool, block))
        packet_block_free(block);
}

bool capture_ended(Capture *capture)
{
    return block_queue_ended(capture->ready);
}

PacketStore *capture_store(Capture *capture)
{
    return capture->store;
}

SecretsQueue *capture_secrets(Capture *capture)
{
    return capture->secrets;
}

unsigned capture_source_count(const Capture *capture)
{
    return capture->inputs->len;
}

void capture_source_info(Capture *capture, unsigned index, CaptureSourceInfo *out)
{
    Input *input = input_at(capture, index);
    g_mutex_lock(&capture->lock);
    *out = input->told;
    g_mutex_unlock(&capture->lock);
}

const char *capture_output_failure(Capture *capture)
{
    g_mutex_lock(&capture->lock);
    const char *failure = capture->output_failure;
    g_mutex_unlock(&capture->lock);
    return failure;
}
