#include "dissect/media/codec/wave_repeat.h"
#include <glib.h>
#include <string.h>

#define PITCH_MIN_PER_S 400u /* highest and lowest voice that is looked for */
#define PITCH_MAX_PER_S 66u
#define STEADY_PER_S    100u  /* 10 ms as loud as before, */
#define FADED_PER_S     16u   /* silent after 60 ms */
#define JOIN_PER_S      250u  /* 4 ms of both when the sound comes back */
#define COMPARE_HZ      8000u /* samples a second that are enough to find the pitch */

struct WaveRepeat {
    unsigned channels, step; /* @step: frames between those that are compared */
    size_t pitch_min, pitch_max, steady, faded, join;
    size_t pitch;      /* of the gap that goes on */
    size_t gap;        /* frames filled since something was heard */
    size_t held, size; /* frames of history */
    int16_t *history;  /* the newest at the end */
};

WaveRepeat *wave_repeat_new(uint32_t rate_hz, unsigned channels)
{
    WaveRepeat *repeat = g_new0(WaveRepeat, 1);

    *repeat = (WaveRepeat){
        .channels = channels,
        .step = MAX(rate_hz / COMPARE_HZ, 1),
        .pitch_min = rate_hz / PITCH_MIN_PER_S,
        .pitch_max = rate_hz / PITCH_MAX_PER_S,
        .steady = rate_hz / STEADY_PER_S,
        .faded = rate_hz / FADED_PER_S,
        .join = rate_hz / JOIN_PER_S,
        .size = 2 * (size_t)(rate_hz / PITCH_MAX_PER_S),
    };
    repeat->history = g_new0(int16_t, repeat->size * channels);
    return repeat;
}

void wave_repeat_free(WaveRepeat *repeat)
{
    if (!repeat)
        return;
    g_free(repeat->history);
    g_free(repeat);
}

static void remember(WaveRepeat *repeat, const int16_t *samples, size_t frames)
{
    size_t width = repeat->channels * sizeof *samples;
    size_t count = MIN(frames, repeat->size);

    memmove(repeat->history, repeat->history + count * repeat->channels,
            (repeat->size - count) * width);
    memcpy(repeat->history + (repeat->size - count) * repeat->channels,
           samples + (frames - count) * repeat->channels, count * width);
    repeat->held = MIN(repeat->held + count, repeat->size);
}

/* How alike the last @pitch_max frames are to those @lag before them, by the first channel. */
static double likeness(const WaveRepeat *repeat, size_t lag)
{
    double product = 0, energy = 1;

    for (size_t i = repeat->size - repeat->pitch_max; i < repeat->size; i += repeat->step) {
        double now = repeat->history[i * repeat->channels];
        double before = repeat->history[(i - lag) * repeat->channels];
        product += now * before;
        energy += before * before;
    }
    return product > 0 ? product * product / energy : 0;
}

static size_t find_pitch(const WaveRepeat *repeat)
{
    size_t best = repeat->pitch_max;
    double most = 0;

    for (size_t lag = repeat->pitch_min; lag <= repeat->pitch_max; lag += repeat->step) {
        double like = likeness(repeat, lag);
        if (like > most) {
            most = like;
            best = lag;
        }
    }
    return best;
}

/* Channel @channel of the frame that is @at behind the begin of the gap. */
static double substitute(const WaveRepeat *repeat, size_t at, unsigned channel)
{
    if (at >= repeat->faded)
        return 0;
    size_t frame = repeat->size - repeat->pitch + at % repeat->pitch;
    double sample = repeat->history[frame * repeat->channels + channel];
    if (at < repeat->steady)
        return sample;
    return sample * (double)(repeat->faded - at) / (double)(repeat->faded - repeat->steady);
}

void wave_repeat_fill(WaveRepeat *repeat, int16_t *out, size_t frames)
{
    if (repeat->held < repeat->size) {
        memset(out, 0, frames * repeat->channels * sizeof *out);
        return;
    }
    if (repeat->gap == 0)
        repeat->pitch = find_pitch(repeat);
    for (size_t i = 0; i < frames; i++)
        for (unsigned channel = 0; channel < repeat->channels; channel++)
            *out++ = (int16_t)substitute(repeat, repeat->gap + i, channel);
    repeat->gap += frames;
}

static void join(const WaveRepeat *repeat, int16_t *samples, size_t frames)
{
    size_t count = MIN(frames, repeat->join);

    for (size_t i = 0; i < count; i++) {
        double share = (double)(i + 1) / (double)(count + 1);
        for (unsigned channel = 0; channel < repeat->channels; channel++, samples++)
            *samples = (int16_t)(*samples * share +
                                 substitute(repeat, repeat->gap + i, channel) * (1 - share));
    }
}

void wave_repeat_hear(WaveRepeat *repeat, int16_t *samples, size_t frames)
{
    if (repeat->gap > 0 && repeat->held == repeat->size)
        join(repeat, samples, frames);
    repeat->gap = 0;
    remember(repeat, samples, frames);
}
