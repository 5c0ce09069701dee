/* dissect/media/codec/wave_repeat.h - concealment for codecs without one of their own, in the
 * manner of ITU-T G.711 Appendix I: the last pitch period goes on, fades away within 60 ms, and
 * goes over into what comes next. Private to dissect/media/codec/. */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct WaveRepeat WaveRepeat;

WaveRepeat *wave_repeat_new(uint32_t rate_hz, unsigned channels);
void wave_repeat_free(WaveRepeat *repeat);
/* What was decoded; after a gap its beginning is changed. */
void wave_repeat_hear(WaveRepeat *repeat, int16_t *samples, size_t frames);
void wave_repeat_fill(WaveRepeat *repeat, int16_t *out, size_t frames);
