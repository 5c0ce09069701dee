/* dissect/media/passage_finder.c - see passage_finder.h */
#include "dissect/media/passage_finder.h"
#include "dissect/base/hash.h"
#include "dissect/media/frame_table.h"
#include <string.h>

#define FRAME_BYTES_MIN 10u /* shorter ones are comfort noise and events */
#define HASHED_BYTES    64u
#define PLAIN_BYTES     32u /* of one value: silence */
#define CANDIDATES      4u
#define FRAMES_KEPT     6u  /* packets whose numbers are equal */
#define FRAMES_NEEDED   8u  /* frames that are, under other numbers */
#define FRAMES_OPPOSED  2u  /* of a candidate that speaks against another */
#define FRAMES_MAX      48u /* of the best: undecided by then, undecided for ever */
#define TRIALS_MAX      4096u
#define SAME_SSRC_MAX   16u /* streams that are looked through for those of one SSRC */
#define NAMESAKES_MAX   4u  /* of one SSRC: with more of them it is a load generator's, no proof */
#define KEPT_NS         (200 * NS_PER_MS)
#define RENUMBERED_NS   (30 * NS_PER_MS)
#define DISORDER_NS     (5 * NS_PER_MS)
#define CLEAR_MARGIN_MS 2.0
#define EARLY_MAX_MS    0.5  /* that a frame may leave before it has come: disorder of captures */
#define SPREAD_MAX_MS   20.0 /* of the delays of a relay that numbers packets itself */
#define POPULAR         2u   /* other streams with a frame: with more of them it is a recording's */

typedef enum {
    SHAPE_RELAY = PASSAGE_RELAY,
    SHAPE_SOURCE_CHANGED = PASSAGE_SOURCE_CHANGED,
    SHAPE_DESTINATION_CHANGED = PASSAGE_DESTINATION_CHANGED,
    SHAPE_BOTH_CHANGED = PASSAGE_BOTH_CHANGED,
    SHAPE_BETWEEN_TWO, /* through one host, to where it came from, but to another port */
    SHAPE_ECHO,        /* sent back to where it came from: no passage, and no other's either */
    SHAPE_NONE,
} Shape;

/* An earlier stream that a stream may be the same as. */
typedef struct {
    uint32_t earlier; /* 0: free */
    uint32_t ts_shift;
    Shape shape;
    bool kept, equal; /* the numbers; the payloads */
    bool barred;      /* no relay sends before it has got, or waits so differently */
    unsigned frames;
    uint32_t keys[FRAMES_NEEDED]; /* of different ones */
    double delay_min_ms, delay_max_ms, delay_sum_ms;
} Candidate;

typedef struct {
    bool over;
    Candidate candidates[CANDIDATES];
} Trial;

/* The packet that is looked at. */
typedef struct {
    Stream *stream;
    FrameSighting sighting;
    bool by_payload;    /* its key is of the payload; else of the numbers */
    unsigned namesakes; /* streams with its SSRC, itself included */
} Look;

struct PassageFinder {
    StreamArray *streams;     /* borrowed */
    const StreamIndex *index; /* borrowed */
    PassageEvents events;
    uint64_t seed;
    FrameTable *frames; /* owned; NULL: nothing was looked at */
    GHashTable *trials; /* number of the later stream -> owned Trial */
    GHashTable *to;     /* number of the later stream -> owned Passage */
    GHashTable *from;   /* number of the earlier stream -> the newest Passage of it */
};

PassageFinder *passage_finder_new(StreamArray *streams, const StreamIndex *index,
                                  const PassageEvents *events)
{
    PassageFinder *finder = g_new0(PassageFinder, 1);

    finder->streams = streams;
    finder->index = index;
    finder->events = *events;
    finder->seed = hash_seed();
    finder->trials = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    finder->to = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    finder->from = g_hash_table_new(NULL, NULL);
    return finder;
}

void passage_finder_free(PassageFinder *finder)
{
    g_clear_pointer(&finder->frames, frame_table_free);
    g_hash_table_destroy(finder->trials);
    g_hash_table_destroy(finder->from);
    g_hash_table_destroy(finder->to);
    g_free(finder);
}

static gpointer key_of(uint32_t number)
{
    return GUINT_TO_POINTER(number);
}

const Passage *passage_to(const PassageFinder *finder, const Stream *stream)
{
    return g_hash_table_lookup(finder->to, key_of(stream->number));
}

const Passage *passage_from(const PassageFinder *finder, const Stream *stream)
{
    return g_hash_table_lookup(finder->from, key_of(stream->number));
}

/* ---------------------------------------------------------------- do the addresses fit? */

static bool is_echo(const StreamKey *a, const StreamKey *b)
{
    bool back =
        ip_equal(a->source.ip, b->destination.ip) && ip_equal(a->destination.ip, b->source.ip);

    return back &&
           (endpoint_equal(a->source, b->destination) || endpoint_equal(a->destination, b->source));
}

/* Of two streams, that the same packets went through as @a and then as @b. Calls side by side have
 * both addresses in common, and differ in ports. */
static Shape shape_of(const StreamKey *a, const StreamKey *b)
{
    bool same_source = ip_equal(a->source.ip, b->source.ip);
    bool same_destination = ip_equal(a->destination.ip, b->destination.ip);

    if (is_echo(a, b))
        return SHAPE_ECHO;
    if (same_source && same_destination)
        return SHAPE_NONE;
    if (ip_equal(a->destination.ip, b->source.ip))
        return ip_equal(a->source.ip, b->destination.ip) ? SHAPE_BETWEEN_TWO : SHAPE_RELAY;
    if (same_source)
        return endpoint_equal(a->source, b->source) ? SHAPE_DESTINATION_CHANGED : SHAPE_NONE;
    if (same_destination)
        return endpoint_equal(a->destination, b->destination) ? SHAPE_SOURCE_CHANGED : SHAPE_NONE;
    return ip_equal(a->source.ip, b->destination.ip) ? SHAPE_NONE : SHAPE_BOTH_CHANGED;
}

/* All but a plain relay need packets whose numbers are as they were, and an SSRC that few have. One
 * that sends the same to several does so with one TTL, which a NAT lowers. */
static bool is_believed(Shape shape, const Look *look, const FrameSighting *a,
                        const FrameSighting *b)
{
    bool kept = !look->by_payload && look->namesakes <= NAMESAKES_MAX;

    switch (shape) {
    case SHAPE_RELAY:
    case SHAPE_ECHO:
        return true;
    case SHAPE_DESTINATION_CHANGED:
        return kept && a->hops > b->hops && b->hops != 0;
    case SHAPE_SOURCE_CHANGED:
    case SHAPE_BOTH_CHANGED:
        return kept;
    case SHAPE_BETWEEN_TWO:
        return kept && look->namesakes == 2;
    case SHAPE_NONE:
        break;
    }
    return false;
}

/* What is more likely where both are possible: a packet that went through several relays is the
 * same at all of them, but next to each other are those with an address in common. */
static bool is_likelier(const Candidate *a, const Candidate *b)
{
    return a->kept > b->kept ||
           (a->kept == b->kept && b->shape == SHAPE_BOTH_CHANGED && a->shape != b->shape);
}

/* --------------------------------------------------------------------------- candidates */

static double mean_delay(const Candidate *candidate)
{
    return candidate->frames ? candidate->delay_sum_ms / candidate->frames : 0;
}

static Candidate *candidate_of(Trial *trial, uint32_t earlier, uint32_t ts_shift)
{
    Candidate *least = trial->candidates;

    for (unsigned i = 0; i < CANDIDATES; i++) {
        Candidate *candidate = &trial->candidates[i];
        if (candidate->earlier == earlier && candidate->ts_shift == ts_shift)
            return candidate;
        if (candidate->frames < least->frames)
            least = candidate;
    }
    *least = (Candidate){ .earlier = earlier, .ts_shift = ts_shift };
    return least;
}

/* False when the frame is one of those that were counted already. */
static bool count_frame(Candidate *candidate, uint32_t key, double delay_ms)
{
    for (unsigned i = 0; i < MIN(candidate->frames, FRAMES_NEEDED); i++)
        if (candidate->keys[i] == key)
            return false;
    if (candidate->frames < FRAMES_NEEDED)
        candidate->keys[candidate->frames] = key;
    candidate->delay_min_ms = candidate->frames ? MIN(candidate->delay_min_ms, delay_ms) : delay_ms;
    candidate->delay_max_ms = candidate->frames ? MAX(candidate->delay_max_ms, delay_ms) : delay_ms;
    candidate->delay_sum_ms += delay_ms;
    candidate->frames++;
    candidate->barred =
        !candidate->kept && (candidate->delay_min_ms < -EARLY_MAX_MS ||
                             candidate->delay_max_ms - candidate->delay_min_ms > SPREAD_MAX_MS);
    return true;
}

/* Does @other leave it open whether @best is the one? */
static bool opposes(const Candidate *other, const Candidate *best)
{
    if (other == best || other->barred || other->frames < FRAMES_OPPOSED ||
        is_likelier(best, other))
        return false;
    double margin_ms = best->kept ? 0 : CLEAR_MARGIN_MS;
    return 2 * mean_delay(best) + margin_ms > mean_delay(other);
}

static Candidate *best_of(Trial *trial)
{
    Candidate *best = NULL;

    for (unsigned i = 0; i < CANDIDATES; i++) {
        Candidate *candidate = &trial->candidates[i];
        unsigned needed = candidate->kept ? FRAMES_KEPT : FRAMES_NEEDED;
        if (candidate->frames < needed || candidate->barred)
            continue;
        if (!best || is_likelier(candidate, best) ||
            (!is_likelier(best, candidate) && mean_delay(candidate) < mean_delay(best)))
            best = candidate;
    }
    return best;
}

static bool is_clear(const Trial *trial, const Candidate *best)
{
    for (unsigned i = 0; i < CANDIDATES; i++)
        if (opposes(&trial->candidates[i], best))
            return false;
    return true;
}

static void begin_passage(PassageFinder *finder, const Candidate *best, Stream *later,
                          int64_t time_ns)
{
    Stream *earlier = stream_array_find(finder->streams, best->earlier);

    if (!earlier)
        return;
    Passage *passage = passage_new(&(PassageStart){
        .earlier = earlier,
        .later = later,
        .kind = best->shape == SHAPE_BETWEEN_TWO ? PASSAGE_RELAY : (PassageKind)best->shape,
        .numbers_kept = best->kept,
        .payloads_equal = best->equal,
        .evidence = best->frames,
        .delay_min_ms = best->delay_min_ms,
        .delay_max_ms = best->delay_max_ms,
        .delay_sum_ms = best->delay_sum_ms,
        .ts_shift = best->ts_shift,
        .time_ns = time_ns,
    });
    passage->next_onward = g_hash_table_lookup(finder->from, key_of(earlier->number));
    g_hash_table_insert(finder->from, key_of(earlier->number), passage);
    g_hash_table_insert(finder->to, key_of(later->number), passage);
    earlier->passes = later->passes = true;
    finder->events.found(passage, earlier, later, finder->events.context);
}

static void decide(PassageFinder *finder, Trial *trial, Stream *later, int64_t time_ns)
{
    Candidate *best = best_of(trial);

    if (!best)
        return;
    if (!is_clear(trial, best)) {
        trial->over = best->frames >= FRAMES_MAX;
        return;
    }
    trial->over = true;
    if (best->shape == SHAPE_ECHO)
        return;
    begin_passage(finder, best, later, time_ns);
    g_hash_table_remove(finder->trials, key_of(later->number));
}

/* NULL: it came by a passage that is known. When there are too many, all begin anew. */
static Trial *trial_of(PassageFinder *finder, const Stream *later)
{
    Trial *trial = g_hash_table_lookup(finder->trials, key_of(later->number));

    if (trial || passage_to(finder, later))
        return trial;
    if (g_hash_table_size(finder->trials) >= TRIALS_MAX)
        g_hash_table_remove_all(finder->trials);
    trial = g_new0(Trial, 1);
    g_hash_table_insert(finder->trials, key_of(later->number), trial);
    return trial;
}

/* @first and @second carried the same, at the earlier and at the later point. */
static void count_pair(PassageFinder *finder, const Look *look, const FrameSighting *first,
                       const FrameSighting *second, Stream *later, Shape shape)
{
    uint32_t ts_shift = second->ts_ticks - first->ts_ticks;
    Trial *trial = trial_of(finder, later);

    if (!trial || trial->over)
        return;
    Candidate *candidate = candidate_of(trial, first->stream, ts_shift);
    double delay_ms = (double)(second->time_ns - first->time_ns) / (double)NS_PER_MS;
    candidate->shape = shape;
    candidate->kept |= !look->by_payload;
    candidate->equal |= first->payload && first->payload == second->payload;
    if (candidate->kept && look->by_payload)
        return; /* its numbers were counted */
    if (count_frame(candidate, (uint32_t)first->key, delay_ms))
        decide(finder, trial, later, second->time_ns);
}

/* ------------------------------------------------------------------------------ looking */

static bool are_near(const FrameSighting *a, const FrameSighting *b, bool kept)
{
    int64_t apart_ns = b->time_ns - a->time_ns;

    return apart_ns >= -DISORDER_NS && apart_ns <= (kept ? KEPT_NS : RENUMBERED_NS);
}

static void compare(PassageFinder *finder, const Look *look, const FrameSighting *other)
{
    Stream *stream = stream_array_find(finder->streams, other->stream);
    bool kept = !look->by_payload;

    if (!stream)
        return;
    Shape onward = shape_of(&stream->key, &look->stream->key);
    Shape back = shape_of(&look->stream->key, &stream->key);
    if (is_believed(onward, look, other, &look->sighting) && are_near(other, &look->sighting, kept))
        count_pair(finder, look, other, &look->sighting, look->stream, onward);
    else if (back == SHAPE_RELAY && are_near(&look->sighting, other, kept))
        count_pair(finder, look, &look->sighting, other, stream, back);
}

static void look_at(PassageFinder *finder, const Look *look)
{
    const FrameSighting *set = frame_table_set(finder->frames, look->sighting.key);
    FrameSighting others[FRAME_WAYS];
    unsigned count = 0;

    for (unsigned i = 0; i < FRAME_WAYS; i++)
        if (set[i].key == look->sighting.key && set[i].stream != look->sighting.stream)
            others[count++] = set[i];
    frame_table_add(finder->frames, &look->sighting);
    if (look->by_payload && count > POPULAR)
        return;
    for (unsigned i = 0; i < count; i++)
        compare(finder, look, &others[i]);
}

static bool is_plain(Slice payload)
{
    return memcmp(payload.data, payload.data + 1, MIN(payload.len, PLAIN_BYTES) - 1) == 0;
}

/* 0: there is nothing to read. */
static uint64_t hash_payload(const PassageFinder *finder, const RtpPacket *packet)
{
    size_t bytes = MIN(packet->payload.len, HASHED_BYTES);

    return bytes ? hash_bytes(packet->payload.data, bytes, finder->seed ^ packet->payload_bytes)
                 : 0;
}

static unsigned count_namesakes(const PassageFinder *finder, const Stream *stream)
{
    const Stream *other = stream_index_ssrc(finder->index, stream->key.ssrc);
    unsigned count = 0;

    for (unsigned i = 0; other && i < SAME_SSRC_MAX; i++) {
        count += other->key.ssrc == stream->key.ssrc;
        other = other->links[STREAM_BY_SSRC].next;
    }
    return count;
}

static void note_passages(PassageFinder *finder, const Stream *stream, const RtpPacket *packet,
                          int64_t time_ns)
{
    Passage *to = g_hash_table_lookup(finder->to, key_of(stream->number));
    Passage *from = g_hash_table_lookup(finder->from, key_of(stream->number));

    if (to)
        passage_note(to, true, packet, time_ns);
    for (; from; from = from->next_onward)
        passage_note(from, false, packet, time_ns);
}

void passage_finder_see(PassageFinder *finder, Stream *stream, const RtpPacket *packet,
                        int64_t time_ns, uint8_t hops)
{
    Look look = { .stream = stream,
                  .sighting = { .time_ns = time_ns,
                                .stream = stream->number,
                                .ts_ticks = packet->ts_ticks,
                                .seq = packet->seq,
                                .hops = hops } };

    if (stream->passes)
        note_passages(finder, stream, packet, time_ns);
    if (!passage_is_looked_for(stream, time_ns))
        return;
    if (stream->looked_at < PASSAGE_FIRST_PACKETS)
        stream->looked_at++;
    if (!finder->frames)
        finder->frames = frame_table_new();
    uint64_t frame = hash_payload(finder, packet);
    look.sighting.payload = (uint32_t)frame;
    look.namesakes = count_namesakes(finder, stream);
    if (look.namesakes > 1) {
        uint64_t numbers = (uint64_t)packet->ts_ticks << 16 | packet->seq;
        look.sighting.key = hash_mix(numbers ^ finder->seed, stream->key.ssrc ^ ~finder->seed);
        look_at(finder, &look);
    }
    if (packet->payload.len >= FRAME_BYTES_MIN && !is_plain(packet->payload)) {
        look.by_payload = true;
        look.sighting.key = frame;
        look_at(finder, &look);
    }
}

/* -------------------------------------------------------------------------------- its end */

static void leave_earlier(PassageFinder *finder, const Passage *gone)
{
    gpointer key = key_of(gone->earlier);
    Passage *first = g_hash_table_lookup(finder->from, key);

    if (first == gone) {
        if (gone->next_onward)
            g_hash_table_insert(finder->from, key, gone->next_onward);
        else
            g_hash_table_remove(finder->from, key);
        return;
    }
    while (first && first->next_onward != gone)
        first = first->next_onward;
    if (first)
        first->next_onward = gone->next_onward;
}

void passage_finder_forget(PassageFinder *finder, Stream *stream)
{
    gpointer key = key_of(stream->number);

    g_hash_table_remove(finder->trials, key);
    if (!stream->passes)
        return;
    const Passage *to = passage_to(finder, stream);
    if (to) {
        leave_earlier(finder, to);
        g_hash_table_remove(finder->to, key);
    }
    for (const Passage *next, *from = passage_from(finder, stream); from; from = next) {
        next = from->next_onward;
        g_hash_table_remove(finder->to, key_of(from->later));
    }
    g_hash_table_remove(finder->from, key);
}
