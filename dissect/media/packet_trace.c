#include "dissect/media/packet_trace.h"
#include "dissect/media/stream_counters.h"
#include <math.h>

#define WINDOW_NS    NS_PER_S
#define WINDOW_FIRST 64
#define WINDOW_MAX   65536 /* packets of a second that are remembered */
#define SILENCE_MS   200   /* a pause after which a talkspurt begins */

typedef struct {
    int64_t time_ns;
    uint32_t bytes;
} WindowItem;

/* The packets of the last second. */
typedef struct {
    WindowItem *items; /* a ring; owned */
    unsigned allocated, first, count;
    uint64_t bytes;
} SecondWindow;

struct PacketTrace {
    PacketTraceSetup setup;
    Stream *stream; /* owned; counts as the one in the model did */
    JitterBuffers buffers;
    SecondWindow window;
    PacketRow held;      /* waits with the packet that the stream holds back */
    int64_t buffered_ns; /* arrival of the packet before, for the buffers */
    uint32_t previous_ts;
    PayloadKind previous_kind;
    int audio_type; /* of the audio packet before; -1: none */
    bool started;
};

/* Where the stream stood before a packet was counted. */
typedef struct {
    int64_t highest, previous_ns;
    uint64_t jumps, samples;
} Standing;

PacketTrace *packet_trace_new(const PacketTraceSetup *setup)
{
    PacketTrace *trace = g_new0(PacketTrace, 1);

    trace->setup = *setup;
    trace->stream = stream_new(&setup->key, 1);
    stream_set_payloads(trace->stream, setup->payloads);
    jitter_buffers_init(&trace->buffers);
    trace->buffered_ns = TIME_UNKNOWN;
    trace->audio_type = -1;
    return trace;
}

void packet_trace_free(PacketTrace *trace)
{
    if (!trace)
        return;
    stream_free(trace->stream);
    g_free(trace->window.items);
    g_free(trace);
}

const Stream *packet_trace_stream(const PacketTrace *trace)
{
    return trace->stream;
}

/* --- bandwidth --- */

static void window_grow(SecondWindow *window)
{
    unsigned allocated = window->allocated ? 2 * window->allocated : WINDOW_FIRST;
    WindowItem *grown = g_new(WindowItem, allocated);

    for (unsigned i = 0; i < window->count; i++)
        grown[i] = window->items[(window->first + i) % window->allocated];
    g_free(window->items);
    window->items = grown;
    window->allocated = allocated;
    window->first = 0;
}

static void window_drop_first(SecondWindow *window)
{
    window->bytes -= window->items[window->first].bytes;
    window->first = (window->first + 1) % window->allocated;
    window->count--;
}

/* In kbit/s. */
static double window_add(SecondWindow *window, int64_t time_ns, uint32_t bytes)
{
    while (window->count > 0 &&
           time_between(window->items[window->first].time_ns, time_ns) > WINDOW_NS)
        window_drop_first(window);
    if (window->count == WINDOW_MAX)
        window_drop_first(window);
    if (window->count == window->allocated)
        window_grow(window);
    unsigned last = (window->first + window->count++) % window->allocated;
    window->items[last] = (WindowItem){ time_ns, bytes };
    window->bytes += bytes;
    return (double)window->bytes * 8 / 1000;
}

/* --- one packet --- */

static Standing standing_of(const struct StreamCounters *c)
{
    return (Standing){ c->sequence.highest, c->previous_ns, c->timing.jumps, c->timing.samples };
}

static PayloadKind kind_of(const PacketTrace *trace, uint8_t payload_type)
{
    const struct StreamCounters *c = trace->stream->counters;

    for (unsigned i = 0; i < MIN(c->slots, SLOT_SPILL); i++)
        if (c->payloads[i].type == payload_type)
            return (PayloadKind)c->payloads[i].kind;
    return PAYLOAD_OTHER;
}

static uint16_t status_of_fate(StreamFate fate)
{
    switch (fate) {
    case STREAM_LATE:
        return PACKET_LATE;
    case STREAM_DUPLICATE:
        return PACKET_DUPLICATE;
    case STREAM_RESTART:
        return PACKET_RESTART;
    case STREAM_STRAY:
        return PACKET_STRAY;
    case STREAM_NEXT:
    case STREAM_OUTAGE:
    case STREAM_HELD:
        break;
    }
    return 0;
}

/* Timestamps went on by a pause, or comfort noise filled it. */
static bool begins_talkspurt(const PacketTrace *trace, const PacketRow *row)
{
    const struct StreamCounters *c = trace->stream->counters;
    const PayloadSlot *slot = &c->payloads[c->slot];
    int64_t ticks = (int32_t)(row->ts_ticks - trace->previous_ts);

    if (slot->kind != PAYLOAD_AUDIO || slot->clock_hz == 0 || !trace->started)
        return false;
    if (trace->previous_kind == PAYLOAD_COMFORT_NOISE)
        return true;
    return row->lost_before == 0 && trace->previous_kind == PAYLOAD_AUDIO &&
           trace->audio_type == row->payload_type &&
           ticks > 2 * (int64_t)stream_usual_step(c, slot->type) &&
           ticks * 1000 / slot->clock_hz >= SILENCE_MS;
}

static bool was_discarded(PacketTrace *trace)
{
    const QualityPending *pending = &trace->stream->counters->pending;
    unsigned last = pending->count ? pending->count - 1u : QUALITY_PENDING - 1u;
    const QualitySample *sample = &pending->samples[last];
    int64_t pause_ns = time_between(trace->buffered_ns, sample->arrival_ns);

    trace->buffered_ns = sample->arrival_ns;
    if (sample->transit_ns == TIME_UNKNOWN)
        return false;
    JitterPacket packet = quality_jitter_packet(sample, pause_ns);
    return jitter_buffers_add(&trace->buffers, &packet) >> JITTER_BUFFER_ADAPTIVE & 1;
}

/* Of a packet that the stream counted: no copy, no stray. */
static void fill_counted(PacketTrace *trace, PacketRow *row, const Standing *before)
{
    const struct StreamCounters *c = trace->stream->counters;
    int64_t missing = c->sequence.highest - before->highest - 1;
    PayloadKind kind = kind_of(trace, row->payload_type);

    if (!(row->status & (PACKET_LATE | PACKET_RESTART)) && trace->started && missing > 0) {
        row->lost_before = (uint32_t)MIN(missing, UINT32_MAX);
        row->status |= PACKET_LOST_BEFORE;
    }
    int64_t delta_ns = time_between(before->previous_ns, row->time_ns);
    row->delta_ns = delta_ns >= 0 ? delta_ns : TIME_UNKNOWN;
    bool first_timed = !trace->started && c->payloads[c->slot].clock_hz != 0;
    if (c->timing.samples > before->samples || first_timed) {
        row->jitter_ms = c->timing.jitter_ns / NS_PER_MS;
        row->skew_ms = c->timing.skew_ns / NS_PER_MS;
    }
    if (c->timing.jumps > before->jumps)
        row->status |= PACKET_TIME_JUMP;
    if (kind == PAYLOAD_COMFORT_NOISE)
        row->status |= PACKET_COMFORT_NOISE;
    if (kind == PAYLOAD_EVENT)
        row->status |= PACKET_EVENT;
    if (kind == PAYLOAD_AUDIO && trace->audio_type >= 0 && trace->audio_type != row->payload_type)
        row->status |= PACKET_TYPE_CHANGE;
    if (!row->marker && !(row->status & PACKET_LATE) && begins_talkspurt(trace, row))
        row->status |= PACKET_MARKER_MISSING;
    if (was_discarded(trace))
        row->status |= PACKET_DISCARDED;
    trace->previous_kind = kind;
    trace->previous_ts = row->ts_ticks;
    if (kind == PAYLOAD_AUDIO)
        trace->audio_type = row->payload_type;
    trace->started = true;
}

static void emit(PacketTrace *trace, PacketRow *row, StreamFate fate, const Standing *before)
{
    row->status |= status_of_fate(fate);
    if (!(row->status & (PACKET_DUPLICATE | PACKET_STRAY)))
        fill_counted(trace, row, before);
    trace->setup.sink(row, trace->setup.context);
}

static PacketRow row_of(PacketTrace *trace, const TracedPacket *packet)
{
    const RtpPacket *rtp = packet->rtp;

    return (PacketRow){
        .number = packet->number,
        .time_ns = packet->arrival.time_ns,
        .delta_ns = TIME_UNKNOWN,
        .jitter_ms = NAN,
        .skew_ms = NAN,
        .bandwidth_kbps =
            window_add(&trace->window, packet->arrival.time_ns, packet->arrival.wire_bytes),
        .ts_ticks = rtp->ts_ticks,
        .payload_octets = rtp->payload_bytes,
        .seq = rtp->seq,
        .status = packet->bad_padding ? PACKET_BAD_PADDING : 0,
        .payload_type = rtp->payload_type,
        .marker = rtp->marker,
    };
}

void packet_trace_add(PacketTrace *trace, const TracedPacket *packet)
{
    const struct StreamCounters *c = trace->stream->counters;
    PacketRow row = row_of(trace, packet);
    Standing before = standing_of(c);
    StreamFate held = stream_settle_held(trace->stream, packet->rtp);

    if (held != STREAM_HELD)
        emit(trace, &trace->held, held, &before);
    before = standing_of(c);
    StreamFate fate = stream_add(trace->stream, packet->rtp, &packet->arrival);
    if (fate == STREAM_HELD)
        trace->held = row;
    else
        emit(trace, &row, fate, &before);
}

void packet_trace_finish(PacketTrace *trace)
{
    Standing before = standing_of(trace->stream->counters);

    if (trace->stream->counters->held)
        emit(trace, &trace->held, STREAM_STRAY, &before);
}

void packet_status_append(GString *out, const PacketRow *row)
{
    static const char *const texts[] = {
        "",
        "duplicate",
        "reordered",
        "numbers begin anew",
        "stray number",
        "timestamp jump",
        "payload type change",
        "marker missing",
        "discarded by the jitter buffer",
        "bad padding",
        "comfort noise",
        "event",
    };
    size_t before = out->len;

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (!(row->status >> i & 1))
            continue;
        if (out->len > before)
            g_string_append(out, ", ");
        if (1u << i == PACKET_LOST_BEFORE)
            g_string_append_printf(out, "%u lost before", row->lost_before);
        else
            g_string_append(out, texts[i]);
    }
}
