/* export/audio_file.h - a sound file that is written while time goes on: two sides, left and right
 * or mixed, to which samples are added within a window of some seconds. Not for use outside
 * export/. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { AUDIO_WAV, AUDIO_FLAC, AUDIO_OGG, AUDIO_OPUS, AUDIO_FORMATS } AudioFormat;
/* Suffix of the file's name, as -o audio.format takes it: "wav". */
const char *audio_format_name(AudioFormat format);
/* The lowest sampling rate of the format that is not below @rate_hz, or its highest. */
uint32_t audio_format_rate(AudioFormat format, uint32_t rate_hz);

enum { AUDIO_LEFT, AUDIO_RIGHT, AUDIO_SIDES };
#define AUDIO_WINDOW_S 4 /* behind what was written */

typedef struct AudioFile AudioFile;

/* @channels: AUDIO_SIDES of them; one, in which both sides are mixed; or those of one side alone.
 * CAPTURE_ERROR_WRITE with the path when it cannot be written, or rung was built without
 * libsndfile. */
AudioFile *audio_file_open(const char *path, AudioFormat format, uint32_t rate_hz,
                           unsigned channels, GError **error);
/* Both sides as samples of this machine and nothing else, into @fd, which stays the caller's. NULL
 * when rung was built without libsndfile. */
AudioFile *audio_file_open_samples(int fd, uint32_t rate_hz);
/* Adds the mean of frames of @channels, 1 or 2, to what is there on a side from frame @at on; what
 * is outside of the window is dropped. */
void audio_file_add(AudioFile *file, unsigned side, unsigned channels, int64_t at,
                    const int16_t *samples, size_t count);
/* The same in all channels of the file, each by itself: @channels are 1, or as many as it has. */
void audio_file_add_frames(AudioFile *file, unsigned channels, int64_t at, const int16_t *samples,
                           size_t count);
/* Writes all before frame @at. */
void audio_file_advance(AudioFile *file, int64_t at);
/* Writes what is left and closes; false when anything could not be written. Frees @file. */
bool audio_file_close(AudioFile *file, GError **error);
