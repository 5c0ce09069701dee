/* ui/tui/tui.h - the screen. Runs in the main thread until the user leaves. */
#pragma once
#include "capture/capture.h"
#include "dissect/call/model.h"
#include "dissect/filter/filter.h"
#include "export/audio.h"
#include "ui/config/settings.h"
#include <stdatomic.h>

typedef struct {
    Model *model; /* locked here for the rows that are drawn */
    Capture *capture;
    const Settings *settings;
    GHashTable *names;       /* address text -> name, or NULL */
    const char *filter;      /* -Y, already compiled once without error; or NULL */
    const char *title;       /* the sources, for the title line */
    AudioStyle audio;        /* how sound is heard, saved and played */
    bool save_secrets;       /* saved calls: with the TLS secrets of key logs */
    bool save_decrypted;     /* saved calls: SRTP whose key is known as RTP */
    const atomic_bool *quit; /* set from another thread, which then calls tui_wake(): leave */
} TuiContext;

/* False when the terminal cannot be used (error says why). */
bool tui_run(const TuiContext *context, GError **error);
/* Wakes the screen from another thread: something changed. Async-signal-safe. */
void tui_wake(void);
