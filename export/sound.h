/* export/sound.h - what calls sound like, measured from their packets read again: for "-z sound"
 * and for the screen. Positions are milliseconds from the begin of the call's first stream. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/model.h"
#include "export/audio.h"

#define SOUND_SLOT_MS     100u
#define SOUND_SILENT_DBOV (-50.0) /* 20 ms below that are silence */
#define SOUND_DEAD_AIR_MS 3000u   /* nobody is heard for as long */
#define SOUND_DIGITS_MAX  1000u   /* of a stream */
#define SOUND_TALK_MIN_MS 5000u   /* calls shorter than that are not judged */
#define SOUND_MUTE_MIN_MS 10000u  /* nor is silence that may be listening */

/* A piece of the wave form. Samples of 16 bits. */
typedef struct {
    int16_t min, max;
    bool clipped, missing; /* something in it was */
    uint32_t frames;       /* that were heard; 0: nothing */
    double energy;         /* sum of squares of those; full scale is 1 */
} SoundBin;

typedef struct {
    double bin_ms;
    unsigned count; /* bins in use */
    const SoundBin *bins;
} SoundWave;

typedef struct {
    char digit;
    double from_ms, duration_ms;
} SoundDigit;

/* A digit or another event, whatever brought it. */
typedef struct {
    char name[16];      /* "5", "*", "flash" */
    const char *origin; /* "rfc4733", "info", "inband" */
    bool from_caller;
    uint32_t stream;           /* 0: none, it came in an INFO request */
    double at_ms, duration_ms; /* NAN: not known */
} SoundEvent;

/* NAN: not known. Shares are percent of the time from the first sound to the last. */
typedef struct {
    double first_ms, duration_ms;
    double level_dbov;        /* mean of everything; NAN: digital silence */
    double active_level_dbov; /* ITU-T P.56 method B; NAN: no speech */
    double activity_percent;  /* P.56: the time with speech */
    double peak_dbov;
    double silence_percent;
    double longest_silence_ms;
    uint64_t clipped;  /* samples at full scale, in runs of three or more */
    double missing_ms; /* that packets did not come for in time */
} SoundFigures;

typedef struct {
    uint32_t number; /* of the stream */
    bool from_caller;
    bool heard;           /* it has sound */
    const char *codec;    /* NULL: not known */
    const char *refusal;  /* why it, or some of it, is not heard: of the wire; NULL: it is */
    SoundFigures figures; /* valid when @heard, as what follows */
    SoundWave wave;
    const GArray *digits;               /* SoundDigit: in band */
    uint64_t late, concealed, restored; /* packets */
} SoundStream;

typedef enum { SOUND_NOT_JUDGED, SOUND_HEARS, SOUND_HEARS_NOTHING } SoundHearing;

typedef struct {
    uint32_t number; /* of the call */
    int64_t first_ns;
    double duration_ms; /* of all streams together */
    unsigned stream_count;
    const SoundStream *streams;
    const GArray *events;                    /* SoundEvent, by time */
    double dead_air_ms, longest_dead_air_ms; /* both silent for SOUND_DEAD_AIR_MS or more */
    SoundHearing hearing[PARTIES];           /* of the caller, of the callee */
    const char *why[PARTIES];                /* nothing is heard: one line; static */
} SoundCall;

/* Everything in it is valid for the call only. */
typedef void SoundSink(const SoundCall *call, void *context);

typedef struct {
    const uint32_t *calls; /* numbers */
    unsigned call_count;
    const AudioStyle *style;
    unsigned bins; /* of a wave form */
    SoundSink *sink;
    void *context;
} SoundRequest;

/* Tells the calls in the order in which they end; those with nothing to be heard come first. The
 * caller holds the model's lock, all the time: for when nothing is captured any more. False when
 * the store cannot be read again. */
bool sound_measure(Model *model, PacketStore *store, const SoundRequest *request, GError **error);
