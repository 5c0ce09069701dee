/* export/level_notes.h - how loud a stream was by its decoded sound, told to its time series. What
 * the sender itself says (RFC 6464) stays. Not for use outside export/. */
#pragma once
#include "dissect/media/stream.h"
#include "export/sound.h"

/* @wave: of the stream, or of the party whose only stream it was, from @origin_ns on. The caller
 * holds the model's lock; @stream may be NULL. */
void level_notes_add(Stream *stream, const SoundWave *wave, int64_t origin_ns);
