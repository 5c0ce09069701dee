/* export/sound_meter.h - what a stream, or one side of a call, sounds like: wave form, level,
 * silence, clipping, DTMF. Fed frame by frame while it is played; memory is bounded by the number
 * of bins and a bit for every 100 ms. Levels are in dBov: 0 is the overload point of 16-bit samples
 * (RFC 6464), so that a full-scale sine has -3.01. Not for use outside export/. */
#pragma once
#include "export/sound.h"

typedef struct SoundMeter SoundMeter;

/* The wave form has at most @bins bins, of 5 ms each until they do not suffice; then they double.
 * Of two @channels each is measured by itself, and the louder one counts: neither hides what the
 * other has. */
SoundMeter *sound_meter_new(uint32_t rate_hz, unsigned bins, unsigned channels);
void sound_meter_free(SoundMeter *meter);
/* Frames from @at on, of @channels, or of 1, which is the same in both. In order, but for streams
 * that are mixed. */
void sound_meter_add(SoundMeter *meter, unsigned channels, int64_t at, const int16_t *samples,
                     size_t count);
/* Packets for [@from, @to) did not come. */
void sound_meter_miss(SoundMeter *meter, int64_t from, int64_t to);
/* Once, when all was added. */
void sound_meter_finish(SoundMeter *meter);

/* Valid until the meter is freed or goes on. Before sound_meter_finish() they are those so far, of
 * the first channel. */
void sound_meter_figures(const SoundMeter *meter, SoundFigures *out);
const SoundWave *sound_meter_wave(const SoundMeter *meter);
/* SoundDigit, at most SOUND_DIGITS_MAX. */
const GArray *sound_meter_digits(const SoundMeter *meter);
/* Was anything but silence heard in slot @slot, of SOUND_SLOT_MS from the begin of the call? */
bool sound_meter_is_active(const SoundMeter *meter, unsigned slot);
/* Slots up to the last sound. */
unsigned sound_meter_slots(const SoundMeter *meter);
