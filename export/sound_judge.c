#include "export/sound_judge.h"
#include "export/sound_meter.h"

static const SoundMeter *meter_at(const PlayingCall *playing, unsigned index)
{
    return playing->streams[index].data;
}

/* --- dead air --- */

static bool anybody_speaks(const PlayingCall *playing, unsigned slot)
{
    for (unsigned i = 0; i < playing->count; i++)
        if (meter_at(playing, i) && sound_meter_is_active(meter_at(playing, i), slot))
            return true;
    return false;
}

static void end_silence(SoundCall *out, unsigned slots)
{
    double silence_ms = (double)slots * SOUND_SLOT_MS;

    if (silence_ms < SOUND_DEAD_AIR_MS)
        return;
    out->dead_air_ms += silence_ms;
    out->longest_dead_air_ms = MAX(out->longest_dead_air_ms, silence_ms);
}

static void find_dead_air(SoundCall *out, const PlayingCall *playing)
{
    unsigned slots = (unsigned)(out->duration_ms / SOUND_SLOT_MS), run = 0;

    for (unsigned slot = 0; slot < slots; slot++) {
        if (!anybody_speaks(playing, slot)) {
            run++;
            continue;
        }
        end_silence(out, run);
        run = 0;
    }
    end_silence(out, run);
}

static void find_duration(SoundCall *out)
{
    for (unsigned i = 0; i < out->stream_count; i++) {
        const SoundFigures *figures = &out->streams[i].figures;
        if (out->streams[i].heard)
            out->duration_ms = MAX(out->duration_ms, figures->first_ms + figures->duration_ms);
    }
}

/* --- who hears nothing --- */

/* What comes towards one party. */
typedef struct {
    unsigned streams;        /* heard or not */
    unsigned unknown;        /* speech that cannot be heard here: who knows what it is */
    unsigned speaking, lost; /* with sound; of those, sent where its owner is not */
} Incoming;

/* Where the party that hears @stream sends from, as @streams show it. */
typedef struct {
    bool there, elsewhere;
} Whereabouts;

static void look_for(const AudioStream *stream, const GArray *streams, Whereabouts *out)
{
    for (unsigned i = 0; i < streams->len; i++) {
        const AudioStream *other = &g_array_index(streams, AudioStream, i);
        if (other->from_caller == stream->from_caller)
            continue;
        bool there = ip_equal(other->key.source.ip, stream->key.destination.ip);
        out->there |= there;
        out->elsewhere |= !there;
    }
}

/* It goes to a private address (RFC 1918, RFC 6598, RFC 4193) whose owner sends from somewhere
 * else: nothing says that it arrives. */
static bool goes_astray(const AudioStream *stream, const AudioCall *planned)
{
    Whereabouts owner = { false, false };

    look_for(stream, planned->streams, &owner);
    look_for(stream, planned->hops, &owner);
    look_for(stream, planned->unheard, &owner);
    return ip_is_private(stream->key.destination.ip) && owner.elsewhere && !owner.there;
}

static Incoming incoming_for(Party party, const AudioCall *planned, const PlayingCall *playing)
{
    Incoming incoming = { 0 };
    bool from_caller = party == PARTY_CALLEE;

    for (unsigned i = 0; playing && i < playing->count; i++) {
        const AudioStream *stream = playing->streams[i].stream;
        const SoundMeter *meter = meter_at(playing, i);
        if (stream->from_caller != from_caller)
            continue;
        bool speaking = meter && sound_meter_slots(meter) > 0;
        incoming.streams++;
        incoming.unknown += !meter;
        incoming.speaking += speaking;
        incoming.lost += speaking && goes_astray(stream, planned);
    }
    for (unsigned i = 0; i < planned->unheard->len; i++) {
        const AudioStream *stream = &g_array_index(planned->unheard, AudioStream, i);
        bool counts = stream->from_caller == from_caller && stream->is_speech;
        incoming.streams += counts;
        incoming.unknown += counts;
    }
    return incoming;
}

static const char *reason_of(Incoming incoming, int64_t talk_ns)
{
    if (incoming.streams == 0)
        return "no RTP towards it was seen";
    if (incoming.unknown > 0)
        return NULL;
    if (incoming.speaking == 0 && talk_ns >= SOUND_MUTE_MIN_MS * NS_PER_MS)
        return "only silence is sent to it";
    if (incoming.speaking > 0 && incoming.lost == incoming.speaking)
        return "sound goes to a private address from which nothing comes";
    return NULL;
}

static void judge_party(SoundCall *out, Party party, Incoming incoming, int64_t talk_ns)
{
    out->why[party] = reason_of(incoming, talk_ns);
    out->hearing[party] = out->why[party]         ? SOUND_HEARS_NOTHING
                          : incoming.speaking > 0 ? SOUND_HEARS
                                                  : SOUND_NOT_JUDGED;
}

/* From the answer to the BYE, or as far as it was seen; 0 without an answer. */
static int64_t talk_of(const Call *call)
{
    if (!call || call->answer_ns == TIME_UNKNOWN)
        return 0;
    return time_between(call->answer_ns,
                        call->bye_ns == TIME_UNKNOWN ? call->last_ns : call->bye_ns);
}

void sound_judge(SoundCall *out, const AudioCall *planned, const PlayingCall *playing,
                 const Call *call)
{
    int64_t talk_ns = talk_of(call);

    find_duration(out);
    if (playing)
        find_dead_air(out, playing);
    Incoming caller = incoming_for(PARTY_CALLER, planned, playing);
    Incoming callee = incoming_for(PARTY_CALLEE, planned, playing);
    /* Without any media the capture was made where none passes. */
    if (talk_ns < SOUND_TALK_MIN_MS * NS_PER_MS || caller.streams + callee.streams == 0)
        return;
    judge_party(out, PARTY_CALLER, caller, talk_ns);
    judge_party(out, PARTY_CALLEE, callee, talk_ns);
}
