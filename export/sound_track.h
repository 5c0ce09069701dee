/* export/sound_track.h - the sound of one call for a screen: what both sides sound like on one time
 * line, what is missing, the digits, why something is not heard, and the samples to be played. */
#pragma once
#include "export/sound.h"

#define SOUND_TRACK_BINS 8192u /* of a wave form */

typedef struct {
    bool heard;
    SoundFigures figures; /* valid when @heard, as what follows */
    SoundWave wave;
    const char *codecs; /* "PCMU, opus": wire text; "" when none */
} SoundSide;

typedef struct SoundTrack SoundTrack;

typedef struct {
    uint32_t call;
    const AudioStyle *style;
    /* Called every so often with 0..1; returning false stops. May be NULL. */
    bool (*progress)(double done, void *context);
    void *context;
} SoundTrackRequest;

/* Takes the model's lock only to learn what belongs to the call, then reads the packets again: may
 * take long. NULL when they cannot be read, or it was stopped (CAPTURE_ERROR). */
SoundTrack *sound_track_load(Model *model, PacketStore *store, const SoundTrackRequest *request,
                             GError **error);
void sound_track_free(SoundTrack *track);

double sound_track_duration_ms(const SoundTrack *track); /* 0: nothing is heard */
int64_t sound_track_first_ns(const SoundTrack *track);
const SoundSide *sound_track_side(const SoundTrack *track, Party party);
/* SoundEvent of both sides, by time. */
const GArray *sound_track_events(const SoundTrack *track);
/* Lines about what is not heard, "caller: encrypted (sdes), which is left out": wire text, to be
 * escaped; the track's own. */
const GPtrArray *sound_track_remarks(const SoundTrack *track);

/* Can it be played? Not without sound, without libsndfile, or when it is longer than a disk should
 * hold: a gibibyte of samples. */
bool sound_track_is_playable(const SoundTrack *track);
uint32_t sound_track_rate_hz(const SoundTrack *track);
/* Frames of both sides, caller and callee interleaved, from frame @at on; returns how many, 0 at
 * the end. From any thread. */
size_t sound_track_read(const SoundTrack *track, int64_t at, int16_t *out, size_t frames);
