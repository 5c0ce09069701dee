#include "export/audio_file.h"
#include "capture/capture.h"
#include <errno.h>
#include <string.h>

#ifdef RUNG_HAVE_SNDFILE
#include <sndfile.h>

#define CHUNKS_A_SECOND 4 /* how often it is written */
#define MEAN_FRAMES     1024u

static const struct {
    const char *name;
    int format;
} formats[AUDIO_FORMATS] = {
    /* RF64 becomes plain WAV below 4 GiB. */
    [AUDIO_WAV] = { "wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16 },
    [AUDIO_FLAC] = { "flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16 },
    [AUDIO_OGG] = { "ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS },
    [AUDIO_OPUS] = { "opus", SF_FORMAT_OGG | SF_FORMAT_OPUS },
};

struct AudioFile {
    SNDFILE *sound;
    char *path;
    unsigned channels;
    size_t window, chunk; /* frames */
    int64_t written;      /* frames: where the window begins */
    int64_t end;          /* behind the last frame that was added */
    bool failed;
    int16_t *samples; /* of the window */
};

const char *audio_format_name(AudioFormat format)
{
    return (unsigned)format < AUDIO_FORMATS ? formats[format].name : "";
}

static void fail_open(const char *path, GError **error)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", path,
                errno ? g_strerror(errno) : sf_strerror(NULL));
}

static AudioFile *file_new(SNDFILE *sound, const char *path, const SF_INFO *info)
{
    AudioFile *file = g_new0(AudioFile, 1);
    uint32_t rate_hz = (uint32_t)info->samplerate;

    file->sound = sound;
    file->path = g_strdup(path);
    file->channels = (unsigned)info->channels;
    file->window = (size_t)rate_hz * AUDIO_WINDOW_S;
    file->chunk = rate_hz / CHUNKS_A_SECOND;
    file->samples = g_new0(int16_t, file->window * file->channels);
    return file;
}

AudioFile *audio_file_open(const char *path, AudioFormat format, uint32_t rate_hz,
                           unsigned channels, GError **error)
{
    SF_INFO info = { .samplerate = (int)rate_hz,
                     .channels = (int)channels,
                     .format = formats[format].format };

    errno = 0;
    SNDFILE *sound = sf_open(path, SFM_WRITE, &info);
    if (!sound) {
        fail_open(path, error);
        return NULL;
    }
    if (format == AUDIO_WAV)
        sf_command(sound, SFC_RF64_AUTO_DOWNGRADE, NULL, SF_TRUE);
    return file_new(sound, path, &info);
}

AudioFile *audio_file_open_samples(int fd, uint32_t rate_hz)
{
    SF_INFO info = { .samplerate = (int)rate_hz,
                     .channels = AUDIO_SIDES,
                     .format = SF_FORMAT_RAW | SF_FORMAT_PCM_16 | SF_ENDIAN_CPU };
    SNDFILE *sound = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);

    return sound ? file_new(sound, "samples", &info) : NULL;
}

/* Every @step-th of @samples into one channel. */
static void add_channel(AudioFile *file, unsigned channel, int64_t at, const int16_t *samples,
                        size_t count, unsigned step)
{
    int64_t from = MAX(at, file->written);
    int64_t to = MIN(at + (int64_t)count, file->written + (int64_t)file->window);

    for (int64_t frame = from; frame < to; frame++) {
        int16_t *sample =
            &file->samples[(size_t)(frame - file->written) * file->channels + channel];
        *sample = (int16_t)CLAMP(*sample + samples[(frame - at) * step], INT16_MIN, INT16_MAX);
    }
    file->end = MAX(file->end, to);
}

void audio_file_add(AudioFile *file, unsigned side, unsigned channels, int64_t at,
                    const int16_t *samples, size_t count)
{
    int16_t means[MEAN_FRAMES];
    unsigned channel = file->channels == 1 ? 0 : side;

    while (channels > 1 && count > 0) {
        size_t part = MIN(count, MEAN_FRAMES);
        for (size_t i = 0; i < part; i++)
            means[i] = (int16_t)((samples[2 * i] + samples[2 * i + 1]) / 2);
        add_channel(file, channel, at, means, part, 1);
        at += (int64_t)part;
        samples += 2 * part;
        count -= part;
    }
    add_channel(file, channel, at, samples, count, 1);
}

void audio_file_add_frames(AudioFile *file, unsigned channels, int64_t at, const int16_t *samples,
                           size_t count)
{
    for (unsigned channel = 0; channel < file->channels; channel++)
        add_channel(file, channel, at, samples + (channels > 1 ? channel : 0), count, channels);
}

static void write_frames(AudioFile *file, size_t count)
{
    size_t width = file->channels * sizeof *file->samples;

    errno = 0;
    if (!file->failed)
        file->failed =
            sf_writef_short(file->sound, file->samples, (sf_count_t)count) != (sf_count_t)count;
    memmove(file->samples, file->samples + count * file->channels, (file->window - count) * width);
    memset(file->samples + (file->window - count) * file->channels, 0, count * width);
    file->written += (int64_t)count;
}

static void write_until(AudioFile *file, int64_t at)
{
    while (file->written < at)
        write_frames(file, (size_t)MIN(at - file->written, (int64_t)file->window));
}

void audio_file_advance(AudioFile *file, int64_t at)
{
    if (at - file->written >= (int64_t)file->chunk)
        write_until(file, at);
}

bool audio_file_close(AudioFile *file, GError **error)
{
    write_until(file, file->end);
    bool failed = file->failed;
    int cause = errno;

    if (sf_close(file->sound) != 0)
        failed = true;
    if (failed)
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", file->path,
                    cause ? g_strerror(cause) : "the sound file cannot be written");
    g_free(file->samples);
    g_free(file->path);
    g_free(file);
    return !failed;
}
#else
const char *audio_format_name(AudioFormat format)
{
    static const char *const names[AUDIO_FORMATS] = { "wav", "flac", "ogg", "opus" };
    return (unsigned)format < AUDIO_FORMATS ? names[format] : "";
}

AudioFile *audio_file_open(const char *path, AudioFormat format, uint32_t rate_hz,
                           unsigned channels, GError **error)
{
    (void)format;
    (void)rate_hz;
    (void)channels;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: rung was built without libsndfile",
                path);
    return NULL;
}

AudioFile *audio_file_open_samples(int fd, uint32_t rate_hz)
{
    (void)fd;
    (void)rate_hz;
    return NULL;
}

void audio_file_add(AudioFile *file, unsigned side, unsigned channels, int64_t at,
                    const int16_t *samples, size_t count)
{
    (void)file;
    (void)side;
    (void)channels;
    (void)at;
    (void)samples;
    (void)count;
}

void audio_file_add_frames(AudioFile *file, unsigned channels, int64_t at, const int16_t *samples,
                           size_t count)
{
    audio_file_add(file, 0, channels, at, samples, count);
}

void audio_file_advance(AudioFile *file, int64_t at)
{
    (void)file;
    (void)at;
}

bool audio_file_close(AudioFile *file, GError **error)
{
    (void)file;
    (void)error;
    return true;
}
#endif

uint32_t audio_format_rate(AudioFormat format, uint32_t rate_hz)
{
    static const uint32_t of_opus[] = { 8000, 12000, 16000, 24000 }; /* RFC 6716 section 2 */

    if (format != AUDIO_OPUS)
        return rate_hz;
    for (unsigned i = 0; i < G_N_ELEMENTS(of_opus); i++)
        if (rate_hz <= of_opus[i])
            return of_opus[i];
    return 48000;
}
