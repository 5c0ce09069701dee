/* dissect/media/audio_levels.h - how loud a stream says it is (RFC 6464), without decoding. */
#pragma once
#include "dissect/media/rtp_extension.h"

#define AUDIO_LEVELS 128

typedef struct {
    uint32_t packets[AUDIO_LEVELS]; /* by -dBov */
    uint64_t voice;                 /* packets that the sender takes for speech */
    uint16_t seen;                  /* bit n: extension n came */
} AudioLevels;

#define AUDIO_LEVEL_UNTOLD (-1)

/* @meaning: of each id, HEADER_EXTENSION_IDS of them; what is encrypted and was not opened tells
 * nothing. Returns the level that the packet tells, in
 * -dBov (0 to 127), or AUDIO_LEVEL_UNTOLD. */
int audio_levels_add(AudioLevels *levels, const RtpPacket *packet, const uint8_t *meaning);

typedef struct {
    uint64_t packets;
    double mean_dbov; /* of the power; NAN: no packets */
    int max_dbov;
    double voice_percent, silent_percent; /* silent: -127 dBov, no sound at all */
} AudioLevelReport;
AudioLevelReport audio_levels_report(const AudioLevels *levels);
