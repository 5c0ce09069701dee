/* ui/tui/sound_job.h - loads the sound of a call in a thread of its own. */
#pragma once
#include "export/sound_track.h"

typedef struct SoundJob SoundJob;

/* @style is copied. tui_wake() is called as it goes on, and at the end. */
SoundJob *sound_job_start(Model *model, PacketStore *store, uint32_t call, const AudioStyle *style);
double sound_job_progress(SoundJob *job); /* 0..1 */
bool sound_job_is_done(SoundJob *job);
/* Stops it when it is not done, waits, and frees it. The track is the caller's; NULL: why stands in
 * @out_failure, which the caller frees. */
SoundTrack *sound_job_finish(SoundJob *job, char **out_failure);
