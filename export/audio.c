#include "export/audio.h"
#include "capture/capture.h"
#include "export/audio_pass.h"
#include "export/escape.h"
#include <errno.h>

typedef struct {
    const AudioOptions *options;
    unsigned files;
} AudioExport;

static AudioExport *export_of(const PlayingCall *call)
{
    return audio_pass_context(call->pass);
}

/* --- files --- */

/* Of a call: both sides in one, or one each. */
typedef struct {
    AudioFile *sides[AUDIO_SIDES]; /* owned; both the same when they share it */
    bool shared;
} CallFiles;

static unsigned side_of(const PlayingStream *stream)
{
    return stream->stream->from_caller ? AUDIO_LEFT : AUDIO_RIGHT;
}

static char *path_of(const PlayingCall *call, unsigned side)
{
    static const char *const parties[AUDIO_SIDES] = { "-caller", "-callee" };
    const AudioOptions *options = export_of(call)->options;
    const AudioStyle *style = &options->style;
    g_autofree char *name =
        g_strdup_printf("%s%s.%s", call->call->name, style->sides ? parties[side] : "",
                        audio_format_name(style->format));

    return options->file ? g_strdup(options->file) : g_build_filename(options->folder, name, NULL);
}

static unsigned channels_of(const PlayingCall *call, unsigned side)
{
    const AudioStyle *style = &export_of(call)->options->style;
    unsigned channels = 1;

    if (!style->sides)
        return style->mixed ? 1 : AUDIO_SIDES;
    for (unsigned i = 0; i < call->count; i++)
        if (side_of(&call->streams[i]) == side)
            channels = MAX(channels, call->streams[i].channels);
    return channels;
}

/* NULL when it cannot be written, which ends the run. */
static AudioFile *open_file(PlayingCall *call, unsigned side)
{
    AudioExport *export = export_of(call);
    g_autofree char *path = path_of(call, side);
    GError *error = NULL;
    AudioFile *file = audio_file_open(path, export->options->style.format, call->call->rate_hz,
                                      channels_of(call, side), &error);

    export->files += file != NULL;
    if (error)
        audio_pass_fail(call->pass, error);
    return file;
}

static AudioFile *file_of(PlayingCall *call, unsigned side)
{
    if (!call->data)
        call->data = g_new0(CallFiles, 1);
    CallFiles *files = call->data;
    if (!files->sides[side] && !audio_pass_failed(call->pass)) {
        files->shared = !export_of(call)->options->style.sides;
        files->sides[side] = open_file(call, side);
        if (files->shared)
            files->sides[!side] = files->sides[side];
    }
    return files->sides[side];
}

static void add_sound(PlayingStream *stream, int64_t at, const int16_t *samples, size_t count)
{
    PlayingCall *call = stream->call;
    unsigned side = side_of(stream);
    AudioFile *file = file_of(call, side);

    if (file && export_of(call)->options->style.sides)
        audio_file_add_frames(file, stream->channels, at, samples, count);
    else if (file)
        audio_file_add(file, side, 1, at, samples, count);
}

static void write_settled(PlayingCall *call, int64_t at)
{
    const CallFiles *files = call->data;

    for (unsigned side = 0; files && side < AUDIO_SIDES; side++)
        if (files->sides[side] && !(files->shared && side == AUDIO_RIGHT))
            audio_file_advance(files->sides[side], at);
}

/* --- remarks --- */

static void remark(const AudioOptions *options, uint32_t call, const AudioStream *stream,
                   const char *what)
{
    char source[ENDPOINT_TEXT_SIZE], destination[ENDPOINT_TEXT_SIZE];
    g_autofree char *safe = escape_line(what, false);
    g_autofree char *line = g_strdup_printf(
        "call %u: %s -> %s: %s", call, endpoint_format(stream->key.source, source, sizeof source),
        endpoint_format(stream->key.destination, destination, sizeof destination), safe);

    options->remark(line, options->context);
}

static void remark_refusals(const AudioOptions *options, const AudioCall *call,
                            const GArray *streams)
{
    for (unsigned i = 0; i < streams->len; i++) {
        const AudioStream *stream = &g_array_index(streams, AudioStream, i);
        if (stream->refusal)
            remark(options, call->number, stream, stream->refusal);
    }
}

static void remark_count(const PlayingStream *stream, uint64_t count, const char *what)
{
    if (count == 0)
        return;
    g_autofree char *text =
        g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " packets %s", count,
                        MAX(stream->stream->packets, count), what);
    remark(export_of(stream->call)->options, stream->call->call->number, stream->stream, text);
}

/* What could not be opened is told; the number of packets the playout never saw. */
static uint64_t remark_secrets(const PlayingStream *stream)
{
    if (!stream->srtp)
        return 0;
    const SrtpCounts *counts = srtp_context_counts(stream->srtp);
    remark_count(stream, counts->failed, "failed their authentication and are left out");
    remark_count(stream, counts->cut, "were not captured whole and stay encrypted");
    return counts->failed + counts->cut + counts->replayed;
}

static void remark_faults(const PlayingStream *stream)
{
    static const PlayoutCounts none;
    const PlayoutCounts *counts = stream->playout ? playout_counts(stream->playout) : &none;
    bool whole = stream->stream->quiet_from_ns == stream->stream->quiet_until_ns;

    remark_count(stream, counts->undecodable, "could not be decoded");
    remark_count(stream, counts->cut, "were not captured whole (snap length)");
    remark_count(stream, counts->encrypted, "seem encrypted and are left out");
    uint64_t seen = counts->packets + remark_secrets(stream);
    if (whole && seen < stream->stream->packets)
        remark_count(stream, stream->stream->packets - seen, "are no longer kept");
}

static void close_file(PlayingCall *call, AudioFile *file)
{
    GError *error = NULL;

    if (file && !audio_file_close(file, &error))
        audio_pass_fail(call->pass, error);
}

static void end_call(PlayingCall *call)
{
    CallFiles *files = g_steal_pointer(&call->data);

    for (unsigned i = 0; i < call->count && !audio_pass_was_stopped(call->pass); i++)
        remark_faults(&call->streams[i]);
    if (!files)
        return;
    close_file(call, files->sides[AUDIO_LEFT]);
    if (!files->shared)
        close_file(call, files->sides[AUDIO_RIGHT]);
    g_free(files);
}

static const AudioListener file_listener = {
    .sound = add_sound,
    .settled = write_settled,
    .ended = end_call,
};

/* --- all calls --- */

AudioFormat audio_format_of(const char *path)
{
    unsigned format = 0;

    for (; format < AUDIO_FORMATS; format++) {
        g_autofree char *suffix = g_strconcat(".", audio_format_name((AudioFormat)format), NULL);
        if (g_str_has_suffix(path, suffix))
            break;
    }
    return (AudioFormat)format;
}

static bool make_folder(const char *folder, GError **error)
{
    if (g_mkdir_with_parents(folder, 0777) == 0)
        return true;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", folder, g_strerror(errno));
    return false;
}

bool audio_export(Model *model, PacketStore *store, const AudioOptions *options,
                  unsigned *out_files, GError **error)
{
    AudioExport export = { .options = options };
    AudioPassSetup setup = {
        .style = &options->style,
        .listener = &file_listener,
        .own_channels = options->style.sides,
        .context = &export,
        .progress = options->progress,
        .progress_context = options->context,
    };

    if (!options->file && !make_folder(options->folder, error))
        return false;
    model_read_lock(model);
    GPtrArray *plan = audio_plan_new(model, options->calls, options->call_count, &options->style);
    setup.packets = model->facts.packets;
    model_read_unlock(model);
    setup.plan = plan;
    for (unsigned i = 0; i < plan->len; i++) {
        const AudioCall *call = g_ptr_array_index(plan, i);
        remark_refusals(options, call, call->unheard);
        remark_refusals(options, call, call->streams);
    }
    bool done = audio_pass_run(store, &setup, error);
    model_read_lock(model);
    audio_plan_free(plan, model);
    model_read_unlock(model);
    if (out_files)
        *out_files = export.files;
    return done;
}
