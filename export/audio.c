#include "export/audio.h"
#include "capture/capture.h"
#include "dissect/net/net_packet.h"
#include "export/audio_plan.h"
#include "export/playout.h"
#include <errno.h>

#define OPEN_MAX_CALLS   128u /* at once: files, and a window of each in memory */
#define SENT_BUFFER_MS   1000u
#define LENGTH_MAX_NS    (12 * 3600 * NS_PER_S) /* of a file: a wrong clock must not fill a disk */
#define SETTLED_NS       (1500 * NS_PER_MS)     /* behind a buffer nothing changes any more */
#define SWEEP_NS         NS_PER_S
#define PROGRESS_PACKETS 16384u

typedef struct PlayingCall PlayingCall;

typedef struct PlayingStream {
    const AudioStream *stream; /* borrowed */
    PlayingCall *call;
    unsigned side;
    Playout *playout;           /* NULL before its first packet */
    struct PlayingStream *next; /* with the same key */
} PlayingStream;

struct PlayingCall {
    const AudioCall *call; /* borrowed */
    struct AudioRun *run;
    unsigned count;
    PlayingStream *streams; /* owned */
    AudioFile *file;        /* NULL before the first sound, and when it cannot be opened */
    bool started, closed;
    int64_t now_ns;
};

typedef struct AudioRun {
    const AudioOptions *options;
    GHashTable *index;  /* StreamKey* -> PlayingStream*, the first of a list */
    GPtrArray *playing; /* PlayingCall* of this pass; owned */
    GPtrArray *open;    /* of those, the ones that began and did not end; borrowed */
    unsigned buffer_ms;
    int64_t swept_ns;
    uint64_t seen, total; /* packets, over all passes */
    unsigned files;
    bool stopped;
    GError *error;
} AudioRun;

static guint key_hash(gconstpointer key)
{
    const StreamKey *stream = key;
    return (guint)hash_mix(endpoint_hash(stream->source) ^ stream->ssrc ^ hash_seed(),
                           endpoint_hash(stream->destination) | 1);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const StreamKey *first = a, *second = b;
    return first->ssrc == second->ssrc && endpoint_equal(first->source, second->source) &&
           endpoint_equal(first->destination, second->destination);
}

/* --- one call --- */

static void open_file(PlayingCall *call)
{
    AudioRun *run = call->run;
    const AudioStyle *style = &run->options->style;
    g_autofree char *name =
        g_strdup_printf("%s.%s", call->call->name, audio_format_name(style->format));
    g_autofree char *path = g_build_filename(run->options->folder, name, NULL);

    call->file =
        audio_file_open(path, style->format, call->call->rate_hz, style->mixed, &run->error);
    run->files += call->file != NULL;
}

static void take_sound(int64_t at, const int16_t *samples, size_t count, void *context)
{
    PlayingStream *stream = context;
    PlayingCall *call = stream->call;

    if (!call->file && !call->run->error)
        open_file(call);
    if (call->file)
        audio_file_add(call->file, stream->side, at, samples, count);
}

static void begin_stream(PlayingStream *stream)
{
    const PlayingCall *call = stream->call;
    const PlayoutSetup setup = {
        .payloads = stream->stream->payloads,
        .origin_ns = call->call->first_ns,
        .last_ns = stream->stream->last_ns,
        .rate_hz = call->call->rate_hz,
        .buffer_ms = call->run->buffer_ms,
        .conceal = !call->run->options->style.sent,
        .sink = take_sound,
        .context = stream,
    };
    stream->playout = playout_new(&setup);
}

static void advance_call(PlayingCall *call, int64_t time_ns)
{
    call->now_ns = MAX(call->now_ns, time_ns);
    for (unsigned i = 0; i < call->count; i++)
        if (call->streams[i].playout)
            playout_advance(call->streams[i].playout, call->now_ns);
    int64_t settled_ns =
        call->now_ns - call->call->first_ns - SETTLED_NS - call->run->buffer_ms * NS_PER_MS;
    if (call->file && settled_ns > 0)
        audio_file_advance(call->file, settled_ns / NS_PER_MS * call->call->rate_hz / 1000);
}

static void remark_count(const PlayingStream *stream, uint64_t count, const char *what)
{
    const StreamKey *key = &stream->stream->key;
    const AudioOptions *options = stream->call->run->options;
    char source[ENDPOINT_TEXT_SIZE], destination[ENDPOINT_TEXT_SIZE];

    if (count == 0)
        return;
    g_autofree char *line = g_strdup_printf(
        "call %u: %s -> %s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " packets %s",
        stream->call->call->number, endpoint_format(key->source, source, sizeof source),
        endpoint_format(key->destination, destination, sizeof destination), count,
        playout_counts(stream->playout)->packets, what);
    options->remark(line, options->context);
}

static void close_call(PlayingCall *call)
{
    AudioRun *run = call->run;

    for (unsigned i = 0; i < call->count; i++) {
        PlayingStream *stream = &call->streams[i];
        if (!stream->playout)
            continue;
        playout_finish(stream->playout);
        const PlayoutCounts *counts = playout_counts(stream->playout);
        remark_count(stream, counts->undecodable, "could not be decoded");
        remark_count(stream, counts->encrypted, "seem encrypted and are left out");
        playout_free(g_steal_pointer(&stream->playout));
    }
    call->closed = true;
    if (call->file)
        audio_file_close(g_steal_pointer(&call->file), run->error ? NULL : &run->error);
}

static void close_ended(AudioRun *run, int64_t now_ns)
{
    for (unsigned i = run->open->len; i-- > 0;) {
        PlayingCall *call = g_ptr_array_index(run->open, i);
        if (call->call->last_ns >= now_ns - SWEEP_NS)
            continue;
        close_call(call);
        g_ptr_array_remove_index_fast(run->open, i);
    }
    run->swept_ns = now_ns;
}

/* --- packets --- */

static bool is_within(const PlayingStream *stream, int64_t time_ns)
{
    int64_t at_ns = time_between(stream->call->call->first_ns, time_ns);

    return time_ns >= stream->stream->first_ns && time_ns <= stream->stream->last_ns &&
           at_ns >= 0 && at_ns < LENGTH_MAX_NS && !stream->call->closed;
}

static PlayingStream *stream_of(const AudioRun *run, const NetPacket *net, uint32_t ssrc,
                                int64_t time_ns)
{
    const StreamKey key = { net->source, net->destination, ssrc };

    for (PlayingStream *stream = g_hash_table_lookup(run->index, &key); stream;
         stream = stream->next)
        if (is_within(stream, time_ns))
            return stream;
    return NULL;
}

static void play_packet(AudioRun *run, PlayingStream *stream, const RtpPacket *rtp, int64_t time_ns)
{
    PlayingCall *call = stream->call;

    if (!call->started) {
        call->started = true;
        call->now_ns = time_ns;
        g_ptr_array_add(run->open, call);
    }
    if (!stream->playout)
        begin_stream(stream);
    playout_packet(stream->playout, rtp, time_ns);
    advance_call(call, time_ns);
}

static bool goes_on(AudioRun *run)
{
    const AudioOptions *options = run->options;

    if (++run->seen % PROGRESS_PACKETS != 0 || !options->progress)
        return !run->error;
    double done = run->total ? (double)MIN(run->seen, run->total) / (double)run->total : 0;
    run->stopped = !options->progress(done, options->context);
    return !run->stopped && !run->error;
}

static bool visit(const Packet *packet, void *context)
{
    AudioRun *run = context;
    NetPacket net;
    RtpPacket rtp;

    if (net_decode(packet, &net) == DISSECT_OK && net.ip_protocol == IP_PROTOCOL_UDP &&
        !net.fragment.present && rtp_parse(net.payload, net.payload_on_wire, &rtp) == DISSECT_OK) {
        PlayingStream *stream = stream_of(run, &net, rtp.ssrc, packet->time_ns);
        if (stream)
            play_packet(run, stream, &rtp, packet->time_ns);
    }
    if (run->swept_ns == TIME_UNKNOWN)
        run->swept_ns = packet->time_ns;
    if (time_between(run->swept_ns, packet->time_ns) > SWEEP_NS)
        close_ended(run, packet->time_ns);
    return goes_on(run);
}

/* --- passes --- */

static void free_playing(gpointer data)
{
    PlayingCall *call = data;

    if (!call->closed)
        close_call(call);
    g_free(call->streams);
    g_free(call);
}

static void add_playing(AudioRun *run, const AudioCall *call)
{
    PlayingCall *playing = g_new0(PlayingCall, 1);

    *playing = (PlayingCall){ .call = call, .run = run, .count = call->streams->len };
    playing->streams = g_new0(PlayingStream, playing->count);
    for (unsigned i = 0; i < playing->count; i++) {
        PlayingStream *stream = &playing->streams[i];
        stream->stream = &g_array_index(call->streams, AudioStream, i);
        stream->call = playing;
        stream->side = stream->stream->from_caller ? AUDIO_LEFT : AUDIO_RIGHT;
        stream->next = g_hash_table_lookup(run->index, &stream->stream->key);
        g_hash_table_replace(run->index, (gpointer)&stream->stream->key, stream);
    }
    g_ptr_array_add(run->playing, playing);
}

/* Takes the calls out of @plan that go on in no more than OPEN_MAX_CALLS at once. */
static void choose_calls(AudioRun *run, GPtrArray *plan)
{
    int64_t free_from[OPEN_MAX_CALLS];
    unsigned left = 0;

    for (unsigned i = 0; i < OPEN_MAX_CALLS; i++)
        free_from[i] = INT64_MIN;
    for (unsigned i = 0; i < plan->len; i++) {
        AudioCall *call = g_ptr_array_index(plan, i);
        unsigned slot = 0;
        while (slot < OPEN_MAX_CALLS && free_from[slot] > call->first_ns)
            slot++;
        if (slot == OPEN_MAX_CALLS) {
            plan->pdata[left++] = call;
            continue;
        }
        free_from[slot] = call->last_ns + 3 * SWEEP_NS;
        add_playing(run, call);
    }
    g_ptr_array_set_size(plan, (int)left);
}

static bool run_pass(AudioRun *run, PacketStore *store, GPtrArray *waiting, GError **error)
{
    run->index = g_hash_table_new(key_hash, key_equal);
    run->playing = g_ptr_array_new_with_free_func(free_playing);
    run->open = g_ptr_array_new();
    run->swept_ns = TIME_UNKNOWN;
    choose_calls(run, waiting);
    bool read = packet_store_scan(store, visit, run, error);
    g_ptr_array_unref(run->playing);
    g_ptr_array_unref(run->open);
    g_hash_table_unref(run->index);
    if (!read)
        return false;
    if (run->error)
        g_propagate_error(error, g_steal_pointer(&run->error));
    return !*error;
}

static bool make_folder(const char *folder, GError **error)
{
    if (g_mkdir_with_parents(folder, 0777) == 0)
        return true;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", folder, g_strerror(errno));
    return false;
}

bool audio_export(Model *model, PacketStore *store, const AudioOptions *options,
                  unsigned *out_files, GError **error)
{
    AudioRun run = { .options = options,
                     .buffer_ms = options->style.sent ? SENT_BUFFER_MS : options->style.buffer_ms };
    g_autoptr(GError) failure = NULL;

    if (!make_folder(options->folder, error))
        return false;
    GPtrArray *plan = audio_plan_new(model, options);
    g_autoptr(GPtrArray) waiting = g_ptr_array_copy(plan, NULL, NULL);
    run.total = model->facts.packets * (1 + waiting->len / OPEN_MAX_CALLS);
    while (waiting->len > 0 && !run.stopped && run_pass(&run, store, waiting, &failure))
        ;
    audio_plan_free(plan, model);
    if (out_files)
        *out_files = run.files;
    if (!failure)
        return true;
    g_propagate_error(error, g_steal_pointer(&failure));
    return false;
}
