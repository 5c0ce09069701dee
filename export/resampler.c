#include "export/resampler.h"
#include <glib.h>

#ifdef RUNG_HAVE_SOXR
#include <soxr.h>

#define OUTPUT_FRAMES 4096
#define CHANNELS_MAX  2

struct Resampler {
    soxr_t soxr;
    unsigned channels;
    bool fed;
    int16_t output[OUTPUT_FRAMES * CHANNELS_MAX];
};

bool resampler_exists(void)
{
    return true;
}

Resampler *resampler_new(uint32_t from_hz, uint32_t to_hz, unsigned channels)
{
    const soxr_io_spec_t samples = soxr_io_spec(SOXR_INT16_I, SOXR_INT16_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_16_BITQ, 0);
    soxr_error_t error = NULL;
    soxr_t soxr = soxr_create(from_hz, to_hz, channels, &error, &samples, &quality, NULL);

    if (!soxr || error)
        return NULL;
    Resampler *resampler = g_new0(Resampler, 1);
    resampler->soxr = soxr;
    resampler->channels = channels;
    return resampler;
}

void resampler_free(Resampler *resampler)
{
    if (!resampler)
        return;
    soxr_delete(resampler->soxr);
    g_free(resampler);
}

void resampler_feed(Resampler *resampler, const int16_t *samples, size_t count, ResamplerSink *sink,
                    void *context)
{
    resampler->fed = true;
    for (;;) {
        size_t taken = 0, made = 0;
        if (soxr_process(resampler->soxr, samples, count, &taken, resampler->output, OUTPUT_FRAMES,
                         &made))
            return;
        sink(resampler->output, made, context);
        samples += taken * resampler->channels;
        count -= taken;
        if (count == 0 && made < OUTPUT_FRAMES)
            return;
        if (taken == 0 && made == 0)
            return;
    }
}

void resampler_drain(Resampler *resampler, ResamplerSink *sink, void *context)
{
    size_t made = 0;

    if (!resampler->fed)
        return;
    do {
        if (soxr_process(resampler->soxr, NULL, 0, NULL, resampler->output, OUTPUT_FRAMES, &made))
            break;
        sink(resampler->output, made, context);
    } while (made > 0);
    soxr_clear(resampler->soxr);
    resampler->fed = false;
}
#else
bool resampler_exists(void)
{
    return false;
}

Resampler *resampler_new(uint32_t from_hz, uint32_t to_hz, unsigned channels)
{
    (void)from_hz;
    (void)to_hz;
    (void)channels;
    return NULL;
}

void resampler_free(Resampler *resampler)
{
    (void)resampler;
}

void resampler_feed(Resampler *resampler, const int16_t *samples, size_t count, ResamplerSink *sink,
                    void *context)
{
    (void)resampler;
    (void)samples;
    (void)count;
    (void)sink;
    (void)context;
}

void resampler_drain(Resampler *resampler, ResamplerSink *sink, void *context)
{
    (void)resampler;
    (void)sink;
    (void)context;
}
#endif
