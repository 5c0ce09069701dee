#include "export/sound_track.h"
#include "capture/capture.h"
#include "export/audio_pass.h"
#include "export/level_notes.h"
#include "export/sound_events.h"
#include "export/sound_meter.h"
#include <unistd.h>

#define SAMPLES_MAX_BYTES (INT64_C(1) << 30)

struct SoundTrack {
    const SoundTrackRequest *request; /* while it is loaded */
    SoundMeter *meters[PARTIES];
    SoundSide sides[PARTIES];
    GString *codecs[PARTIES];
    GPtrArray *remarks; /* char*; owned */
    GArray *events;     /* SoundEvent; owned */
    int64_t first_ns;
    double duration_ms;
    uint32_t rate_hz;
    AudioFile *file; /* while it is loaded; NULL: samples are not kept */
    int samples;     /* unlinked file; -1: none */
    bool stopped;
};

static Party party_of(const AudioStream *stream)
{
    return stream->from_caller ? PARTY_CALLER : PARTY_CALLEE;
}

/* --- what is played --- */

static void take_sound(PlayingStream *stream, int64_t at, const int16_t *samples, size_t count)
{
    SoundTrack *track = audio_pass_context(stream->call->pass);
    Party party = party_of(stream->stream);

    sound_meter_add(track->meters[party], stream->channels, at, samples, count);
    if (track->file)
        audio_file_add(track->file, party == PARTY_CALLER ? AUDIO_LEFT : AUDIO_RIGHT,
                       stream->channels, at, samples, count);
}

static void take_missing(PlayingStream *stream, int64_t from, int64_t to)
{
    SoundTrack *track = audio_pass_context(stream->call->pass);
    sound_meter_miss(track->meters[party_of(stream->stream)], from, to);
}

static void write_settled(PlayingCall *call, int64_t at)
{
    SoundTrack *track = audio_pass_context(call->pass);

    if (track->file)
        audio_file_advance(track->file, at);
}

static void add_remark(SoundTrack *track, const AudioStream *stream, const char *what)
{
    if (what)
        g_ptr_array_add(track->remarks,
                        g_strdup_printf("%s%s%s: %s", stream->from_caller ? "caller" : "callee",
                                        stream->codec ? ", " : "",
                                        stream->codec ? stream->codec : "", what));
}

static void end_call(PlayingCall *call)
{
    SoundTrack *track = audio_pass_context(call->pass);

    for (unsigned i = 0; i < call->count && !audio_pass_was_stopped(call->pass); i++) {
        const PlayingStream *playing = &call->streams[i];
        add_remark(track, playing->stream,
                   audio_stream_fault(playing->stream,
                                      playing->playout ? playout_counts(playing->playout) : NULL));
    }
}

static const AudioListener track_listener = {
    .sound = take_sound,
    .missing = take_missing,
    .settled = write_settled,
    .ended = end_call,
};

/* --- before and after --- */

static void add_codec(GString *codecs, const char *codec)
{
    if (!codec || strstr(codecs->str, codec))
        return;
    g_string_append_printf(codecs, "%s%s", codecs->len ? ", " : "", codec);
}

static void note_streams(SoundTrack *track, const GArray *streams)
{
    for (unsigned i = 0; i < streams->len; i++) {
        const AudioStream *stream = &g_array_index(streams, AudioStream, i);
        if (stream->is_speech)
            add_codec(track->codecs[party_of(stream)], stream->codec);
        add_remark(track, stream, stream->refusal);
    }
}

static void open_samples(SoundTrack *track, const AudioCall *call)
{
    int64_t seconds = (call->last_ns - call->first_ns) / NS_PER_S + 2;
    g_autofree char *path = NULL;

    if (seconds * call->rate_hz * (int64_t)sizeof(int16_t) * AUDIO_SIDES > SAMPLES_MAX_BYTES)
        return;
    track->samples = g_file_open_tmp("rung-sound-XXXXXX", &path, NULL);
    if (track->samples < 0)
        return;
    unlink(path);
    track->file = audio_file_open_samples(track->samples, call->rate_hz);
}

static void close_samples(SoundTrack *track)
{
    if (track->file && audio_file_close(g_steal_pointer(&track->file), NULL))
        return;
    if (track->samples >= 0)
        close(track->samples);
    track->samples = -1;
}

static void finish_side(SoundTrack *track, Party party)
{
    SoundSide *side = &track->sides[party];
    SoundMeter *meter = track->meters[party];

    sound_meter_finish(meter);
    side->codecs = track->codecs[party]->str;
    sound_meter_figures(meter, &side->figures);
    side->heard = side->figures.duration_ms > 0;
    side->wave = *sound_meter_wave(meter);
    sound_events_add_tones(track->events, sound_meter_digits(meter), 0, party == PARTY_CALLER);
    if (side->heard)
        track->duration_ms =
            MAX(track->duration_ms, side->figures.first_ms + side->figures.duration_ms);
}

static bool note_progress(double done, void *context)
{
    SoundTrack *track = context;
    const SoundTrackRequest *request = track->request;

    track->stopped = request->progress && !request->progress(done, request->context);
    return !track->stopped;
}

/* The most that a stream of that party has. */
static unsigned channels_of(const AudioCall *call, Party party)
{
    unsigned channels = 1;

    for (unsigned i = 0; i < call->streams->len; i++) {
        const AudioStream *stream = &g_array_index(call->streams, AudioStream, i);
        if (party_of(stream) == party)
            channels = MAX(channels, stream->channels);
    }
    return channels;
}

static bool play(SoundTrack *track, PacketStore *store, const GPtrArray *plan, uint64_t packets,
                 GError **error)
{
    const AudioPassSetup setup = {
        .plan = plan,
        .style = track->request->style,
        .listener = &track_listener,
        .own_channels = true,
        .context = track,
        .packets = packets,
        .progress = note_progress,
        .progress_context = track,
    };
    const AudioCall *call = g_ptr_array_index(plan, 0);

    note_streams(track, call->streams);
    note_streams(track, call->unheard);
    track->first_ns = call->first_ns;
    track->rate_hz = MAX(call->rate_hz, 8000);
    for (unsigned i = 0; i < PARTIES; i++)
        track->meters[i] =
            sound_meter_new(track->rate_hz, SOUND_TRACK_BINS, channels_of(call, (Party)i));
    if (call->streams->len > 0)
        open_samples(track, call);
    bool read = audio_pass_run(store, &setup, error);
    close_samples(track);
    if (read && track->stopped)
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_READ, "stopped");
    return read && !track->stopped;
}

/* The model's lock is held. */
static void note_levels(const SoundTrack *track, Model *model, const AudioCall *call)
{
    for (unsigned i = 0; i < call->streams->len; i++) {
        const AudioStream *stream = &g_array_index(call->streams, AudioStream, i);
        if (track->sides[party_of(stream)].heard)
            level_notes_add(model_stream(model, stream->number),
                            sound_meter_wave(track->meters[party_of(stream)]), call->first_ns);
    }
}

static GArray *events_of(const Model *model, const AudioCall *planned)
{
    const Call *call = model_call(model, planned->number);
    bool heard = planned->streams->len > 0;

    return sound_events_new(model, call, heard ? planned->first_ns : call ? call->first_ns : 0);
}

SoundTrack *sound_track_load(Model *model, PacketStore *store, const SoundTrackRequest *request,
                             GError **error)
{
    SoundTrack *track = g_new0(SoundTrack, 1);
    bool loaded = false;

    track->request = request;
    track->samples = -1;
    track->remarks = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < PARTIES; i++)
        track->codecs[i] = g_string_new(NULL);
    model_read_lock(model);
    GPtrArray *plan = audio_plan_new(model, &request->call, 1, request->style);
    uint64_t packets = model->facts.packets;
    track->events = plan->len ? events_of(model, g_ptr_array_index(plan, 0)) : NULL;
    model_read_unlock(model);
    if (plan->len > 0)
        loaded = play(track, store, plan, packets, error);
    else
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_READ, "the call is no longer kept");
    for (unsigned i = 0; loaded && i < PARTIES; i++)
        finish_side(track, (Party)i);
    model_read_lock(model);
    if (loaded)
        note_levels(track, model, g_ptr_array_index(plan, 0));
    audio_plan_free(plan, model);
    model_read_unlock(model);
    if (loaded)
        sound_events_sort(track->events);
    track->request = NULL;
    if (!loaded)
        g_clear_pointer(&track, sound_track_free);
    return track;
}

void sound_track_free(SoundTrack *track)
{
    if (!track)
        return;
    close_samples(track);
    for (unsigned i = 0; i < PARTIES; i++) {
        sound_meter_free(track->meters[i]);
        g_string_free(track->codecs[i], TRUE);
    }
    g_ptr_array_unref(track->remarks);
    if (track->events)
        g_array_unref(track->events);
    g_free(track);
}

/* --- reading --- */

double sound_track_duration_ms(const SoundTrack *track)
{
    return track->duration_ms;
}

int64_t sound_track_first_ns(const SoundTrack *track)
{
    return track->first_ns;
}

const SoundSide *sound_track_side(const SoundTrack *track, Party party)
{
    return &track->sides[party];
}

const GArray *sound_track_events(const SoundTrack *track)
{
    return track->events;
}

const GPtrArray *sound_track_remarks(const SoundTrack *track)
{
    return track->remarks;
}

bool sound_track_is_playable(const SoundTrack *track)
{
    return track->samples >= 0 && track->duration_ms > 0;
}

uint32_t sound_track_rate_hz(const SoundTrack *track)
{
    return track->rate_hz;
}

size_t sound_track_read(const SoundTrack *track, int64_t at, int16_t *out, size_t frames)
{
    const size_t width = sizeof *out * AUDIO_SIDES;

    if (track->samples < 0 || at < 0)
        return 0;
    ssize_t bytes = pread(track->samples, out, frames * width, (off_t)at * (off_t)width);
    return bytes > 0 ? (size_t)bytes / width : 0;
}
