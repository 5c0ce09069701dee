/* export/fax_audio.h - faxes inside the sound of calls: demodulated while the calls are played.
 * Not for use outside export/. */
#pragma once
#include "export/audio_plan.h"
#include "export/fax.h"

/* Listens to all of @plan, writes the pages, and gives the sessions it found, with their call set,
 * to @found (FaxSession*, owned). False when something cannot be read or written. */
bool fax_audio_run(const GPtrArray *plan, PacketStore *store, const FaxOptions *options,
                   uint64_t packets, GPtrArray *found, unsigned *pages, GError **error);
