/* dissect/net/sctp_window.h - which transmission sequence numbers of a direction have come.
 * Private to dissect/net. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define SCTP_WINDOW 1024u /* a sender has fewer chunks on their way */

typedef struct {
    uint64_t seen[SCTP_WINDOW / 64];
    uint32_t base;  /* what lies before it is decided */
    uint32_t first; /* what lies before it may have come before the capture began */
    uint32_t next;  /* behind the highest that was seen */
    bool started;
} SctpWindow;

/* The direction begins with @tsn (of INIT), or the capture began inside it. */
void sctp_window_start(SctpWindow *window, uint32_t tsn, bool from_init);
/* True when @tsn comes for the first time. Adds to *@gaps what is given up as never captured. */
bool sctp_window_add(SctpWindow *window, uint32_t tsn, uint64_t *gaps);
/* The sender skips all up to @tsn (RFC 3758): they are no gaps. */
void sctp_window_skip(SctpWindow *window, uint32_t tsn);
/* How many are missing among those that must have been there. */
uint64_t sctp_window_missing(const SctpWindow *window);
