#include "dissect/call/transcoded.h"
#include "dissect/call/digits.h"
#include "dissect/media/quality.h"
#include <math.h>

#define TOGETHER_NS     NS_PER_S
#define DURATION_MIN_NS (3 * NS_PER_S)
#define DIGITS_MIN      2u
#define DIGIT_APART_NS  NS_PER_S
#define INTERVALS_MIN   8u
#define INTERVALS_MAX   600u
#define CHANGES_MIN     3u  /* between talk and silence */
#define AGREEMENT_MIN   0.9 /* of the intervals */
#define LIKE_MIN        0.8 /* correlation of levels: the same sound */
#define UNLIKE_MAX      0.2 /* another */
#define LEVEL_SPREAD_DB 3.0 /* standard deviation below which levels say nothing */

static const struct {
    const char *name, *meaning;
} reason_rows[] = {
    [TRANSCODED_UP_TOGETHER] = { "up-together", "up at the same time" },
    [TRANSCODED_DIGITS] = { "digits", "the same digits at the same times" },
    [TRANSCODED_PAUSES] = { "pauses", "pauses at the same times" },
    [TRANSCODED_LEVELS] = { "levels", "as loud at the same times" },
};

const char *transcoded_reason_name(TranscodedReason reason)
{
    g_assert(reason < TRANSCODED_REASONS);
    return reason_rows[reason].name;
}

const char *transcoded_reason_meaning(TranscodedReason reason)
{
    g_assert(reason < TRANSCODED_REASONS);
    return reason_rows[reason].meaning;
}

/* --- what the signalling says --- */

static bool makes_legs(const CallRelation *relation)
{
    return relation->reason <= RELATION_MEDIA || relation->reason == RELATION_RELAY;
}

static bool is_audio(const Stream *stream, const StreamReport *report)
{
    for (unsigned i = 0; report->codec && i < report->payload_type_count; i++) {
        const PayloadFormat *format = payload_lookup(stream->payloads, report->payload_types[i]);
        if (format && format->kind == PAYLOAD_AUDIO)
            return true;
    }
    return false;
}

static bool overlap_in_time(const StreamReport *a, const StreamReport *b)
{
    int64_t common_ns = MIN(a->last_ns, b->last_ns) - MAX(a->first_ns, b->first_ns);

    return 2 * common_ns >= MIN(a->duration_ns, b->duration_ns);
}

/* @first comes to a relay that sends @second on, for all that addresses say. */
static bool is_through_relay(const Stream *first, const Stream *second)
{
    return ip_equal(first->key.destination.ip, second->key.source.ip) &&
           !ip_equal(first->key.source.ip, second->key.destination.ip) &&
           !ip_equal(first->key.source.ip, second->key.source.ip) &&
           first->from_caller == second->from_caller;
}

static bool is_possible(const Stream *first, const Stream *second)
{
    StreamReport a, b;

    if (!is_through_relay(first, second))
        return false;
    stream_report(first, &a);
    stream_report(second, &b);
    return is_audio(first, &a) && is_audio(second, &b) &&
           g_ascii_strcasecmp(a.codec, b.codec) != 0 && overlap_in_time(&a, &b);
}

/* Counts to *@count the streams of @call that @stream may have become, or been; *@found is one. */
static void look_into_call(const Model *model, const Call *call, const Stream *stream, bool onward,
                           unsigned *count, const Stream **found)
{
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *other = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (!other || !(onward ? is_possible(stream, other) : is_possible(other, stream)))
            continue;
        *found = other;
        ++*count;
    }
}

/* The only stream that @stream may have become, or been; NULL when there is none or several. */
static const Stream *only_other(const Model *model, const Stream *stream, bool onward)
{
    const Call *call = stream->call ? model_call(model, stream->call) : NULL;
    const Stream *found = NULL;
    unsigned count = 0;

    if (!call)
        return NULL;
    look_into_call(model, call, stream, onward, &count, &found);
    for (unsigned i = 0; i < call_relation_count(call); i++) {
        const CallRelation *relation = call_relation(call, i);
        const Call *leg = makes_legs(relation) ? model_call(model, relation->call) : NULL;
        if (leg)
            look_into_call(model, leg, stream, onward, &count, &found);
    }
    return count == 1 ? found : NULL;
}

static const CallRelation *relation_between(const Model *model, const Stream *a, const Stream *b)
{
    const Call *call = model_call(model, a->call);

    for (unsigned i = 0; a->call != b->call && i < call_relation_count(call); i++) {
        const CallRelation *relation = call_relation(call, i);
        if (relation->call == b->call && makes_legs(relation))
            return relation;
    }
    return NULL;
}

/* --- what was carried --- */

typedef enum { SAYS_NOTHING, SPEAKS_FOR, SPEAKS_AGAINST } Voice;

static Voice ask_times(const Stream *first, const Stream *second)
{
    StreamReport a, b;

    stream_report(first, &a);
    stream_report(second, &b);
    return MIN(a.duration_ns, b.duration_ns) >= DURATION_MIN_NS &&
                   ABS(a.first_ns - b.first_ns) <= TOGETHER_NS &&
                   ABS(a.last_ns - b.last_ns) <= TOGETHER_NS
               ? SPEAKS_FOR
               : SAYS_NOTHING;
}

/* Those that a relay keeps to itself say nothing. */
static Voice ask_digits(const Stream *first, const Stream *second)
{
    g_autoptr(GArray) came = stream_digits(first), went = stream_digits(second);

    if (came->len < DIGITS_MIN || went->len < DIGITS_MIN)
        return SAYS_NOTHING;
    if (came->len != went->len)
        return SPEAKS_AGAINST;
    for (unsigned i = 0; i < came->len; i++) {
        const CallDigit *a = &g_array_index(came, CallDigit, i);
        const CallDigit *b = &g_array_index(went, CallDigit, i);
        if (a->code != b->code || ABS(a->time_ns - b->time_ns) > DIGIT_APART_NS)
            return SPEAKS_AGAINST;
    }
    return SPEAKS_FOR;
}

/* The same time in both streams. */
typedef struct {
    unsigned count;
    bool talks[2][INTERVALS_MAX];
    double levels[2][INTERVALS_MAX]; /* dBov; NAN: not known */
} Course;

typedef struct {
    const Stream *stream;
    StreamQuality quality;
    unsigned count;
    double usual; /* packets in a second of talk */
} Side;

static void side_init(Side *side, const Stream *stream)
{
    side->stream = stream;
    stream_quality(stream, &side->quality);
    side->count = stream_interval_count(stream);
    side->usual = 0;
    for (unsigned i = 0; i < side->count; i++) {
        QualityInterval interval = stream_interval(stream, &side->quality, i);
        side->usual = MAX(side->usual, interval.packets);
    }
}

/* Of the interval that holds @time_ns; false when there is none. */
static bool interval_at(const Side *side, int64_t time_ns, QualityInterval *out)
{
    QualityInterval first;

    if (side->count == 0)
        return false;
    first = stream_interval(side->stream, &side->quality, 0);
    int64_t index = time_ns < first.start_ns || first.duration_ns <= 0
                        ? -1
                        : (time_ns - first.start_ns) / first.duration_ns;
    if (index < 0 || index >= side->count)
        return false;
    *out = stream_interval(side->stream, &side->quality, (unsigned)index);
    return true;
}

/* Intervals double as streams get longer: only those of one width are compared. */
static void course_take(Course *course, const Side *first, const Side *second)
{
    const Side *sides[2] = { first, second };

    course->count = 0;
    for (unsigned i = 0; i < first->count && course->count < INTERVALS_MAX; i++) {
        QualityInterval at[2] = { stream_interval(first->stream, &first->quality, i) };
        int64_t middle_ns = at[0].start_ns + at[0].duration_ns / 2;
        if (!interval_at(second, middle_ns, &at[1]) || at[0].duration_ns != at[1].duration_ns)
            continue;
        for (unsigned k = 0; k < 2; k++) {
            course->talks[k][course->count] = 2 * at[k].packets >= sides[k]->usual;
            course->levels[k][course->count] = at[k].level_dbov;
        }
        course->count++;
    }
}

static Voice ask_pauses(const Course *course)
{
    unsigned changes[2] = { 0 }, agree = 0;

    for (unsigned i = 0; i < course->count; i++) {
        agree += course->talks[0][i] == course->talks[1][i];
        for (unsigned k = 0; i > 0 && k < 2; k++)
            changes[k] += course->talks[k][i] != course->talks[k][i - 1];
    }
    if (course->count < INTERVALS_MIN || MIN(changes[0], changes[1]) < CHANGES_MIN)
        return SAYS_NOTHING;
    return agree >= AGREEMENT_MIN * course->count ? SPEAKS_FOR : SAYS_NOTHING;
}

static Voice ask_levels(const Course *course)
{
    double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;

    for (unsigned i = 0; i < course->count; i++) {
        double a = course->levels[0][i], b = course->levels[1][i];
        if (isnan(a) || isnan(b))
            continue;
        n++;
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    double spread_x = n > 0 ? xx / n - x / n * (x / n) : 0;
    double spread_y = n > 0 ? yy / n - y / n * (y / n) : 0;
    if (n < INTERVALS_MIN || MIN(spread_x, spread_y) < LEVEL_SPREAD_DB * LEVEL_SPREAD_DB)
        return SAYS_NOTHING;
    double likeness = (xy / n - x / n * (y / n)) / sqrt(spread_x * spread_y);
    if (likeness >= LIKE_MIN)
        return SPEAKS_FOR;
    return likeness <= UNLIKE_MAX ? SPEAKS_AGAINST : SAYS_NOTHING;
}

/* Bits of the reasons; 0 when none, or when something speaks against it. */
static unsigned weigh(const Stream *first, const Stream *second)
{
    g_autofree Course *course = g_new0(Course, 1);
    Side sides[2];
    unsigned reasons = 0;

    side_init(&sides[0], first);
    side_init(&sides[1], second);
    course_take(course, &sides[0], &sides[1]);
    const Voice voices[TRANSCODED_REASONS] = {
        [TRANSCODED_UP_TOGETHER] = ask_times(first, second),
        [TRANSCODED_DIGITS] = ask_digits(first, second),
        [TRANSCODED_PAUSES] = ask_pauses(course),
        [TRANSCODED_LEVELS] = ask_levels(course),
    };
    for (unsigned i = 0; i < TRANSCODED_REASONS; i++) {
        if (voices[i] == SPEAKS_AGAINST)
            return 0;
        reasons |= voices[i] == SPEAKS_FOR ? 1u << i : 0;
    }
    return reasons;
}

bool transcoded_find(const Model *model, const Stream *stream, bool onward, Transcoding *out)
{
    const Stream *other = only_other(model, stream, onward);

    if (!other || only_other(model, other, !onward) != stream)
        return false;
    const Stream *first = onward ? stream : other, *second = onward ? other : stream;
    if (media_tracker_passages_from(model->media, first) ||
        media_tracker_passage_to(model->media, second))
        return false;
    *out = (Transcoding){
        .other = other,
        .reasons = weigh(first, second),
        .relation = relation_between(model, stream, other),
    };
    return out->reasons != 0;
}
