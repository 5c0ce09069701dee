/* dissect/media/speech_seconds.c - see speech_seconds.h */
#include "dissect/media/speech_seconds.h"
#include "dissect/base/clock.h"

#define SEVERE_SHARE    20 /* one in twenty: 5 % */
#define WINDOW_EXPECTED 50 /* packets below which a window is silence, not speech */

static void count(SpeechSecond *second, uint64_t expected, uint64_t bad)
{
    second->expected = (uint16_t)MIN(second->expected + expected, UINT16_MAX);
    second->bad = (uint16_t)MIN(second->bad + bad, UINT16_MAX);
}

static bool is_severe(const SpeechSecond *second)
{
    return (unsigned)second->bad * SEVERE_SHARE > second->expected;
}

static void note_worst(SpeechSeconds *seconds)
{
    SpeechSecond sum = seconds->sum;
    SpeechSecond worst = seconds->worst;

    if (seconds->filled < WORST_WINDOW_SECONDS || sum.expected < WINDOW_EXPECTED)
        return;
    if (worst.expected > 0 &&
        (uint32_t)sum.bad * worst.expected <= (uint32_t)worst.bad * sum.expected)
        return;
    seconds->worst = sum;
    seconds->worst_start_ns = seconds->start_ns - (WORST_WINDOW_SECONDS - 1) * NS_PER_S;
}

/* Closes the open second and begins the next. */
static void next_second(SpeechSeconds *seconds)
{
    SpeechSecond *slot = &seconds->last[seconds->next];
    SpeechSecond sum = { 0 };

    seconds->concealed += seconds->open.bad > 0;
    seconds->severely_concealed += is_severe(&seconds->open);
    *slot = seconds->open;
    seconds->next = (uint8_t)((seconds->next + 1) % WORST_WINDOW_SECONDS);
    seconds->filled = (uint8_t)MIN(seconds->filled + 1, WORST_WINDOW_SECONDS);
    for (int i = 0; i < WORST_WINDOW_SECONDS; i++)
        count(&sum, seconds->last[i].expected, seconds->last[i].bad);
    seconds->sum = sum;
    note_worst(seconds);
    seconds->open = (SpeechSecond){ 0 };
    seconds->start_ns += NS_PER_S;
}

/* Seconds in which nothing was sent: eight of them say all. */
static void skip_seconds(SpeechSeconds *seconds, int64_t idle)
{
    int64_t told = MIN(idle, WORST_WINDOW_SECONDS);

    for (int64_t i = 0; i < told; i++)
        next_second(seconds);
    seconds->start_ns += (idle - told) * NS_PER_S;
}

/* @elapsed seconds have begun since the open one did. The lost packets stood right before this one:
 * they fill the seconds backwards. */
static void spread(SpeechSeconds *seconds, int64_t elapsed, const SpeechPacket *packet)
{
    int64_t packet_ns = CLAMP(packet->packet_ns, NS_PER_MS, NS_PER_S);
    int64_t per_second = NS_PER_S / packet_ns;
    int64_t into_ns = packet->arrival_ns - seconds->start_ns - elapsed * NS_PER_S;
    int64_t here = MIN(packet->lost, into_ns / packet_ns);
    int64_t full = MIN((packet->lost - here) / per_second, elapsed - 1);
    int64_t rest = packet->lost - here - full * per_second;
    int64_t idle = elapsed - 1 - full;

    skip_seconds(seconds, idle);
    count(&seconds->open, (uint64_t)rest, (uint64_t)rest);
    next_second(seconds);
    for (int64_t i = 0; i < full; i++) {
        count(&seconds->open, (uint64_t)per_second, (uint64_t)per_second);
        next_second(seconds);
    }
    count(&seconds->open, (uint64_t)here, (uint64_t)here);
}

void speech_seconds_advance(SpeechSeconds *seconds, const SpeechPacket *packet)
{
    if (!seconds->started) {
        seconds->started = true;
        seconds->start_ns = packet->arrival_ns;
    }
    int64_t into_ns = time_between(seconds->start_ns, packet->arrival_ns);
    if (into_ns >= NS_PER_S)
        spread(seconds, into_ns / NS_PER_S, packet);
    else
        count(&seconds->open, packet->lost, packet->lost);
    count(&seconds->open, 1, packet->bad);
}

void speech_seconds_found(SpeechSeconds *seconds)
{
    SpeechSecond *last =
        &seconds->last[(seconds->next + WORST_WINDOW_SECONDS - 1) % WORST_WINDOW_SECONDS];

    if (seconds->open.bad > 0) {
        seconds->open.bad--;
    } else if (seconds->filled > 0 && last->bad > 0) {
        seconds->severely_concealed -= is_severe(last);
        last->bad--;
        seconds->severely_concealed += is_severe(last);
        seconds->concealed -= last->bad == 0;
    }
}

SpeechSeconds speech_seconds_end(const SpeechSeconds *seconds)
{
    SpeechSeconds ended = *seconds;
    if (ended.started)
        next_second(&ended);
    return ended;
}
