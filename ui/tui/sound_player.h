/* ui/tui/sound_player.h - plays a track on the default sound device, by PortAudio, in a thread of
 * its own: what is asked for here is done there, and nobody waits. */
#pragma once
#include "export/sound_track.h"

typedef enum {
    PLAYER_PROBING, /* looks for a device */
    PLAYER_NONE,    /* there is no device; sound_player_trouble() says more */
    PLAYER_PAUSED,
    PLAYER_PLAYING,
} PlayerState;

typedef enum { PLAYER_BOTH, PLAYER_CALLER, PLAYER_CALLEE, PLAYER_SIDES } PlayerSide;

typedef struct SoundPlayer SoundPlayer;

/* @track has to outlive it. tui_wake() is called while it plays. */
SoundPlayer *sound_player_new(const SoundTrack *track);
void sound_player_free(SoundPlayer *player);

PlayerState sound_player_state(SoundPlayer *player);
/* Why there is no device, one line; static or the library's; "" otherwise. */
const char *sound_player_trouble(SoundPlayer *player);
/* From the position on; pausing keeps it. */
void sound_player_play(SoundPlayer *player, bool play);
/* Position in ms: of what is being heard. */
double sound_player_position_ms(SoundPlayer *player);
void sound_player_seek(SoundPlayer *player, double ms);
/* Volume 0..200 percent. */
void sound_player_mix(SoundPlayer *player, PlayerSide side, unsigned volume_percent);
