/* GLib's locks, made of POSIX threads' for builds with ThreadSanitizer: Debian's libglib is not
 * instrumented and locks with futexes, which the sanitizer cannot see. Linked into the program,
 * these take the place of the library's. */
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t *mutex_of(GMutex *mutex)
{
    gpointer made = g_atomic_pointer_get(&mutex->p);

    if (!made) {
        pthread_mutex_t *fresh = calloc(1, sizeof *fresh);
        pthread_mutex_init(fresh, NULL);
        if (g_atomic_pointer_compare_and_exchange(&mutex->p, NULL, fresh))
            return fresh;
        free(fresh);
        made = g_atomic_pointer_get(&mutex->p);
    }
    return made;
}

static pthread_cond_t *cond_of(GCond *cond)
{
    gpointer made = g_atomic_pointer_get(&cond->p);

    if (!made) {
        pthread_cond_t *fresh = calloc(1, sizeof *fresh);
        pthread_condattr_t monotonic; /* as g_get_monotonic_time() */
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_cond_init(fresh, &monotonic);
        if (g_atomic_pointer_compare_and_exchange(&cond->p, NULL, fresh))
            return fresh;
        free(fresh);
        made = g_atomic_pointer_get(&cond->p);
    }
    return made;
}

void g_mutex_init(GMutex *mutex)
{
    mutex->p = NULL;
}

void g_mutex_clear(GMutex *mutex)
{
    if (mutex->p)
        pthread_mutex_destroy(mutex->p);
    free(mutex->p);
    mutex->p = NULL;
}

void g_mutex_lock(GMutex *mutex)
{
    pthread_mutex_lock(mutex_of(mutex));
}

gboolean g_mutex_trylock(GMutex *mutex)
{
    return pthread_mutex_trylock(mutex_of(mutex)) == 0;
}

void g_mutex_unlock(GMutex *mutex)
{
    pthread_mutex_unlock(mutex_of(mutex));
}

void g_cond_init(GCond *cond)
{
    cond->p = NULL;
}

void g_cond_clear(GCond *cond)
{
    if (cond->p)
        pthread_cond_destroy(cond->p);
    free(cond->p);
    cond->p = NULL;
}

void g_cond_wait(GCond *cond, GMutex *mutex)
{
    pthread_cond_wait(cond_of(cond), mutex_of(mutex));
}

gboolean g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time)
{
    struct timespec end = { .tv_sec = end_time / G_USEC_PER_SEC,
                            .tv_nsec = end_time % G_USEC_PER_SEC * 1000 };

    return pthread_cond_timedwait(cond_of(cond), mutex_of(mutex), &end) != ETIMEDOUT;
}

void g_cond_signal(GCond *cond)
{
    pthread_cond_signal(cond_of(cond));
}

void g_cond_broadcast(GCond *cond)
{
    pthread_cond_broadcast(cond_of(cond));
}
