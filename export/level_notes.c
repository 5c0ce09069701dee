#include "export/level_notes.h"
#include "dissect/media/quality.h"
#include "export/speech_level.h"
#include <math.h>

#define SILENT_DBOV (-127.0) /* RFC 6464: digital silence */

void level_notes_add(Stream *stream, const SoundWave *wave, int64_t origin_ns)
{
    if (!stream || stream_level_origin(stream) == LEVEL_TOLD)
        return;
    for (unsigned i = 0; i < wave->count; i++) {
        const SoundBin *bin = &wave->bins[i];
        double level = level_dbov(bin->energy, bin->frames);
        if (bin->frames == 0)
            continue;
        int64_t at_ns = (int64_t)((i + 0.5) * wave->bin_ms * NS_PER_MS);
        stream_note_level(stream, origin_ns + at_ns, isnan(level) ? SILENT_DBOV : level);
        stream->levels_decoded = true;
    }
}
