/* export/sound_judge.h - of a call that was measured: who hears nothing, and when nobody is heard.
 * Not for use outside export/. */
#pragma once
#include "export/audio_pass.h"
#include "export/sound.h"

/* Fills in duration, dead air and hearing of @out, whose streams are complete: first those of
 * @playing (NULL: none), with their meters, then those of @planned->unheard. @call may be NULL. */
void sound_judge(SoundCall *out, const AudioCall *planned, const PlayingCall *playing,
                 const Call *call);
