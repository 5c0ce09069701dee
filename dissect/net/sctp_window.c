#include "dissect/net/sctp_window.h"
#include <string.h>

#define MARGIN   32u    /* of the capture's first chunk: others may come late */
#define JUMP_MAX 65536u /* a longer one is another numbering */

static int32_t distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

static bool has(const SctpWindow *window, uint32_t tsn)
{
    return window->seen[tsn % SCTP_WINDOW / 64] >> tsn % 64 & 1;
}

static void set(SctpWindow *window, uint32_t tsn, bool seen)
{
    uint64_t bit = UINT64_C(1) << tsn % 64;
    uint64_t *word = &window->seen[tsn % SCTP_WINDOW / 64];
    *word = seen ? *word | bit : *word & ~bit;
}

void sctp_window_start(SctpWindow *window, uint32_t tsn, bool from_init)
{
    memset(window, 0, sizeof *window);
    window->started = true;
    window->base = from_init ? tsn : tsn - MARGIN;
    window->first = window->next = tsn;
}

/* Moves the window on by @count. */
static uint64_t advance(SctpWindow *window, uint32_t count)
{
    uint64_t gaps = 0;

    for (; count > 0; count--, window->base++) {
        gaps += !has(window, window->base) && distance(window->first, window->base) >= 0;
        set(window, window->base, false);
    }
    return gaps;
}

bool sctp_window_add(SctpWindow *window, uint32_t tsn, uint64_t *gaps)
{
    if (!window->started)
        sctp_window_start(window, tsn, false);
    int32_t at = distance(window->base, tsn);
    if (at < 0 && at > -(int32_t)JUMP_MAX)
        return false;
    if (at < 0 || at >= (int32_t)JUMP_MAX) {
        *gaps += sctp_window_missing(window) + 1;
        sctp_window_start(window, tsn, false);
    } else if ((uint32_t)at >= SCTP_WINDOW) {
        *gaps += advance(window, (uint32_t)at - SCTP_WINDOW + 1);
    }
    if (has(window, tsn))
        return false;
    set(window, tsn, true);
    if (distance(window->next, tsn) >= 0)
        window->next = tsn + 1;
    if (distance(window->first, tsn) < 0)
        window->first = tsn;
    return true;
}

void sctp_window_skip(SctpWindow *window, uint32_t tsn)
{
    int32_t count = distance(window->base, tsn) + 1;

    if (window->started && count > 0 && (uint32_t)count <= JUMP_MAX)
        advance(window, (uint32_t)count);
    if (window->started && distance(window->next, window->base) > 0)
        window->next = window->base;
}

uint64_t sctp_window_missing(const SctpWindow *window)
{
    uint64_t missing = 0;

    for (uint32_t tsn = window->base; window->started && distance(tsn, window->next) > 0; tsn++)
        missing += !has(window, tsn) && distance(window->first, tsn) >= 0;
    return missing;
}
