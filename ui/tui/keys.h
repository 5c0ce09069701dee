/* ui/tui/keys.h - what the keys of each screen do: one table a screen, from which the help, the
 * line of hints and rebinding ("key.<screen>.<action>: F2 s") all come. */
#pragma once
#include "ui/config/settings.h"

/* Actions every screen shares; those of a screen begin at ACTION_OWN. */
enum {
    ACTION_NONE,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_HALF_UP,
    ACTION_HALF_DOWN,
    ACTION_HOME,
    ACTION_END,
    ACTION_ENTER,
    ACTION_BACK,
    ACTION_QUIT,
    ACTION_HELP,
    ACTION_REDRAW,
    ACTION_OWN,
};

typedef struct {
    int action;
    const char *name;    /* for rebinding: "save" */
    const char *keys;    /* "F2 s": names between spaces */
    const char *hint;    /* a word for the line of hints; NULL: not shown there */
    const char *meaning; /* a line for the help */
} KeyRow;

/* Tables end with a row whose action is ACTION_NONE. */
extern const KeyRow common_keys[];

typedef struct Keymap Keymap;

/* The keys of screen @name: @rows, then the common actions that @rows has not, with the keys it
 * leaves free. */
Keymap *keymap_new(const char *name, const KeyRow *rows, const Settings *settings);
void keymap_free(Keymap *map);
/* ACTION_NONE when the key is not bound. */
int keymap_action(const Keymap *map, int key);
/* The keys bound to @action as text, "F2 s"; NULL when there are none. */
const char *keymap_keys(const Keymap *map, int action);

/* The row of @action in a table, or NULL. */
const KeyRow *key_row_find(const KeyRow *rows, int action);

/* The key a name stands for ("Enter", "^F", "F10", "x"); 0 when there is none. */
int key_from_name(const char *name);
