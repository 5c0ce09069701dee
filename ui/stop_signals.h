/* ui/stop_signals.h - SIGINT, SIGTERM and SIGHUP as a call in a thread of their own, where anything
 * may be done; a second one ends the program at once. SIGPIPE becomes a failed write. */
#pragma once

typedef struct StopSignals StopSignals;

/* To be called before the program's other threads start: they inherit that these are blocked. */
void stop_signals_block(void);
/* @stop is called once, from the thread, at the first signal since they were blocked. To be called
 * when privileges have been given up: the thread keeps what it inherits. */
StopSignals *stop_signals_watch(void (*stop)(void *context), void *context);
/* Ends the thread; @stop is not called afterwards. */
void stop_signals_free(StopSignals *signals);
