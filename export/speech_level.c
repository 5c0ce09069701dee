#include "export/speech_level.h"
#include <glib.h>
#include <math.h>

#define FULL_SCALE      32768.0
#define TIME_CONSTANT_S 0.03
#define HANGOVER_MS     200u
#define MARGIN_DB       15.9 /* between the level of speech and the threshold that finds it */
#define NEVER           UINT64_MAX

SpeechLevel speech_level(uint32_t rate_hz)
{
    SpeechLevel level = {
        .smoothing = exp(-1 / (rate_hz * TIME_CONSTANT_S)),
        .hangover = (uint64_t)rate_hz * HANGOVER_MS / 1000,
    };

    for (unsigned i = 0; i < SPEECH_THRESHOLDS; i++)
        level.since[i] = NEVER;
    return level;
}

/* Thresholds are 2^-15 to 2^-1 of full scale, 6.02 dB apart. */
static unsigned thresholds_below(double envelope)
{
    int exponent;

    if (envelope <= 0)
        return 0;
    frexp(envelope, &exponent); /* 2^(exponent-1) <= envelope */
    return (unsigned)CLAMP(exponent - 1 + SPEECH_THRESHOLDS + 1, 0, SPEECH_THRESHOLDS);
}

static void count_active(SpeechLevel *level)
{
    unsigned below = thresholds_below(level->second);

    for (unsigned i = 0; i < below; i++) {
        level->active[i]++;
        level->since[i] = 0;
    }
    for (unsigned i = below; i < SPEECH_THRESHOLDS; i++) {
        if (level->since[i] >= level->hangover)
            continue;
        level->active[i]++;
        level->since[i]++;
    }
}

void speech_level_add(SpeechLevel *level, const int16_t *samples, size_t count)
{
    double keep = level->smoothing, take = 1 - level->smoothing;

    for (size_t i = 0; i < count; i++) {
        double sample = samples[i] / FULL_SCALE;
        level->first = keep * level->first + take * fabs(sample);
        level->second = keep * level->second + take * level->first;
        level->energy += sample * sample;
        count_active(level);
    }
    level->count += count;
}

void speech_level_add_silence(SpeechLevel *level, uint64_t count)
{
    static const int16_t zeros[256];
    uint64_t heard = MIN(count, 10 * level->hangover); /* all has died away by then */

    for (uint64_t left = heard; left > 0;) {
        size_t part = (size_t)MIN(left, G_N_ELEMENTS(zeros));
        speech_level_add(level, zeros, part);
        left -= part;
    }
    level->count += count - heard;
}

double level_dbov(double energy, uint64_t count)
{
    return count > 0 && energy > 0 ? 10 * log10(energy / (double)count) : NAN;
}

/* How far the level that threshold @i finds lies above it. */
static double margin_at(const SpeechLevel *level, unsigned i, double *out_dbov)
{
    double threshold_db = 20 * log10(ldexp(1, (int)i - SPEECH_THRESHOLDS));

    *out_dbov = level_dbov(level->energy, level->active[i]);
    return *out_dbov - threshold_db;
}

/* Where the margin falls to 15.9 dB, between two thresholds. */
static double find_active(const SpeechLevel *level)
{
    double above_dbov, above = margin_at(level, 0, &above_dbov);

    if (!(above >= MARGIN_DB))
        return NAN; /* below the lowest threshold */
    for (unsigned i = 1; i < SPEECH_THRESHOLDS; i++) {
        double dbov, margin = margin_at(level, i, &dbov);
        if (isnan(margin))
            break;
        if (margin <= MARGIN_DB)
            return above_dbov + (dbov - above_dbov) * (above - MARGIN_DB) / (above - margin);
        above = margin;
        above_dbov = dbov;
    }
    return above_dbov;
}

SpeechFigures speech_level_figures(const SpeechLevel *level)
{
    SpeechFigures figures = { level_dbov(level->energy, level->count), NAN, 0 };

    if (isnan(figures.long_term_dbov))
        return figures;
    figures.active_dbov = find_active(level);
    if (!isnan(figures.active_dbov))
        figures.activity = MIN(pow(10, (figures.long_term_dbov - figures.active_dbov) / 10), 1.0);
    return figures;
}
