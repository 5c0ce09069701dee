#include "export/playout.h"
#include "dissect/base/clock.h"
#include "dissect/media/codec/decoder.h"
#include "dissect/media/jitter_buffer.h"
#include "dissect/media/red.h"
#include "export/resampler.h"

#define DECODERS_MAX     8u         /* payload types of one stream that are played */
#define WAITING_MAX      1024u      /* packets in the buffer, */
#define WAITING_BYTES    (1u << 20) /* and their bytes */
#define DISCONTINUITY_NS NS_PER_S   /* timestamps and arrivals disagree by more */
#define TALKSPURT_NS     (200 * NS_PER_MS)
#define PAUSE_NS         NS_PER_S /* without packets: noise goes on without waiting for more */
#define MAKE_UP_NS       NS_PER_S /* of a loss; the rest is silence */
#define SEQ_JUMP_MAX     3000     /* RFC 3550 A.1 */
#define SEQ_MISORDER_MAX 100
#define NEAR_PER_S       1000u /* a millisecond off is no gap */
#define CLOCK_MAX_HZ     192000u
#define SPREAD_FRAMES    1024u
#define RESYNC_MS        200u /* beyond the buffer: too early, see jitter_buffer.h */

/* One that waits to be played. */
typedef struct {
    int64_t seq; /* extended */
    int64_t at;
    const PayloadFormat *format;
    uint8_t *payload; /* owned */
    size_t length;
    bool stretched; /* the buffer grew: what is between it and the packet before is made up */
    bool redundant; /* came within a later packet */
} Waiting;

typedef struct {
    uint8_t payload_type;
    Decoder *decoder; /* NULL: there is none */
} PlayoutCodec;

struct Playout {
    PlayoutSetup setup;
    PlayoutCounts counts;

    /* Arrival: timestamps to positions. */
    FixedBuffer fixed;
    AdaptiveBuffer *adaptive; /* owned; NULL: the fixed one */
    bool started, grew;       /* @grew: the adaptive one did since the last packet that is held */
    uint32_t clock_hz, last_ts;
    int64_t ticks, last_seq, last_arrival_ns; /* of the last packet; @ticks are extended */
    int64_t first_seq;                        /* where numbers began */
    int64_t carried_ns;                       /* of the transit, from before timestamps broke */
    int64_t transit_ns;                       /* of the last packet */
    int64_t segment_ticks, segment_at;        /* one moment on both scales */

    /* The buffer, in order of @seq. */
    GQueue waiting; /* Waiting* */
    size_t waiting_bytes;

    /* The output. */
    PlayoutCodec codecs[DECODERS_MAX];
    unsigned codec_count;
    Decoder *decoder;   /* that spoke last; borrowed; NULL: none yet */
    Decoder *noise;     /* RFC 3389, while it is to be heard; borrowed */
    int64_t tagged;     /* packets with the tag of SRTP, less those without */
    bool playing;       /* something was played: the following are valid */
    int64_t played_seq; /* of the last packet */
    int64_t base;       /* where what is going on began, and */
    uint64_t made;      /* how many frames of @rate_hz were made since */
    uint32_t rate_hz;
    Resampler *resampler; /* NULL: at the output's rate */
    int64_t resampled;    /* where its next sample belongs */
    int16_t samples[DECODER_SAMPLES_MAX];
};

Playout *playout_new(const PlayoutSetup *setup)
{
    Playout *playout = g_new0(Playout, 1);

    playout->setup = *setup;
    playout->fixed = fixed_buffer(setup->buffer_ms, setup->buffer_ms + RESYNC_MS);
    if (setup->adaptive) {
        playout->adaptive = g_new0(AdaptiveBuffer, 1);
        playout->setup.buffer_ms = JITTER_MARGIN_MS;
    }
    playout->rate_hz = setup->rate_hz;
    g_queue_init(&playout->waiting);
    return playout;
}

static void free_waiting(Playout *playout, Waiting *packet)
{
    playout->waiting_bytes -= packet->length;
    g_free(packet->payload);
    g_free(packet);
}

void playout_free(Playout *playout)
{
    if (!playout)
        return;
    while (!g_queue_is_empty(&playout->waiting))
        free_waiting(playout, g_queue_pop_head(&playout->waiting));
    for (unsigned i = 0; i < playout->codec_count; i++)
        decoder_free(playout->codecs[i].decoder);
    resampler_free(playout->resampler);
    g_free(playout->adaptive);
    g_free(playout);
}

const PlayoutCounts *playout_counts(const Playout *playout)
{
    return &playout->counts;
}

/* Times and clocks are bounded, so that nothing here overflows. */
static int64_t scale(int64_t value, int64_t from, int64_t to)
{
    return value / from * to + value % from * to / from;
}

static int64_t frames_of(int64_t duration_ns, uint32_t rate_hz)
{
    return scale(duration_ns, NS_PER_S, rate_hz);
}

/* --- the output --- */

static int64_t cursor(const Playout *playout)
{
    return playout->base + (int64_t)(playout->made * playout->setup.rate_hz / playout->rate_hz);
}

static void take_resampled(const int16_t *samples, size_t count, void *context)
{
    Playout *playout = context;

    playout->setup.sink(playout->resampled, samples, count, playout->setup.context);
    playout->resampled += (int64_t)count;
}

/* What follows is heard from @at on. */
static void go_to(Playout *playout, int64_t at)
{
    if (playout->resampler)
        resampler_drain(playout->resampler, take_resampled, playout);
    playout->base = playout->resampled = at;
    playout->made = 0;
}

static void set_rate(Playout *playout, uint32_t rate_hz)
{
    if (rate_hz == playout->rate_hz)
        return;
    go_to(playout, cursor(playout));
    resampler_free(playout->resampler);
    playout->rate_hz = rate_hz;
    playout->resampler =
        rate_hz == playout->setup.rate_hz
            ? NULL
            : resampler_new(rate_hz, playout->setup.rate_hz, playout->setup.channels);
}

static void emit(Playout *playout, const int16_t *samples, size_t count)
{
    if (playout->resampler)
        resampler_feed(playout->resampler, samples, count, take_resampled, playout);
    else if (playout->rate_hz == playout->setup.rate_hz)
        playout->setup.sink(cursor(playout), samples, count, playout->setup.context);
    playout->made += count;
}

/* In place: one channel of several. */
static void take_mean(int16_t *samples, size_t frames, unsigned channels)
{
    for (size_t i = 0; i < frames; i++) {
        int sum = 0;
        for (unsigned channel = 0; channel < channels; channel++)
            sum += samples[i * channels + channel];
        samples[i] = (int16_t)(sum / (int)channels);
    }
}

/* Two channels of one, or the first two of many. */
static void emit_pairs(Playout *playout, const int16_t *samples, size_t frames, unsigned channels)
{
    int16_t pairs[SPREAD_FRAMES * PLAYOUT_CHANNELS_MAX];

    while (frames > 0) {
        size_t part = MIN(frames, SPREAD_FRAMES);
        for (size_t i = 0; i < part; i++) {
            pairs[2 * i] = samples[i * channels];
            pairs[2 * i + 1] = samples[i * channels + (channels > 1)];
        }
        emit(playout, pairs, part);
        samples += part * channels;
        frames -= part;
    }
}

/* Sounds playout->samples [skip, frames) of @channels. */
static void sound(Playout *playout, size_t skip, size_t frames, unsigned channels)
{
    int16_t *samples = playout->samples + MIN(skip, frames) * channels;
    size_t count = frames - MIN(skip, frames);

    if (playout->setup.channels == 1 && channels > 1)
        take_mean(samples, count, channels);
    else if (playout->setup.channels != channels) {
        emit_pairs(playout, samples, count, channels);
        return;
    }
    emit(playout, samples, count);
}

/* Lets @decoder fill up to @at, with the help of the packet that follows. */
static void fill(Playout *playout, Decoder *decoder, int64_t at, Slice next)
{
    unsigned channels = decoder_channels(decoder);
    size_t capacity = DECODER_SAMPLES_MAX / channels;

    set_rate(playout, decoder_rate_hz(decoder));
    for (int64_t gap; (gap = at - cursor(playout)) > 0;) {
        uint64_t wanted = (uint64_t)gap * playout->rate_hz / playout->setup.rate_hz;
        size_t frames = (size_t)MIN(wanted, capacity);
        if (frames == 0)
            return;
        decoder_conceal(decoder, frames == wanted ? next : SLICE_EMPTY, playout->samples, frames);
        sound(playout, 0, frames, channels);
    }
}

/* --- the buffer --- */

static Decoder *decoder_for(Playout *playout, const PayloadFormat *format)
{
    PayloadFormat wanted = *format;

    for (unsigned i = 0; i < playout->codec_count; i++)
        if (playout->codecs[i].payload_type == format->payload_type)
            return playout->codecs[i].decoder;
    if (playout->codec_count == DECODERS_MAX)
        return NULL;
    if (format->kind == PAYLOAD_COMFORT_NOISE)
        wanted.clock_hz = playout->rate_hz; /* of the speech, whatever the RTP clock */
    playout->codecs[playout->codec_count] =
        (PlayoutCodec){ format->payload_type, decoder_new(&wanted) };
    return playout->codecs[playout->codec_count++].decoder;
}

/* Who is heard between two packets, @lost of which did not come? NULL: silence. */
static Decoder *filler(const Playout *playout, int64_t lost)
{
    if (playout->noise || !playout->decoder)
        return playout->noise;
    if (lost > 0)
        return playout->setup.conceal ? playout->decoder : NULL;
    return decoder_fills_pauses(playout->decoder) ? playout->decoder : NULL;
}

static void bridge(Playout *playout, const Waiting *packet)
{
    int64_t lost = packet->seq - playout->played_seq - 1;
    int64_t gap = packet->at - cursor(playout);
    int64_t longest = frames_of(MAKE_UP_NS, playout->setup.rate_hz);
    Decoder *decoder = filler(playout, lost);

    if (gap <= playout->setup.rate_hz / NEAR_PER_S)
        return;
    if (lost > 0 && playout->setup.missing)
        playout->setup.missing(cursor(playout), packet->at, playout->setup.context);
    if (packet->stretched && lost <= 0 && !playout->noise)
        decoder = playout->decoder;
    if (decoder && (lost <= 0 || playout->noise || gap <= longest))
        fill(playout, decoder, packet->at, slice_of(packet->payload, packet->length));
    if (decoder && lost > 0 && decoder == playout->decoder)
        playout->counts.concealed += (uint64_t)lost;
    if (packet->at - cursor(playout) > playout->setup.rate_hz / NEAR_PER_S)
        go_to(playout, packet->at);
}

/* False when nothing could be played: the packet counts as lost. */
static bool speak(Playout *playout, const Waiting *packet, Decoder *decoder)
{
    unsigned channels = decoder_channels(decoder);
    size_t frames =
        decoder_decode(decoder, slice_of(packet->payload, packet->length), playout->samples);

    set_rate(playout, decoder_rate_hz(decoder));
    int64_t ahead = cursor(playout) - packet->at;
    size_t skip = 0;
    if (ahead > playout->setup.rate_hz / NEAR_PER_S)
        skip = (size_t)((uint64_t)ahead * playout->rate_hz / playout->setup.rate_hz);
    bool played = frames > 0 || decoder_waits(decoder);
    for (; frames > 0; frames = decoder_more(decoder, playout->samples)) {
        size_t skipped = MIN(skip, frames);
        sound(playout, skipped, frames, channels);
        skip -= skipped;
    }
    playout->decoder = decoder;
    playout->noise = NULL;
    return played;
}

static void play(Playout *playout, const Waiting *packet)
{
    bool is_noise = packet->format->kind == PAYLOAD_COMFORT_NOISE;
    bool audible = is_noise || packet->format->kind == PAYLOAD_AUDIO;
    Decoder *decoder = audible ? decoder_for(playout, packet->format) : NULL;
    bool played = true;

    if (!playout->playing)
        go_to(playout, packet->at);
    else if (decoder)
        bridge(playout, packet);
    if (decoder && is_noise) {
        decoder_decode(decoder, slice_of(packet->payload, packet->length), playout->samples);
        playout->noise = decoder;
    } else if (decoder) {
        played = speak(playout, packet, decoder);
    } else {
        playout->noise = NULL;
    }
    playout->counts.undecodable += !played || (audible && !decoder);
    playout->counts.restored += played && packet->redundant;
    playout->playing = true;
    if (played)
        playout->played_seq = packet->seq;
}

/* G.711 is a byte a tick: what is beyond the next timestamp by the length of an authentication tag
 * is one (RFC 3711 section 5.2, RFC 7714 section 13), whatever the SDP says. */
static bool seems_encrypted(Playout *playout, const Waiting *packet, const Waiting *next)
{
    const PayloadFormat *format = packet->format;

    if (g_ascii_strcasecmp(format->encoding ? format->encoding : "", "PCMU") != 0 &&
        g_ascii_strcasecmp(format->encoding ? format->encoding : "", "PCMA") != 0)
        return false;
    if (next && next->seq == packet->seq + 1 && next->format == format) {
        int64_t ticks = scale(next->at - packet->at, playout->setup.rate_hz, format->clock_hz);
        int64_t beyond = (int64_t)packet->length - ticks;
        playout->tagged += beyond == 4 || beyond == 10 || beyond == 16;
        playout->tagged -= beyond == 0;
    }
    return playout->tagged > 0;
}

static void play_first(Playout *playout)
{
    Waiting *packet = g_queue_pop_head(&playout->waiting);

    if (seems_encrypted(playout, packet, g_queue_peek_head(&playout->waiting)))
        playout->counts.encrypted++;
    else
        play(playout, packet);
    free_waiting(playout, packet);
}

static void play_all(Playout *playout)
{
    while (!g_queue_is_empty(&playout->waiting))
        play_first(playout);
}

void playout_advance(Playout *playout, int64_t now_ns)
{
    int64_t due_ns = now_ns - playout->setup.origin_ns - playout->setup.buffer_ms * NS_PER_MS;
    int64_t due = frames_of(due_ns, playout->setup.rate_hz);

    for (Waiting *first; (first = g_queue_peek_head(&playout->waiting)) && first->at <= due;)
        play_first(playout);
    int64_t quiet_ns = MIN(due_ns - PAUSE_NS, playout->setup.last_ns - playout->setup.origin_ns);
    Decoder *decoder = playout->playing ? filler(playout, 0) : NULL;
    if (decoder)
        fill(playout, decoder, frames_of(quiet_ns, playout->setup.rate_hz), SLICE_EMPTY);
}

void playout_finish(Playout *playout)
{
    play_all(playout);
    if (playout->resampler)
        resampler_drain(playout->resampler, take_resampled, playout);
}

/* --- arrival --- */

static void restart(Playout *playout, const RtpPacket *packet)
{
    play_all(playout);
    playout->started = true;
    playout->last_seq = playout->first_seq = packet->seq;
    playout->played_seq = packet->seq - 1;
}

static bool restarts(const Playout *playout, int32_t ticks, int seq_step)
{
    return !playout->started || ABS(seq_step) > SEQ_JUMP_MAX ||
           (seq_step < -SEQ_MISORDER_MAX && ticks > 0);
}

/* Follows number and timestamp; what is told of the packet is how it came. */
static JitterPacket follow(Playout *playout, const RtpPacket *packet, int64_t time_ns,
                           const PayloadFormat *format)
{
    uint32_t clock_hz = format->clock_hz;
    int32_t step = (int32_t)(packet->ts_ticks - playout->last_ts);
    int seq_step = (int16_t)(packet->seq - (uint16_t)playout->last_seq);
    bool anew = restarts(playout, step, seq_step);
    int64_t step_ns = scale(step, clock_hz, NS_PER_S);
    int64_t apart_ns = time_ns - playout->last_arrival_ns;

    if (anew)
        restart(playout, packet);
    else
        playout->last_seq += seq_step;
    bool breaks =
        anew || clock_hz != playout->clock_hz || ABS(step_ns - apart_ns) > DISCONTINUITY_NS;
    playout->ticks = breaks ? 0 : playout->ticks + step;
    if (breaks)
        playout->carried_ns = playout->transit_ns - time_ns;
    playout->transit_ns = time_ns - scale(playout->ticks, clock_hz, NS_PER_S) + playout->carried_ns;
    playout->last_ts = packet->ts_ticks;
    playout->last_arrival_ns = time_ns;
    playout->clock_hz = clock_hz;
    return (JitterPacket){
        .arrival_ns = time_ns,
        .transit_ns = playout->transit_ns,
        .silence_before =
            packet->marker && step_ns >= TALKSPURT_NS && payload_marks_talkspurts(format),
        .discontinuity = breaks,
    };
}

static JitterVerdict wait_fixed(Playout *playout, const JitterPacket *jitter)
{
    int64_t anchor_ns = playout->fixed.anchor_ns;
    bool anchored = playout->fixed.anchored && !jitter->discontinuity && !jitter->silence_before;
    JitterVerdict verdict = fixed_buffer_add(&playout->fixed, jitter);

    if (!anchored || playout->fixed.anchor_ns != anchor_ns) {
        playout->segment_ticks = playout->ticks;
        playout->segment_at =
            frames_of(jitter->arrival_ns - playout->setup.origin_ns, playout->setup.rate_hz);
    }
    return verdict;
}

static JitterVerdict wait_adaptive(Playout *playout, const JitterPacket *jitter)
{
    AdaptiveBuffer *buffer = playout->adaptive;
    int64_t before_ns = buffer->playout_ns;
    bool first = buffer->packets == 0;
    JitterVerdict verdict = adaptive_buffer_add(buffer, jitter);
    int64_t held_ns = buffer->playout_ns - jitter->transit_ns - JITTER_MARGIN_MS * NS_PER_MS;

    playout->grew |= !first && !jitter->silence_before && buffer->playout_ns > before_ns;
    playout->segment_ticks = playout->ticks;
    playout->segment_at =
        frames_of(jitter->arrival_ns + held_ns - playout->setup.origin_ns, playout->setup.rate_hz);
    return verdict;
}

/* Brings the packet to the jitter buffer; false when that discards it. */
static bool take_time(Playout *playout, const RtpPacket *packet, int64_t time_ns,
                      const PayloadFormat *format)
{
    JitterPacket jitter = follow(playout, packet, time_ns, format);
    JitterVerdict verdict =
        playout->adaptive ? wait_adaptive(playout, &jitter) : wait_fixed(playout, &jitter);

    playout->counts.late += verdict == JITTER_LATE;
    playout->counts.early += verdict == JITTER_EARLY;
    return verdict == JITTER_PLAYED;
}

/* Does the buffer hold a packet of this number, or was it played? */
static bool has_packet(const Playout *playout, int64_t seq)
{
    const GList *behind = playout->waiting.tail;

    if (playout->playing && seq <= playout->played_seq)
        return true;
    while (behind && ((const Waiting *)behind->data)->seq > seq)
        behind = behind->prev;
    return behind && ((const Waiting *)behind->data)->seq == seq;
}

static void hold(Playout *playout, Waiting *packet)
{
    GList *behind = playout->waiting.tail;

    while (behind && ((Waiting *)behind->data)->seq > packet->seq)
        behind = behind->prev;
    playout->waiting_bytes += packet->length;
    if (behind)
        g_queue_insert_after(&playout->waiting, behind, packet);
    else
        g_queue_push_head(&playout->waiting, packet);
    while (playout->waiting.length > WAITING_MAX || playout->waiting_bytes > WAITING_BYTES)
        play_first(playout);
}

/* @age: how much older than the packet that was followed last, in packets and in ticks. */
static void hold_payload(Playout *playout, const PayloadFormat *format, Slice payload, unsigned age,
                         unsigned age_ticks)
{
    int64_t ticks = playout->ticks - playout->segment_ticks - age_ticks;
    Waiting *waiting = g_new0(Waiting, 1);

    *waiting = (Waiting){
        .seq = playout->last_seq - age,
        .at = playout->segment_at + scale(ticks, playout->clock_hz, playout->setup.rate_hz),
        .format = format,
        .payload = g_memdup2(payload.data, payload.len),
        .length = payload.len,
        .stretched = playout->grew,
        .redundant = age > 0,
    };
    playout->grew = false;
    hold(playout, waiting);
}

/* RFC 2198: what did not come by itself is taken from here. Generations are those of the packets
 * right before; each tells how old it is in ticks only. */
static void hold_redundant(Playout *playout, const RedPacket *red)
{
    for (unsigned i = 0; i + 1 < red->count; i++) {
        const RedBlock *block = &red->blocks[i];
        unsigned age = red->count - 1 - i;
        const PayloadFormat *format = payload_lookup(playout->setup.payloads, block->payload_type);
        int64_t seq = playout->last_seq - age;
        if (format && block->data.len > 0 && playout->setup.conceal && seq > playout->first_seq &&
            !has_packet(playout, seq))
            hold_payload(playout, format, block->data, age, block->offset_ticks);
    }
}

static bool is_red(const PayloadFormat *format)
{
    return format->encoding && g_ascii_strcasecmp(format->encoding, "red") == 0;
}

/* It has a number, but no time of its own: an event's clock may be another and its timestamp that
 * of its begin (RFC 4733 2.5.1.2), and repair data repeat those of other packets (RFC 5109 7.2). */
static bool is_beside_speech(const PayloadFormat *format)
{
    return format->kind == PAYLOAD_EVENT || format->kind == PAYLOAD_OTHER;
}

static void take_beside(Playout *playout, const RtpPacket *packet, const PayloadFormat *format)
{
    if (!playout->started)
        return;
    playout->last_seq += (int16_t)(packet->seq - (uint16_t)playout->last_seq);
    if (!has_packet(playout, playout->last_seq))
        hold_payload(playout, format, packet->payload, 0, 0);
}

void playout_packet(Playout *playout, const RtpPacket *packet, int64_t time_ns)
{
    const PayloadFormat *format = payload_lookup(playout->setup.payloads, packet->payload_type);
    Slice payload = packet->payload;
    RedPacket red = { .count = 0 };

    playout->counts.packets++;
    if (packet->payload.len < packet->payload_bytes) {
        playout->counts.cut++;
        return;
    }
    if (format && is_red(format) && red_parse(payload, packet->ts_ticks, &red) == DISSECT_OK) {
        payload = red_primary(&red)->data;
        format = payload_lookup(playout->setup.payloads, red_primary(&red)->payload_type);
    }
    if (!format || format->clock_hz == 0 || format->clock_hz > CLOCK_MAX_HZ) {
        playout->counts.undecodable++;
        return;
    }
    if (is_beside_speech(format)) {
        take_beside(playout, packet, format);
        return;
    }
    if (!take_time(playout, packet, time_ns, format))
        return;
    if (has_packet(playout, playout->last_seq)) {
        playout->counts.duplicates++;
        return;
    }
    hold_redundant(playout, &red);
    hold_payload(playout, format, payload, 0, 0);
}
