#include "export/audio_pass.h"
#include "dissect/media/jitter_buffer.h"
#include "export/media_reader.h"

#define OPEN_MAX_CALLS   128u /* at once: files, and a window of each in memory */
#define SENT_BUFFER_MS   1000u
#define LENGTH_MAX_NS    (12 * 3600 * NS_PER_S) /* of a call: a wrong clock must not fill a disk */
#define SETTLED_NS       (1500 * NS_PER_MS)     /* behind a buffer nothing changes any more */
#define SWEEP_NS         NS_PER_S
#define BEYOND_NS        (60 * NS_PER_S) /* behind the last call nothing is looked for */
#define PROGRESS_PACKETS 16384u

struct AudioPass {
    const AudioPassSetup *setup;
    unsigned buffer_ms;
    SrtpPool *srtp;
    MediaReader *reader;       /* of this pass */
    bool framed;               /* some of it is framed in TCP */
    GHashTable *index;         /* StreamKey* -> PlayingStream*, the first of a list */
    GPtrArray *playing;        /* PlayingCall* of this pass; owned */
    GPtrArray *open;           /* of those, the ones that began and did not end; borrowed */
    int64_t first_ns, last_ns; /* of the calls of this pass */
    int64_t swept_ns;
    uint64_t seen, total; /* packets, over all passes */
    bool stopped;
    GError *error;
};

void *audio_pass_context(const AudioPass *pass)
{
    return pass->setup->context;
}

void audio_pass_fail(AudioPass *pass, GError *error)
{
    if (pass->error)
        g_error_free(error);
    else
        pass->error = error;
}

bool audio_pass_failed(const AudioPass *pass)
{
    return pass->error != NULL;
}

bool audio_pass_was_stopped(const AudioPass *pass)
{
    return pass->stopped || pass->error;
}

const char *audio_stream_fault(const AudioStream *stream, const PlayoutCounts *counts)
{
    uint64_t packets = counts ? counts->packets : 0;

    if (packets == 0 && stream->packets > 0)
        return "its packets are no longer kept";
    if (counts->encrypted > 0)
        return "seems encrypted: SRTP tags behind the payload";
    if (counts->cut > 0)
        return "payload not captured whole (snap length)";
    if (packets < stream->packets && stream->quiet_from_ns == stream->quiet_until_ns)
        return "not all of its packets are still kept";
    return counts->undecodable > 0 ? "some packets cannot be decoded" : NULL;
}

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

static void take_sound(int64_t at, const int16_t *samples, size_t count, void *context)
{
    PlayingStream *stream = context;
    stream->call->pass->setup->listener->sound(stream, at, samples, count);
}

static void take_missing(int64_t from, int64_t to, void *context)
{
    PlayingStream *stream = context;
    stream->call->pass->setup->listener->missing(stream, from, to);
}

static void begin_stream(PlayingStream *stream)
{
    const PlayingCall *call = stream->call;
    const AudioStyle *style = call->pass->setup->style;
    const PlayoutSetup setup = {
        .payloads = stream->stream->payloads,
        .origin_ns = call->call->first_ns,
        .last_ns = stream->stream->last_ns,
        .rate_hz = call->call->rate_hz,
        .channels = stream->channels,
        .buffer_ms = call->pass->buffer_ms,
        .adaptive = style->adaptive && !style->sent,
        .conceal = !style->sent,
        .sink = take_sound,
        .missing = call->pass->setup->listener->missing ? take_missing : NULL,
        .context = stream,
    };
    stream->playout = playout_new(&setup);
}

static void advance_call(PlayingCall *call, int64_t time_ns)
{
    const AudioListener *listener = call->pass->setup->listener;

    call->now_ns = MAX(call->now_ns, time_ns);
    for (unsigned i = 0; i < call->count; i++)
        if (call->streams[i].playout)
            playout_advance(call->streams[i].playout, call->now_ns);
    int64_t settled_ns =
        call->now_ns - call->call->first_ns - SETTLED_NS - call->pass->buffer_ms * NS_PER_MS;
    if (listener->settled && settled_ns > 0)
        listener->settled(call, settled_ns / NS_PER_MS * call->call->rate_hz / 1000);
}

static void close_call(PlayingCall *call)
{
    for (unsigned i = 0; i < call->count; i++)
        if (call->streams[i].playout)
            playout_finish(call->streams[i].playout);
    call->closed = true;
    call->pass->setup->listener->ended(call);
    for (unsigned i = 0; i < call->count; i++) {
        playout_free(g_steal_pointer(&call->streams[i].playout));
        g_clear_pointer(&call->streams[i].srtp, srtp_context_free);
    }
}

static void close_ended(AudioPass *pass, int64_t now_ns)
{
    for (unsigned i = pass->open->len; i-- > 0;) {
        PlayingCall *call = g_ptr_array_index(pass->open, i);
        if (call->call->last_ns >= now_ns - SWEEP_NS)
            continue;
        close_call(call);
        g_ptr_array_remove_index_fast(pass->open, i);
    }
    pass->swept_ns = now_ns;
}

/* --- packets --- */

static bool is_within(const PlayingStream *stream, int64_t time_ns)
{
    int64_t at_ns = time_between(stream->call->call->first_ns, time_ns);

    return audio_stream_is_heard(stream->stream, time_ns) && at_ns >= 0 && at_ns < LENGTH_MAX_NS &&
           !stream->call->closed;
}

static PlayingStream *stream_of(const AudioPass *pass, const NetPacket *net, const RtpPacket *rtp,
                                int64_t time_ns)
{
    const StreamKey key = { net->source, net->destination, rtp->ssrc, 0 };
    PlayingStream *nearest = NULL;
    unsigned least = UINT_MAX;

    for (PlayingStream *stream = g_hash_table_lookup(pass->index, &key); stream;
         stream = stream->next) {
        if (!is_within(stream, time_ns))
            continue;
        if (network_trail_is_nearer(&stream->trail, net, rtp->seq, &least))
            nearest = stream;
    }
    if (nearest)
        network_trail_take(&nearest->trail, rtp->seq);
    return nearest;
}

static void play_packet(AudioPass *pass, PlayingStream *stream, const RtpPacket *rtp,
                        int64_t time_ns)
{
    PlayingCall *call = stream->call;

    if (!call->started) {
        call->started = true;
        call->now_ns = time_ns;
        g_ptr_array_add(pass->open, call);
    }
    if (!stream->playout)
        begin_stream(stream);
    playout_packet(stream->playout, rtp, time_ns);
    advance_call(call, time_ns);
}

/* Only what authenticates is heard: @rtp becomes what it was before it was encrypted. */
static bool open_packet(AudioPass *pass, PlayingStream *stream, const NetPacket *net,
                        RtpPacket *rtp)
{
    bool whole = net->payload.len == net->payload_on_wire;
    Slice plain;

    if (!stream->srtp) {
        stream->srtp = srtp_context_new(pass->srtp, stream->stream->key.ssrc);
        srtp_context_add_keys(stream->srtp, stream->stream->keys, stream->stream->key_count);
    }
    return srtp_context_rtp(stream->srtp, net->payload, whole, &plain) == SRTP_OPEN &&
           rtp_parse(plain, plain.len, rtp) == DISSECT_OK;
}

static bool goes_on(AudioPass *pass)
{
    const AudioPassSetup *setup = pass->setup;

    if (++pass->seen % PROGRESS_PACKETS != 0 || !setup->progress)
        return !pass->error;
    double done = pass->total ? (double)MIN(pass->seen, pass->total) / (double)pass->total : 0;
    pass->stopped = !setup->progress(done, setup->progress_context);
    return !pass->stopped && !pass->error;
}

static void take_datagram(const NetPacket *net, int64_t time_ns, void *context)
{
    AudioPass *pass = context;
    RtpPacket rtp;

    DissectStatus status = rtp_parse(net->payload, net->payload_on_wire, &rtp);
    if (status != DISSECT_OK && status != DISSECT_MALFORMED) /* a padding may be encrypted */
        return;
    PlayingStream *stream = stream_of(pass, net, &rtp, time_ns);
    if (stream &&
        (stream->stream->keys ? open_packet(pass, stream, net, &rtp) : status == DISSECT_OK))
        play_packet(pass, stream, &rtp, time_ns);
}

/* A connection has to be read from its beginning. */
static void take_packet(AudioPass *pass, const Packet *packet)
{
    bool early = packet->time_ns < pass->first_ns;
    NetPacket net;

    if ((early && !pass->framed) || !media_reader_datagram(pass->reader, packet, &net) || early)
        return;
    media_reader_unwrap(&net);
    take_datagram(&net, packet->time_ns, pass);
}

static bool visit(const Packet *packet, void *context)
{
    AudioPass *pass = context;

    take_packet(pass, packet);
    if (pass->swept_ns == TIME_UNKNOWN)
        pass->swept_ns = packet->time_ns;
    if (time_between(pass->swept_ns, packet->time_ns) > SWEEP_NS)
        close_ended(pass, packet->time_ns);
    return goes_on(pass) && time_between(pass->last_ns, packet->time_ns) < BEYOND_NS;
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

static void add_playing(AudioPass *pass, const AudioCall *call)
{
    PlayingCall *playing = g_new0(PlayingCall, 1);

    *playing = (PlayingCall){ .call = call, .pass = pass, .count = call->streams->len };
    playing->streams = g_new0(PlayingStream, playing->count);
    for (unsigned i = 0; i < playing->count; i++) {
        PlayingStream *stream = &playing->streams[i];
        stream->stream = &g_array_index(call->streams, AudioStream, i);
        stream->call = playing;
        stream->trail.network = stream->stream->key.network;
        stream->channels = pass->setup->own_channels ? stream->stream->channels : 1;
        stream->next = g_hash_table_lookup(pass->index, &stream->stream->key);
        g_hash_table_replace(pass->index, (gpointer)&stream->stream->key, stream);
    }
    pass->first_ns = MIN(pass->first_ns, call->first_ns);
    pass->last_ns = MAX(pass->last_ns, call->last_ns);
    g_ptr_array_add(pass->playing, playing);
}

/* Takes the calls out of @plan that go on in no more than OPEN_MAX_CALLS at once. */
static void choose_calls(AudioPass *pass, GPtrArray *plan)
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
        add_playing(pass, call);
    }
    g_ptr_array_set_size(plan, (int)left);
}

static void follow_tcp(AudioPass *pass)
{
    g_autoptr(GString) secrets = g_string_new(NULL);

    pass->framed = false;
    for (unsigned i = 0; i < pass->playing->len; i++) {
        const PlayingCall *playing = g_ptr_array_index(pass->playing, i);
        if (!playing->call->secrets)
            continue;
        g_string_append(secrets, playing->call->secrets->str);
        pass->framed = true;
    }
    if (pass->framed)
        media_reader_follow_tcp(pass->reader, secrets->str, take_datagram, pass);
}

static bool run_pass(AudioPass *pass, PacketStore *store, GPtrArray *waiting, GError **error)
{
    pass->index = g_hash_table_new(key_hash, key_equal);
    pass->playing = g_ptr_array_new_with_free_func(free_playing);
    pass->open = g_ptr_array_new();
    pass->reader = media_reader_new(((const AudioCall *)pass->setup->plan->pdata[0])->rules);
    pass->swept_ns = TIME_UNKNOWN;
    pass->first_ns = INT64_MAX;
    pass->last_ns = INT64_MIN;
    choose_calls(pass, waiting);
    follow_tcp(pass);
    bool read = packet_store_scan(store, visit, pass, error);
    media_reader_finish(pass->reader);
    g_ptr_array_unref(pass->playing);
    g_ptr_array_unref(pass->open);
    g_hash_table_unref(pass->index);
    media_reader_free(pass->reader);
    return read;
}

static GPtrArray *audible_calls(const GPtrArray *plan)
{
    GPtrArray *calls = g_ptr_array_new();

    for (unsigned i = 0; i < plan->len; i++) {
        AudioCall *call = g_ptr_array_index(plan, i);
        if (call->streams->len > 0)
            g_ptr_array_add(calls, call);
    }
    return calls;
}

bool audio_pass_run(PacketStore *store, const AudioPassSetup *setup, GError **error)
{
    const AudioStyle *style = setup->style;
    g_autoptr(GPtrArray) waiting = audible_calls(setup->plan);
    AudioPass pass = {
        .setup = setup,
        .buffer_ms = style->sent ? SENT_BUFFER_MS : style->buffer_ms,
        .total = setup->packets * (1 + waiting->len / OPEN_MAX_CALLS),
    };
    bool read = true;

    pass.srtp = srtp_pool_new();
    if (style->adaptive && !style->sent)
        pass.buffer_ms = JITTER_MARGIN_MS;
    while (read && waiting->len > 0 && !pass.stopped && !pass.error)
        read = run_pass(&pass, store, waiting, error);
    srtp_pool_free(pass.srtp);
    if (!read) {
        g_clear_error(&pass.error);
        return false;
    }
    if (!pass.error)
        return true;
    g_propagate_error(error, pass.error);
    return false;
}
