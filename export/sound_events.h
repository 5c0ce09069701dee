/* export/sound_events.h - the digits of a call on one time line, whatever brought them: events in
 * RTP (RFC 4733), INFO requests, tones in the sound. Not for use outside export/. */
#pragma once
#include "export/sound.h"

/* SoundEvent: those the model knows of @call (NULL: none), on a time line from @origin_ns on. The
 * caller holds the model's lock; free with g_array_unref(). */
GArray *sound_events_new(const Model *model, const Call *call, int64_t origin_ns);
/* @digits: SoundDigit heard in @stream; 0: in all of a side. */
void sound_events_add_tones(GArray *events, const GArray *digits, uint32_t stream,
                            bool from_caller);
void sound_events_sort(GArray *events);
