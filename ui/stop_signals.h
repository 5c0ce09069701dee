/* ui/stop_signals.h - SIGINT, SIGTERM and SIGHUP as a call in a thread of their own, where anything
 * may be done; a second one ends the program at once. SIGPIPE becomes a failed write. */
#pragma once

typedef struct StopSignals StopSignals;

/* @stop is called once, from the thread, at the first signal. Threads of the program are to be
 * started later: they inherit that these signals are blocked. */
StopSignals *stop_signals_watch(void (*stop)(void *context), void *context);
/* Ends the thread; @stop is not called afterwards. */
void stop_signals_free(StopSignals *signals);
