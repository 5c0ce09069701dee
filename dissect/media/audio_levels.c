/* dissect/media/audio_levels.c - see audio_levels.h */
#include "dissect/media/audio_levels.h"
#include <math.h>

#define SILENCE (AUDIO_LEVELS - 1)

int audio_levels_add(AudioLevels *levels, const RtpPacket *packet, const uint8_t *meaning)
{
    RtpExtensions elements = rtp_extensions(packet);
    RtpExtension element;
    AudioLevel level;
    int told = AUDIO_LEVEL_UNTOLD;

    while (rtp_extensions_next(&elements, &element)) {
        if (element.id >= HEADER_EXTENSION_IDS)
            continue;
        levels->seen |= (uint16_t)(1u << element.id);
        if (header_extension_kind(meaning[element.id]) != EXTENSION_AUDIO_LEVEL ||
            (meaning[element.id] & HEADER_EXTENSION_ENCRYPTED && !packet->extension_open) ||
            audio_level_parse(element.data, &level) != DISSECT_OK)
            continue;
        levels->packets[level.level]++;
        levels->voice += level.voice;
        told = level.level;
    }
    return told;
}

AudioLevelReport audio_levels_report(const AudioLevels *levels)
{
    AudioLevelReport report = { .mean_dbov = NAN, .voice_percent = NAN, .silent_percent = NAN };
    double power = 0;

    for (int i = SILENCE; i >= 0; i--) {
        if (levels->packets[i] == 0)
            continue;
        report.packets += levels->packets[i];
        report.max_dbov = -i;
        power += levels->packets[i] * (i == SILENCE ? 0 : pow(10, -i / 10.0));
    }
    if (report.packets == 0)
        return report;
    double all = (double)report.packets;
    report.mean_dbov = power > 0 ? 10 * log10(power / all) : -SILENCE;
    report.voice_percent = 100 * (double)levels->voice / all;
    report.silent_percent = 100 * (double)levels->packets[SILENCE] / all;
    return report;
}
