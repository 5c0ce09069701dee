/* export/resampler.h - sound at another sampling rate. Not for use outside
 * export/. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Resampler Resampler;
/* @count frames, as everywhere here; their channels are interleaved. */
typedef void ResamplerSink(const int16_t *samples, size_t count, void *context);

/* Can rates be changed at all in this build? */
bool resampler_exists(void);
/* NULL when they cannot. */
Resampler *resampler_new(uint32_t from_hz, uint32_t to_hz, unsigned channels);
void resampler_free(Resampler *resampler);
/* What comes out lags behind, but begins with the first frame that went in. */
void resampler_feed(Resampler *resampler, const int16_t *samples, size_t count, ResamplerSink *sink,
                    void *context);
/* Gets out the rest; what is fed next begins anew. */
void resampler_drain(Resampler *resampler, ResamplerSink *sink, void *context);
