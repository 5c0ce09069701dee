#include "export/sound.h"
#include "export/audio_pass.h"
#include "export/level_notes.h"
#include "export/sound_events.h"
#include "export/sound_judge.h"
#include "export/sound_meter.h"
#include <math.h>

#define NOTE_BINS_MIN 64u /* of a wave form that says something of a time series */

typedef struct {
    const SoundRequest *request;
    Model *model;
} Measuring;

static const Measuring *measuring_of(const PlayingCall *call)
{
    return audio_pass_context(call->pass);
}

static void add_sound(PlayingStream *stream, int64_t at, const int16_t *samples, size_t count)
{
    if (!stream->data)
        stream->data = sound_meter_new(stream->call->call->rate_hz,
                                       measuring_of(stream->call)->request->bins, stream->channels);
    sound_meter_add(stream->data, stream->channels, at, samples, count);
}

static void note_missing(PlayingStream *stream, int64_t from, int64_t to)
{
    if (stream->data)
        sound_meter_miss(stream->data, from, to);
}

static SoundStream stream_of(const AudioStream *stream)
{
    return (SoundStream){
        .number = stream->number,
        .from_caller = stream->from_caller,
        .codec = stream->codec,
        .refusal = stream->refusal,
    };
}

static SoundStream measured(const PlayingStream *playing)
{
    SoundStream stream = stream_of(playing->stream);
    const PlayoutCounts *counts = playing->playout ? playout_counts(playing->playout) : NULL;

    if (!stream.refusal)
        stream.refusal = audio_stream_fault(playing->stream, counts);
    if (!playing->data)
        return stream;
    sound_meter_finish(playing->data);
    stream.heard = true;
    sound_meter_figures(playing->data, &stream.figures);
    stream.wave = *sound_meter_wave(playing->data);
    stream.digits = sound_meter_digits(playing->data);
    stream.late = counts->late + counts->early;
    stream.concealed = counts->concealed;
    stream.restored = counts->restored;
    return stream;
}

static GArray *events_of(const Model *model, const AudioCall *planned, const GArray *streams)
{
    const Call *call = model_call(model, planned->number);
    bool heard = planned->streams->len > 0;
    GArray *events = sound_events_new(model, call,
                                      heard  ? planned->first_ns
                                      : call ? call->first_ns
                                             : 0);

    for (unsigned i = 0; i < streams->len; i++) {
        const SoundStream *stream = &g_array_index(streams, SoundStream, i);
        sound_events_add_tones(events, stream->digits, stream->number, stream->from_caller);
    }
    sound_events_sort(events);
    return events;
}

/* @playing NULL: nothing of it was played. */
static void tell(const Measuring *measuring, const AudioCall *planned, const PlayingCall *playing)
{
    g_autoptr(GArray) streams = g_array_new(FALSE, FALSE, sizeof(SoundStream));
    SoundCall call = { .number = planned->number, .first_ns = planned->first_ns };

    for (unsigned i = 0; playing && i < playing->count; i++) {
        SoundStream stream = measured(&playing->streams[i]);
        g_array_append_val(streams, stream);
    }
    for (unsigned i = 0; i < planned->unheard->len; i++) {
        SoundStream stream = stream_of(&g_array_index(planned->unheard, AudioStream, i));
        g_array_append_val(streams, stream);
    }
    g_autoptr(GArray) events = events_of(measuring->model, planned, streams);
    call.stream_count = streams->len;
    call.streams = (const SoundStream *)(const void *)streams->data;
    call.events = events;
    sound_judge(&call, planned, playing, model_call(measuring->model, planned->number));
    measuring->request->sink(&call, measuring->request->context);
}

/* The model's lock is held. */
static void note_levels(const PlayingCall *call)
{
    Model *model = measuring_of(call)->model;
    bool fine = measuring_of(call)->request->bins >= NOTE_BINS_MIN;

    for (unsigned i = 0; fine && i < call->count; i++)
        if (call->streams[i].data)
            level_notes_add(model_stream(model, call->streams[i].stream->number),
                            sound_meter_wave(call->streams[i].data), call->call->first_ns);
}

static void end_call(PlayingCall *call)
{
    tell(measuring_of(call), call->call, call);
    note_levels(call);
    for (unsigned i = 0; i < call->count; i++)
        sound_meter_free(g_steal_pointer(&call->streams[i].data));
}

static const AudioListener measuring_listener = {
    .sound = add_sound,
    .missing = note_missing,
    .ended = end_call,
};

bool sound_measure(Model *model, PacketStore *store, const SoundRequest *request, GError **error)
{
    Measuring measuring = { .request = request, .model = model };
    GPtrArray *plan = audio_plan_new(model, request->calls, request->call_count, request->style);
    const AudioPassSetup setup = {
        .plan = plan,
        .style = request->style,
        .listener = &measuring_listener,
        .own_channels = true,
        .context = &measuring,
        .packets = model->facts.packets,
    };

    for (unsigned i = 0; i < plan->len; i++) {
        const AudioCall *call = g_ptr_array_index(plan, i);
        if (call->streams->len == 0)
            tell(&measuring, call, NULL);
    }
    bool read = audio_pass_run(store, &setup, error);
    audio_plan_free(plan, model);
    return read;
}
