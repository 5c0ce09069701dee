/* dissect/media/stream.c - see stream.h */
#include "dissect/media/stream.h"
#include "dissect/media/quality.h"
#include "dissect/media/stream_counters.h"

#include "dissect/net/sighting.h"
#include <math.h>

#define FETCH_BYTES       1280u
#define RESTART_STEP      16 /* numbers around a held one that confirm it */
#define OUTAGE_MIN_NS     NS_PER_S
#define VIDEO_CLOCK_HZ    90000
#define USUAL_PTIME_NS    (20 * NS_PER_MS)
#define TRANSIT_MAX_NS    4e18
#define SPEECH_OCTETS_MAX 4095
#define EVENT_BYTES       4  /* RFC 4733 2.3 */
#define EVENT_LAST        16 /* DTMF and flash, RFC 4733 3.2 */

/* One block, so that a packet finds both in neighbouring cache lines. */
typedef struct {
    Stream stream;
    struct StreamCounters counters;
} StreamBlock;

Stream *stream_new(const StreamKey *key, uint32_t number)
{
    StreamBlock *block = g_new0(StreamBlock, 1);
    Stream *stream = &block->stream;

    stream->key = *key;
    stream->number = number;
    stream->rtcp.round_trip_ms = stream->rtcp.sender_round_trip_ms = NAN;
    stream->counters = &block->counters;
    stream->counters->first_ns = stream->counters->last_ns = TIME_UNKNOWN;
    stream->counters->previous_ns = TIME_UNKNOWN;
    stream->counters->payloads = stream->counters->usual;
    quality_meter_init(&stream->counters->quality);
    return stream;
}

void stream_free(Stream *stream)
{
    if (!stream)
        return;
    srtp_context_free(stream->srtp);
    quality_meter_clear(&stream->counters->quality);
    if (stream->counters->payloads != stream->counters->usual)
        g_free(stream->counters->payloads);
    g_free(stream->counters->held);
    early_packets_free(stream->counters->early);
    g_free(stream->rtcp.extra);
    rtcp_text_free(stream->rtcp.texts);
    content_free(stream->content);
    g_free(stream); /* the block begins with it */
}

static void name_slot(PayloadSlot *slot, const PayloadFormat *format)
{
    slot->named = format != NULL;
    slot->kind = (uint8_t)(format ? format->kind : PAYLOAD_OTHER);
    slot->clock_hz = format ? format->clock_hz : 0;
    slot->reader = content_reader(format);
    slot->inner = slot->type;
    slot->repair = false;
    slot->units = format && !payload_marks_talkspurts(format);
}

static bool looks_like_event(const RtpPacket *packet)
{
    return packet->payload_bytes == EVENT_BYTES && packet->payload.len == EVENT_BYTES &&
           packet->payload.data[0] <= EVENT_LAST;
}

static void make_room_for_slot(struct StreamCounters *c)
{
    if (c->slots != USUAL_SLOTS || c->payloads != c->usual)
        return;
    c->payloads = g_new0(PayloadSlot, PAYLOAD_SLOTS);
    memcpy(c->payloads, c->usual, sizeof c->usual);
}

static PayloadSlot *open_slot(Stream *stream, const RtpPacket *packet)
{
    struct StreamCounters *c = stream->counters;
    unsigned i = 0;

    while (i < c->slots && i < SLOT_SPILL && c->payloads[i].type != packet->payload_type)
        i++;
    c->slot = (uint8_t)i;
    if (i < c->slots && c->payloads[i].type == packet->payload_type)
        return &c->payloads[i];
    if (i == c->slots) {
        make_room_for_slot(c);
        c->slots++;
    }
    PayloadSlot *slot = &c->payloads[i];
    slot->type = packet->payload_type;
    name_slot(slot, payload_lookup(stream->payloads, packet->payload_type));
    if (!slot->named && looks_like_event(packet)) {
        slot->kind = PAYLOAD_EVENT;
        slot->reader = content_event_reader();
    }
    return slot;
}

static bool is_media(const PayloadSlot *slot)
{
    return slot->kind != PAYLOAD_EVENT && slot->kind != PAYLOAD_COMFORT_NOISE && !slot->repair;
}

/* METRICS: a codec changes with the payload type, but not for events, comfort noise and FEC. */
G_GNUC_NO_INLINE static void note_codec(Stream *stream, const PayloadSlot *slot, int64_t time_ns)
{
    struct StreamCounters *c = stream->counters;

    if (!is_media(slot))
        return;
    if (c->media_slot != 0) {
        StreamChange change = {
            .time_ns = time_ns,
            .kind = CHANGE_CODEC,
            .from_type = (uint8_t)(c->media_slot - 1),
            .to_type = slot->type,
        };
        content_note_change(&stream->content, &change);
        c->steady.ticks = 0; /* other ticks may be the same time */
    }
    c->media_slot = (uint8_t)(slot->type + 1);
}

static PayloadSlot *slot_of(Stream *stream, const RtpPacket *packet)
{
    struct StreamCounters *c = stream->counters;
    PayloadSlot *slot = &c->payloads[c->slot];

    if (c->slots == 0 || slot->type != packet->payload_type)
        slot = open_slot(stream, packet);
    if (!slot->named && slot->kind == PAYLOAD_EVENT && packet->payload_bytes != EVENT_BYTES) {
        slot->kind = PAYLOAD_OTHER;
        slot->reader = 0;
    }
    slot->packets++;
    return slot;
}

static void count_step(struct StreamCounters *c, uint8_t payload_type, uint32_t ticks)
{
    StepCount *free_step = NULL;

    for (int i = 0; i < STEP_CANDIDATES; i++) {
        StepCount *step = &c->steps[i];
        if (step->weight == 0) {
            free_step = step;
        } else if (step->ticks == ticks && step->payload_type == payload_type) {
            step->weight++;
            return;
        }
    }
    if (free_step) {
        *free_step = (StepCount){ ticks, 1, payload_type };
        return;
    }
    for (int i = 0; i < STEP_CANDIDATES; i++)
        c->steps[i].weight--;
}

uint32_t stream_usual_step(const struct StreamCounters *counters, uint8_t payload_type)
{
    uint32_t ticks = 0;
    uint32_t weight = 0;

    for (int i = 0; i < STEP_CANDIDATES; i++) {
        const StepCount *step = &counters->steps[i];
        if (step->payload_type == payload_type && step->weight > weight) {
            ticks = step->ticks;
            weight = step->weight;
        }
    }
    return ticks;
}

static void count_delta(struct StreamCounters *c, int64_t time_ns)
{
    int64_t delta_ns = time_between(c->previous_ns, time_ns);

    c->previous_ns = time_ns;
    if (delta_ns < 0)
        return; /* the first packet, or a capture that is not in order of time */
    if (c->deltas == 0 || delta_ns < c->delta_min_ns)
        c->delta_min_ns = delta_ns;
    c->delta_max_ns = MAX(c->delta_max_ns, delta_ns);
    c->delta_sum_ns += (double)delta_ns;
    c->deltas++;
}

/* The clock is not known: all candidates measure, and stream_set_payloads() takes one of them. */
static void try_clocks(struct StreamCounters *c, TimingStep *step, int32_t ticks)
{
    bool talkspurt = step->talkspurt;

    if (!c->early)
        c->early = early_packets_new(false);
    for (size_t i = 0; i < CLOCK_CANDIDATES; i++) {
        step->media_ns = ticks * (1e9 / candidate_clocks_hz[i]);
        step->talkspurt = talkspurt && candidate_clocks_hz[i] != VIDEO_CLOCK_HZ;
        timing_add(&c->early->candidates[i], step);
    }
}

static bool same_clock(const Reference *reference, const PayloadSlot *slot)
{
    if (reference->clock_hz != slot->clock_hz)
        return false;
    return slot->clock_hz != 0 || reference->payload_type == slot->type;
}

/* Seldom: kept out of the way of those packets that go on as before. */
G_GNUC_NO_INLINE static void note_step(Stream *stream, const PayloadSlot *slot, uint32_t ticks,
                                       int64_t seq, int64_t time_ns)
{
    struct StreamCounters *c = stream->counters;
    StreamChange change = {
        .time_ns = time_ns,
        .kind = CHANGE_PTIME,
        .from_type = slot->type,
        .to_type = slot->type,
    };

    if (!steady_step_differs(&c->steady, ticks, seq, slot->clock_hz, &change.from_ms))
        return;
    change.to_ms = c->steady.ms;
    if (change.from_ms != 0 && change.from_ms != change.to_ms)
        content_note_change(&stream->content, &change);
}

/* What lies between two packets; false when it cannot be told. */
static bool step_between(struct StreamCounters *c, const Reference *from, const Reference *here,
                         bool talkspurt, TimingStep *out)
{
    int64_t arrival_ns = time_between(from->arrival_ns, here->arrival_ns);
    int32_t ticks = (int32_t)(here->ts_ticks - from->ts_ticks);

    if (!from->valid || arrival_ns == TIME_UNKNOWN)
        return false;
    if (arrival_ns > -CAPTURE_STEP_NS)
        c->elapsed_s += (double)arrival_ns / 1e9;
    *out = (TimingStep){
        .media_ns = here->clock_hz ? ticks * (1e9 / here->clock_hz) : 0,
        .arrival_ns = (double)arrival_ns,
        .elapsed_s = c->elapsed_s,
        .seq_step = here->extended_seq - from->extended_seq,
        .talkspurt = talkspurt,
    };
    return true;
}

static void count_timing(Stream *stream, PayloadSlot *slot, const RtpPacket *packet,
                         int64_t time_ns)
{
    struct StreamCounters *c = stream->counters;
    const Reference *from = &c->reference;
    Reference here = {
        .arrival_ns = time_ns,
        .extended_seq = sequence_extend(&c->sequence, packet->seq),
        .ts_ticks = packet->ts_ticks,
        .clock_hz = slot->clock_hz,
        .payload_type = slot->type,
        .valid = true,
    };
    int32_t ticks = (int32_t)(packet->ts_ticks - from->ts_ticks);
    TimingStep step;

    if (!step_between(c, from, &here, packet->marker && !slot->units, &step)) {
        c->reference = here;
        return;
    }
    if (step.seq_step == 1 && ticks > 0 && from->payload_type == slot->type) {
        count_step(c, slot->type, (uint32_t)ticks);
        if ((uint32_t)ticks != c->steady.ticks && slot->kind != PAYLOAD_VIDEO)
            note_step(stream, slot, (uint32_t)ticks, here.extended_seq, time_ns);
    }
    if (same_clock(from, slot)) { /* else RFC 7160: no difference across a change of clocks */
        if (slot->clock_hz)
            timing_add(&c->timing, &step);
        else
            try_clocks(c, &step, ticks);
    }
    c->reference = here;
}

/* 20 ms where it cannot be told: only a loss over several seconds is spread by it. */
static int64_t packet_time(const struct StreamCounters *c, const PayloadSlot *slot)
{
    uint32_t step = stream_usual_step(c, slot->type);
    if (step == 0 || slot->clock_hz == 0)
        return USUAL_PTIME_NS;
    return NS_PER_S * step / slot->clock_hz;
}

void stream_settle_quality(const Stream *stream)
{
    struct StreamCounters *c = stream->counters;
    const PayloadSlot *slot = stream_main_slot(c);

    quality_meter_settle(&c->quality, &c->pending, slot ? packet_time(c, slot) : USUAL_PTIME_NS);
}

static int64_t transit_of(const struct StreamCounters *c, const PayloadSlot *slot)
{
    double skew_ns = c->timing.skew_ns;
    if (slot->clock_hz == 0 || slot->kind == PAYLOAD_EVENT || slot->repair ||
        fabs(skew_ns) > TRANSIT_MAX_NS)
        return TIME_UNKNOWN;
    return -(int64_t)skew_ns;
}

static void count_quality(Stream *stream, QualitySample *sample)
{
    struct StreamCounters *c = stream->counters;
    double jitter_16 = c->timing.jitter_ns * (16.0 / NS_PER_MS);

    if (c->timed_since_ns == 0 && sample->transit_ns != TIME_UNKNOWN)
        c->timed_since_ns = sample->arrival_ns;
    sample->jitter_16 = (uint16_t)MIN(jitter_16, UINT16_MAX);
    c->pending.samples[c->pending.count++] = *sample;
    if (c->pending.count == QUALITY_PENDING)
        stream_settle_quality(stream);
}

/* What is no plain audio is read; tells how many bytes of it are speech. */
static uint32_t read_content(Stream *stream, PayloadSlot *slot, const RtpPacket *packet,
                             const StreamArrival *arrival)
{
    const struct StreamCounters *c = stream->counters;
    /* what could not be opened comes without its payload */
    bool readable = stream->security == STREAM_SECURITY_NONE || packet->payload.len > 0;

    if (!readable && slot->kind != PAYLOAD_VIDEO) /* whose frames the headers tell */
        return packet->payload_bytes;
    ContentPacket content = {
        .format = payload_lookup(stream->payloads, slot->type),
        .payloads = stream->payloads,
        .sequence = &c->sequence,
        .time_ns = arrival->time_ns,
        .extended_seq = sequence_extend(&c->sequence, packet->seq),
        .ts_ticks = packet->ts_ticks,
        .payload = packet->payload,
        .payload_bytes = packet->payload_bytes,
        .payload_type = slot->type,
        .marker = packet->marker,
        .encrypted = !readable,
    };
    ContentFinding finding = content_read(&stream->content, slot->reader, &content);
    slot->repair = finding.repair;
    if (!finding.inner)
        return packet->payload_bytes;
    slot->inner = finding.inner->payload_type;
    slot->kind = (uint8_t)finding.inner->kind;
    return finding.inner_bytes;
}

/* FEC in between takes numbers of the media's, and says nothing of its times. */
static bool is_between_media(struct StreamCounters *c, const PayloadSlot *slot, uint16_t seq)
{
    if (!slot->repair)
        return false;
    if (c->reference.valid && sequence_extend(&c->sequence, seq) == c->reference.extended_seq + 1)
        c->reference.extended_seq++;
    return true;
}

G_GNUC_NO_INLINE static void keep_early(struct StreamCounters *c, const QualitySample *sample,
                                        const RtpPacket *packet, int level)
{
    bool unread = !c->payloads[c->slot].named && c->payloads[c->slot].kind != PAYLOAD_EVENT;
    const EarlyPacket early = {
        .arrival_ns = sample->arrival_ns,
        .ts_ticks = packet->ts_ticks,
        .extended = sample->extended,
        .octets = MIN(packet->payload_bytes, SPEECH_OCTETS_MAX) & 0xfff,
        .marker = packet->marker,
        .odd_segment = sample->odd_segment,
        .slot = c->slot,
        .level = (uint8_t)level,
    };
    c->unread |= unread;
    early_packets_keep(c->early, &early, unread ? packet->payload : SLICE_EMPTY);
}

/* A packet that is no copy and whose sequence number has been counted. */
static void count_packet(Stream *stream, const RtpPacket *packet, const StreamArrival *arrival)
{
    struct StreamCounters *c = stream->counters;
    PayloadSlot *slot = slot_of(stream, packet);

    if (c->previous_ns == TIME_UNKNOWN) {
        c->first_wire_bytes = arrival->wire_bytes;
        c->dscp = arrival->dscp;
        if (!slot->named)
            c->early = early_packets_new(true);
    }
    c->octets += packet->payload_bytes;
    c->wire_bytes += arrival->wire_bytes;
    c->markers += packet->marker;
    c->dscp_changed |= c->dscp != arrival->dscp;
    c->dscp = arrival->dscp;
    if ((uint16_t)c->sequence.highest == packet->seq)
        c->newest_ts_ticks = packet->ts_ticks;
    uint64_t jumps = c->timing.jumps;
    int level = AUDIO_LEVEL_UNTOLD;
    count_delta(c, arrival->time_ns);
    if (packet->extension.len > 0)
        level = content_read_extensions(&stream->content, stream->payloads, packet);
    if (packet->csrcs.len > 0)
        content_note_contributors(&stream->content, packet->csrcs);
    uint32_t media_bytes = packet->payload_bytes;
    if (slot->reader)
        media_bytes = read_content(stream, slot, packet, arrival);
    if (slot->type + 1 != c->media_slot)
        note_codec(stream, slot, arrival->time_ns);
    /* RFC 4733 2.3: all packets of an event bear the timestamp of its beginning. */
    if (slot->kind != PAYLOAD_EVENT && !is_between_media(c, slot, packet->seq))
        count_timing(stream, slot, packet, arrival->time_ns);
    QualitySample sample = {
        .arrival_ns = arrival->time_ns,
        .transit_ns = transit_of(c, slot),
        .extended = (uint32_t)sequence_extend(&c->sequence, packet->seq),
        .speech_octets =
            slot->kind == PAYLOAD_AUDIO ? MIN(media_bytes, SPEECH_OCTETS_MAX) & 0xfff : 0,
        .marker = packet->marker && !slot->units,
        .discontinuity = c->timing.jumps != jumps,
        .odd_segment = c->sequence.restarts & 1,
    };
    if (G_UNLIKELY(c->early))
        keep_early(c, &sample, packet, level);
    count_quality(stream, &sample);
    if (level != AUDIO_LEVEL_UNTOLD)
        stream_note_level(stream, arrival->time_ns, -level);
}

/* A wide gap whose timestamps went on as far as its sequence numbers: packets were lost, the source
 * did not restart. */
static bool is_outage(const struct StreamCounters *c, const RtpPacket *packet, int64_t time_ns)
{
    int64_t ahead = (uint16_t)(packet->seq - (uint16_t)c->sequence.highest);
    int64_t gap_ns = time_between(c->previous_ns, time_ns);
    int64_t expected = ahead * stream_usual_step(c, packet->payload_type);
    int64_t actual = (uint32_t)(packet->ts_ticks - c->newest_ts_ticks);

    return expected > 0 && gap_ns >= OUTAGE_MIN_NS && ahead >= SEQUENCE_MAX_DROPOUT &&
           ABS(actual - expected) <= expected / 8;
}

/* Two numbers in a row that the old ones do not explain: RFC 3550 A.1. */
static bool confirms_restart(const Sequence *sequence, uint16_t held, uint16_t next)
{
    int16_t step = (int16_t)(uint16_t)(next - held);
    int64_t ahead = sequence_extend(sequence, next) - sequence->highest;

    return step != 0 && ABS(step) <= RESTART_STEP &&
           (ahead < -SEQUENCE_MAX_MISORDER || ahead >= SEQUENCE_MAX_DROPOUT);
}

static StreamFate fate_of(SequenceVerdict verdict)
{
    static const StreamFate fates[] = {
        [SEQUENCE_NEW] = STREAM_NEXT,
        [SEQUENCE_LATE] = STREAM_LATE,
        [SEQUENCE_DUPLICATE] = STREAM_DUPLICATE,
        [SEQUENCE_FAR] = STREAM_STRAY,
    };
    return fates[verdict];
}

static void count_copy(struct StreamCounters *c, const StreamArrival *arrival)
{
    c->copies += arrival->sighting == SIGHTING_COPY;
    c->identical += arrival->sighting == SIGHTING_IDENTICAL;
}

static bool copy_of_held(const struct StreamCounters *c, const RtpPacket *packet)
{
    return c->held && c->held->seq == packet->seq && c->held->ts_ticks == packet->ts_ticks;
}

StreamFate stream_settle_held(Stream *stream, const RtpPacket *next)
{
    struct StreamCounters *c = stream->counters;

    if (!c->held || copy_of_held(c, next))
        return STREAM_HELD;
    g_autofree HeldPacket *waiting = g_steal_pointer(&c->held);
    RtpPacket held = held_packet_rtp(waiting, stream->key.ssrc);
    if (confirms_restart(&c->sequence, held.seq, next->seq)) {
        sequence_restart(&c->sequence, held.seq);
        c->reference.extended_seq = c->sequence.highest - 1;
        count_packet(stream, &held, &waiting->arrival);
        return STREAM_RESTART;
    }
    SequenceVerdict verdict = sequence_alone(&c->sequence, held.seq);
    if (verdict == SEQUENCE_LATE)
        count_packet(stream, &held, &waiting->arrival);
    return fate_of(verdict);
}

static StreamFate count_far(Stream *stream, const RtpPacket *packet, const StreamArrival *arrival)
{
    struct StreamCounters *c = stream->counters;

    if (is_outage(c, packet, arrival->time_ns)) {
        sequence_outage(&c->sequence, packet->seq);
        count_packet(stream, packet, arrival);
        return STREAM_OUTAGE;
    }
    c->held = g_new(HeldPacket, 1);
    *c->held = held_packet_of(packet, arrival);
    return STREAM_HELD;
}

void stream_fetch(const Stream *stream)
{
    /* the counters stand behind it, what every packet touches first */
    for (size_t line = 0; line < FETCH_BYTES; line += 64)
        __builtin_prefetch((const char *)stream + line, 1);
}

StreamFate stream_add(Stream *stream, const RtpPacket *packet, const StreamArrival *arrival)
{
    struct StreamCounters *c = stream->counters;
    bool older = (int32_t)(packet->ts_ticks - c->newest_ts_ticks) < 0;

    if (c->packets++ == 0)
        c->first_ns = c->last_ns = arrival->time_ns;
    c->first_ns = MIN(c->first_ns, arrival->time_ns);
    c->last_ns = MAX(c->last_ns, arrival->time_ns);
    if (copy_of_held(c, packet)) {
        c->sequence.duplicates++;
        count_copy(c, arrival);
        return STREAM_DUPLICATE;
    }
    if (c->held)
        stream_settle_held(stream, packet);
    SequenceVerdict verdict = sequence_add(&c->sequence, packet->seq, older);
    if (verdict == SEQUENCE_FAR)
        return count_far(stream, packet, arrival);
    if (verdict == SEQUENCE_DUPLICATE)
        count_copy(c, arrival);
    else
        count_packet(stream, packet, arrival);
    return fate_of(verdict);
}

void stream_read_again(Stream *stream, const RtpPacket *packet, const StreamArrival *arrival)
{
    struct StreamCounters *c = stream->counters;

    if (packet->extension.len > 0)
        content_read_extensions(&stream->content, stream->payloads, packet);
    for (unsigned i = 0; c->unread && i < c->slots && i < SLOT_SPILL; i++) {
        PayloadSlot *slot = &c->payloads[i];
        /* events are read without a name: by their looks */
        if (slot->type == packet->payload_type && slot->reader && slot->kind != PAYLOAD_EVENT)
            read_content(stream, slot, packet, arrival);
    }
}

/* The candidate that measured with @clock_hz becomes the truth. */
static void adopt_candidate(struct StreamCounters *c, uint32_t clock_hz)
{
    for (size_t i = 0; c->early && i < CLOCK_CANDIDATES; i++)
        if (candidate_clocks_hz[i] == clock_hz)
            timing_absorb(&c->timing, &c->early->candidates[i]);
}

/* One packet again, as if its clock had always been known. */
static void replay_packet(Stream *stream, const EarlyPacket *early, Reference *from)
{
    struct StreamCounters *c = stream->counters;
    const PayloadSlot *slot = &c->payloads[early->slot];
    uint64_t jumps = c->timing.jumps;
    TimingStep step;
    Reference here = {
        .arrival_ns = early->arrival_ns,
        .extended_seq =
            from->extended_seq + (int32_t)(early->extended - (uint32_t)from->extended_seq),
        .ts_ticks = early->ts_ticks,
        .clock_hz = slot->clock_hz,
        .payload_type = slot->type,
        .valid = true,
    };

    if (slot->kind != PAYLOAD_EVENT && !slot->repair) {
        if (step_between(c, from, &here, early->marker && !slot->units, &step) &&
            slot->clock_hz != 0 && same_clock(from, slot))
            timing_add(&c->timing, &step);
        *from = here;
    }
    QualitySample sample = {
        .arrival_ns = early->arrival_ns,
        .transit_ns = transit_of(c, slot),
        .extended = early->extended,
        .speech_octets = slot->kind == PAYLOAD_AUDIO ? early->octets : 0,
        .marker = early->marker && !slot->units,
        .discontinuity = c->timing.jumps != jumps,
        .odd_segment = early->odd_segment,
    };
    if (sample.transit_ns != TIME_UNKNOWN)
        c->replayed++;
    count_quality(stream, &sample);
    if (early->level != (uint8_t)AUDIO_LEVEL_UNTOLD)
        stream_note_level(stream, early->arrival_ns, -early->level);
}

/* Text and pictures of a packet that came before its type had a name; what needs all of a payload
 * is read where all of it was kept. Of a secure stream the headers alone tell something. */
static void read_early(Stream *stream, const EarlyPacket *early, Slice head)
{
    struct StreamCounters *c = stream->counters;
    PayloadSlot *slot = &c->payloads[early->slot];
    bool whole = early->head_bytes == early->octets;
    bool secure = stream->security != STREAM_SECURITY_NONE;
    const RtpPacket packet = {
        .seq = (uint16_t)early->extended,
        .ts_ticks = early->ts_ticks,
        .ssrc = stream->key.ssrc,
        .payload_type = slot->type,
        .marker = early->marker,
        .payload = secure ? SLICE_EMPTY : head,
        .payload_bytes = early->octets,
    };
    const StreamArrival arrival = { .time_ns = early->arrival_ns };

    /* Numbers of before a restart have no place any more. */
    if (!slot->reader || slot->kind == PAYLOAD_EVENT ||
        early->odd_segment != (c->sequence.restarts & 1))
        return;
    if (slot->kind == PAYLOAD_VIDEO ? secure || head.len > 0 : whole)
        read_content(stream, slot, &packet, &arrival);
}

/* A single packet is that which the stream has just begun with: stream_read_again() gets all of it.
 */
static void read_all_early(Stream *stream)
{
    struct StreamCounters *c = stream->counters;
    size_t at = 0;

    if (!c->unread || c->early->count == 1)
        return;
    for (unsigned i = 0; i < c->early->count; i++) {
        Slice head = early_packets_head(c->early, i, &at);
        read_early(stream, &c->early->packets[i], head);
    }
    c->unread = false;
}

/* All packets so far are timed, and go through the jitter buffers, as if the clock had been known
 * when they came. */
static void replay_early(Stream *stream)
{
    struct StreamCounters *c = stream->counters;
    const EarlyPackets *early = c->early;
    Reference from = { .valid = false };

    c->timing = (Timing){ 0 };
    c->elapsed_s = 0;
    c->timed_since_ns = 0;
    c->pending.count = 0;
    quality_meter_clear(&c->quality);
    quality_meter_init(&c->quality);
    read_all_early(stream);
    for (unsigned i = 0; i < early->count; i++)
        replay_packet(stream, &early->packets[i], &from);
}

/* What the last packet was compared by goes with its slot: one clock was not known and now is, or
 * it is another from here on, and RFC 7160 forbids a difference across the change. */
static void rename_slot(struct StreamCounters *c, PayloadSlot *slot, const PayloadFormat *format)
{
    uint32_t before_hz = slot->clock_hz;

    if (!format)
        return;
    name_slot(slot, format);
    if (slot->type != c->reference.payload_type || slot->clock_hz == before_hz)
        return;
    c->reference.clock_hz = slot->clock_hz;
    if (before_hz != 0)
        c->reference.valid = false;
}

void stream_set_payloads(Stream *stream, PayloadMap *map)
{
    struct StreamCounters *c = stream->counters;
    const PayloadSlot *main_slot = stream_main_slot(c);
    bool was_unknown = main_slot && main_slot->clock_hz == 0;

    stream->payloads = map;
    for (unsigned i = 0; i < c->slots; i++)
        rename_slot(c, &c->payloads[i], payload_lookup(map, c->payloads[i].type));
    main_slot = stream_main_slot(c);
    if (!c->early || (main_slot && main_slot->clock_hz == 0))
        return;
    if (c->early->whole)
        replay_early(stream);
    else if (was_unknown && main_slot)
        adopt_candidate(c, main_slot->clock_hz);
    g_clear_pointer(&c->early, early_packets_free);
}
