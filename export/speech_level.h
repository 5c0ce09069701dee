/* export/speech_level.h - active speech level: ITU-T P.56 method B. The level of the parts that
 * carry speech, and what share of the time they are; 0 dBov is the overload point of the samples
 * (RFC 6464), a full-scale square wave. Constant memory. Not for use outside export/. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define SPEECH_THRESHOLDS 15

typedef struct {
    double smoothing;     /* of the two filters, a sample */
    uint64_t hangover;    /* samples */
    double first, second; /* their state: the envelope */
    double energy;        /* sum of squares; full scale is 1 */
    uint64_t count;       /* samples */
    uint64_t active[SPEECH_THRESHOLDS], since[SPEECH_THRESHOLDS];
} SpeechLevel;

typedef struct {
    double long_term_dbov; /* of everything; NAN: nothing, or digital silence */
    double active_dbov;    /* of speech; NAN: there is none */
    double activity;       /* 0..1 */
} SpeechFigures;

SpeechLevel speech_level(uint32_t rate_hz);
void speech_level_add(SpeechLevel *level, const int16_t *samples, size_t count);
/* @count samples of digital silence. */
void speech_level_add_silence(SpeechLevel *level, uint64_t count);
SpeechFigures speech_level_figures(const SpeechLevel *level);

/* Of a sum of squares over @count samples, full scale 1; NAN when there are none. -inf is never
 * returned: digital silence is NAN too. */
double level_dbov(double energy, uint64_t count);
