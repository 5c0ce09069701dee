/* dissect/media/speech_seconds.h - a stream second by second: seconds with something missing in
 * them, and the worst eight in a row.
 *
 * A second is concealed when a packet of it was lost or discarded, severely when more than 5 % of
 * its packets were. Packets count where they arrive, lost ones where they are noticed; a loss
 * longer than that is spread over the time that it took. Private to dissect/media/. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define WORST_WINDOW_SECONDS 8

typedef struct {
    uint16_t expected, bad;
} SpeechSecond;

typedef struct {
    int64_t start_ns; /* of the second that is open */
    SpeechSecond open;
    SpeechSecond last[WORST_WINDOW_SECONDS]; /* a ring */
    SpeechSecond sum;                        /* of the ring */
    uint8_t next, filled;
    bool started;
    uint64_t concealed, severely_concealed;
    int64_t worst_start_ns; /* valid when worst.expected > 0 */
    SpeechSecond worst;
} SpeechSeconds;

typedef struct {
    int64_t arrival_ns;
    int64_t packet_ns; /* media time of one packet; only read when @lost > 0 */
    uint32_t lost;     /* numbers between it and the highest one before */
    bool bad;          /* discarded */
} SpeechPacket;

void speech_seconds_advance(SpeechSeconds *seconds, const SpeechPacket *packet);

static inline void speech_seconds_add(SpeechSeconds *seconds, const SpeechPacket *packet)
{
    uint64_t into_ns = (uint64_t)packet->arrival_ns - (uint64_t)seconds->start_ns;
    if (!seconds->started || packet->lost > 0 || into_ns >= UINT64_C(1000000000)) {
        speech_seconds_advance(seconds, packet);
        return;
    }
    seconds->open.expected = (uint16_t)(seconds->open.expected + (seconds->open.expected < 65535));
    seconds->open.bad = (uint16_t)(seconds->open.bad + (packet->bad && seconds->open.bad < 65535));
}

/* A packet that was taken for lost came in time after all. */
void speech_seconds_found(SpeechSeconds *seconds);
/* With the open second. */
SpeechSeconds speech_seconds_end(const SpeechSeconds *seconds);
