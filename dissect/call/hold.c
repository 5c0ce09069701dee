#include "dissect/call/hold.h"
#include "dissect/call/renegotiation_tracker.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/media/quality.h"
#include "dissect/media/stream.h"

const char *hold_kind_name(HoldKind kind)
{
    static const char *const names[HOLD_KINDS] = { "sendonly", "inactive", "zero-address" };
    return kind < HOLD_KINDS ? names[kind] : "unknown";
}

unsigned call_hold_count(const Call *call)
{
    return call_structure_count(call, holds);
}

static CallHold *hold_at(const Call *call, unsigned index)
{
    return &g_array_index(call->structure->holds, CallHold, index);
}

const CallHold *call_hold(const Call *call, unsigned index)
{
    return hold_at(call, index);
}

int64_t call_hold_end(const Call *call, const CallHold *hold)
{
    if (hold->end_ns != TIME_UNKNOWN)
        return hold->end_ns;
    return call->bye_ns != TIME_UNKNOWN ? call->bye_ns : call->end_ns;
}

/* Holds are in order of their beginning; where two overlap the time counts once. */
int64_t call_hold_time(const Call *call, int64_t clock_ns)
{
    int64_t sum_ns = 0, counted_to_ns = INT64_MIN;

    if (call_hold_count(call) == 0)
        return TIME_UNKNOWN;
    for (unsigned i = 0; i < call_hold_count(call); i++) {
        const CallHold *h = call_hold(call, i);
        int64_t end_ns = call_hold_end(call, h);
        int64_t from_ns = MAX(h->start_ns, counted_to_ns);
        if (end_ns == TIME_UNKNOWN)
            end_ns = clock_ns;
        int64_t more_ns = time_between(from_ns, end_ns);
        if (more_ns == TIME_UNKNOWN || more_ns <= 0)
            continue;
        sum_ns += more_ns;
        counted_to_ns = end_ns;
    }
    return sum_ns;
}

/* ------------------------------------------------ music on hold */

/* Packets in the intervals that lie inside [from, to). */
static uint64_t packets_between(const Stream *stream, int64_t from_ns, int64_t to_ns)
{
    unsigned count = stream_interval_count(stream);
    uint64_t packets = 0;
    StreamQuality quality;

    stream_quality(stream, &quality);
    for (unsigned i = 0; i < count; i++) {
        QualityInterval interval = stream_interval(stream, &quality, i);
        if (interval.start_ns >= from_ns && interval.start_ns + interval.duration_ns <= to_ns)
            packets += interval.packets;
    }
    return packets;
}

bool call_hold_has_media(const Model *model, const Call *call, const CallHold *hold)
{
    int64_t end_ns = call_hold_end(call, hold);

    if (end_ns == TIME_UNKNOWN)
        end_ns = model->clock_ns;
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream && stream->dialog == hold->dialog &&
            stream->from_caller == (hold->by == PARTY_CALLER) &&
            packets_between(stream, hold->start_ns, end_ns))
            return true;
    }
    return false;
}

/* ------------------------------------------------ offers and answers */

typedef enum { HOLDS_NO, HOLDS_YES, HOLDS_AS_BEFORE } Verdict;

/* The line that is about speech: the first of audio, else the first of all. */
static const MediaLine *speech_line(const SessionSide *side)
{
    const MediaLine *first = NULL;

    for (unsigned i = 0; i < side->line_count; i++) {
        const MediaLine *line = &side->lines[i];
        if (line->rejected)
            continue;
        if (strcmp(line->media, "audio") == 0)
            return line;
        if (!first)
            first = line;
    }
    return first;
}

/* Of a line that holds. */
static HoldKind kind_of(const MediaLine *line)
{
    if (line->direction == SDP_SENDONLY)
        return HOLD_SENDONLY;
    return line->direction == SDP_INACTIVE ? HOLD_INACTIVE : HOLD_ZERO_ADDRESS;
}

/* An answer can only take away from what was offered: what the offer forbade already says nothing
 * of whoever answers. */
static Verdict verdict_on_answer(const MediaLine *offer, const MediaLine *answer)
{
    if (!answer->hold)
        return HOLDS_NO;
    if (answer->direction == SDP_INACTIVE && offer->direction == SDP_INACTIVE)
        return HOLDS_AS_BEFORE;
    if (answer->direction == SDP_SENDONLY && offer->direction == SDP_RECVONLY)
        return HOLDS_AS_BEFORE;
    return HOLDS_YES;
}

bool hold_is_offered(const SessionSide *side)
{
    const MediaLine *line = speech_line(side);
    return line && line->hold;
}

static CallHold *open_hold(const Call *call, uint16_t dialog, Party party)
{
    for (unsigned i = call_hold_count(call); i-- > 0;) {
        CallHold *h = hold_at(call, i);
        if (h->dialog == dialog && h->by == party)
            return h->end_ns == TIME_UNKNOWN ? h : NULL;
    }
    return NULL;
}

bool call_holds_now(const Call *call, uint16_t dialog, Party party)
{
    return open_hold(call, dialog, party) != NULL;
}

static void take_verdict(const MessageContext *context, Party party, Verdict verdict,
                         const MediaLine *line, int64_t since_ns)
{
    Call *call = context->call;
    CallHold *open = open_hold(call, context->dialog, party);

    if (open && verdict == HOLDS_NO)
        open->end_ns = since_ns;
    if (open || verdict != HOLDS_YES)
        return;
    CallHold hold = {
        .start_ns = since_ns,
        .end_ns = TIME_UNKNOWN,
        .frame = context->origin->frame,
        .dialog = context->dialog,
        .by = (uint8_t)party,
        .kind = (uint8_t)kind_of(line),
    };
    structure_append(&structure_of(call)->holds, &hold, sizeof hold, HOLDS_MAX);
}

void hold_follow_answer(const MessageContext *context, const Dialog *dialog)
{
    Party answerer = dialog->offerer == PARTY_CALLER ? PARTY_CALLEE : PARTY_CALLER;
    const SessionSide *side = &dialog->sides[dialog->offerer];
    const MediaLine *offer = speech_line(side), *answer = speech_line(&dialog->sides[answerer]);

    if (!offer || !answer)
        return;
    take_verdict(context, dialog->offerer, offer->hold ? HOLDS_YES : HOLDS_NO, offer,
                 side->time_ns);
    take_verdict(context, answerer, verdict_on_answer(offer, answer), answer,
                 context->origin->time_ns);
}
