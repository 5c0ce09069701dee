#include "ui/stop_signals.h"
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#define WAKE_SIGNAL SIGUSR2 /* sent to the thread alone, to end it */

struct StopSignals {
    pthread_t thread;
    void (*stop)(void *context);
    void *context;
    atomic_bool over;
};

static sigset_t watched_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, WAKE_SIGNAL);
    return set;
}

/* The next signal from outside, or 0 when the watch is over. */
static int next_signal(StopSignals *signals)
{
    sigset_t set = watched_signals();
    int number = WAKE_SIGNAL;

    while (number == WAKE_SIGNAL && !atomic_load(&signals->over))
        sigwait(&set, &number);
    return atomic_load(&signals->over) ? 0 : number;
}

static void *watch(void *context)
{
    StopSignals *signals = context;
    sigset_t set = watched_signals();

    if (next_signal(signals) == 0)
        return NULL;
    signals->stop(signals->context);
    int second = next_signal(signals);
    if (second == 0)
        return NULL;
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    kill(getpid(), second);
    return NULL;
}

void stop_signals_block(void)
{
    sigset_t set = watched_signals();
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    pthread_sigmask(SIG_BLOCK, &set, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

StopSignals *stop_signals_watch(void (*stop)(void *context), void *context)
{
    StopSignals *signals = g_new0(StopSignals, 1);

    signals->stop = stop;
    signals->context = context;
    if (pthread_create(&signals->thread, NULL, watch, signals) != 0)
        g_error("no thread for signals");
    return signals;
}

void stop_signals_free(StopSignals *signals)
{
    if (!signals)
        return;
    atomic_store(&signals->over, true);
    pthread_kill(signals->thread, WAKE_SIGNAL);
    pthread_join(signals->thread, NULL);
    g_free(signals);
}
