/* ui/tui/screen.h - a screen is private state and a const table of functions; the screens lie on a
 * stack and the topmost one gets the keys. No screen ever waits: a dialog is a screen as well, and
 * long work is done in steps or in a thread of its own. */
#pragma once
#include "ui/tui/call_index.h"
#include "ui/tui/call_set.h"
#include "ui/tui/cells.h"
#include "ui/tui/keys.h"
#include "ui/tui/list.h"
#include "ui/tui/tui.h"

typedef struct Screen Screen;

typedef enum {
    SCREEN_IGNORED, /* the key means nothing here */
    SCREEN_HANDLED,
    SCREEN_CLOSE,
    SCREEN_QUIT,
    SCREEN_OPEN,    /* put .screen on top */
    SCREEN_REPLACE, /* close this one and put .screen in its place */
} ScreenVerb;

typedef struct {
    ScreenVerb verb;
    Screen *screen; /* owned by the result */
} ScreenResult;

#define SCREEN_DONE ((ScreenResult){ SCREEN_HANDLED, NULL })
#define SCREEN_PASS ((ScreenResult){ SCREEN_IGNORED, NULL })

typedef struct {
    const char *name;  /* as in "key.<name>.<action>" */
    const char *title; /* for the title line and the help */
    const KeyRow *keys;
    bool is_dialog; /* drawn over the screen below it */
    void (*free)(void *self);
    /* Before drawing into @rows x @columns: takes in what has changed. May lock the model. */
    void (*update)(void *self, int rows, int columns);
    /* Only reads, and writes cells. */
    void (*draw)(const void *self, WINDOW *window);
    /* The right-hand part of the title line; may be NULL. */
    void (*describe)(const void *self, GString *out);
    /* An action of its table, or a common one. */
    ScreenResult (*action)(void *self, int action);
    /* Text fields see a key first; may be NULL. */
    ScreenResult (*key)(void *self, int key);
    ScreenResult (*mouse)(void *self, const MouseEvent *event); /* may be NULL */
    /* Some milliseconds of work, also while another screen is on top; true: there is more. */
    bool (*step)(void *self); /* may be NULL */
    /* After a step, for the screen on top: it has nothing more to show. May be NULL. */
    bool (*is_finished)(const void *self);
} ScreenOps;

struct Screen {
    const ScreenOps *ops;
    void *state; /* owned */
    Keymap *map; /* owned */
};

/* Calls that are shown together at most: more are no diagram any longer, and looking at them would
 * hold the model's lock too long. */
#define UI_CALLS_MAX 1000u

/* What the screens share. Main thread only. */
typedef struct {
    const TuiContext *context;
    CallIndex *calls;  /* the list: filtered and sorted; owned */
    CallSet marks;     /* calls the user marked */
    char *filter_text; /* the filter in force, "" for none; owned */
    bool paused;       /* live packets are thrown away on purpose */
    char *notice;      /* one line for the user; owned, NULL for none */
    bool notice_is_error;
    int64_t notice_until_us; /* monotonic */
} Ui;

Screen *screen_new(Ui *ui, const ScreenOps *ops, void *state);
void screen_free(Screen *screen);

static inline ScreenResult screen_open(Screen *screen)
{
    return (ScreenResult){ SCREEN_OPEN, screen };
}

/* A line in place of the status line, for some seconds. */
void ui_notice(Ui *ui, const char *format, ...) G_GNUC_PRINTF(2, 3);
void ui_error(Ui *ui, const char *format, ...) G_GNUC_PRINTF(2, 3);

static inline Model *ui_lock(const Ui *ui)
{
    model_read_lock(ui->context->model);
    return ui->context->model;
}

static inline void ui_unlock(const Ui *ui)
{
    model_read_unlock(ui->context->model);
}
