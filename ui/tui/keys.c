#include "ui/tui/keys.h"
#include "ui/tui/term.h"
#include <string.h>

typedef struct {
    const char *name;
    int key;
} KeyName;

static const KeyName key_names[] = {
    { "Enter", '\r' },
    { "Enter", '\n' },
    { "Enter", TERM_CODE(KEY_ENTER) },
    { "Space", ' ' },
    { "Tab", '\t' },
    { "S-Tab", TERM_CODE(KEY_BTAB) },
    { "Esc", 0x1b },
    { "Up", TERM_CODE(KEY_UP) },
    { "Down", TERM_CODE(KEY_DOWN) },
    { "Left", TERM_CODE(KEY_LEFT) },
    { "Right", TERM_CODE(KEY_RIGHT) },
    { "PgUp", TERM_CODE(KEY_PPAGE) },
    { "PgDn", TERM_CODE(KEY_NPAGE) },
    { "Home", TERM_CODE(KEY_HOME) },
    { "End", TERM_CODE(KEY_END) },
    { "Ins", TERM_CODE(KEY_IC) },
    { "Del", TERM_CODE(KEY_DC) },
    { "Backspace", TERM_CODE(KEY_BACKSPACE) },
    { "Backspace", 0x7f },
    { "Backspace", '\b' },
};

const KeyRow common_keys[] = {
    { ACTION_UP, "up", "Up k", NULL, "one row up" },
    { ACTION_DOWN, "down", "Down j", NULL, "one row down" },
    { ACTION_LEFT, "left", "Left h", NULL, "scroll to the left" },
    { ACTION_RIGHT, "right", "Right l", NULL, "scroll to the right" },
    { ACTION_PAGE_UP, "page-up", "PgUp ^B", NULL, "one page up" },
    { ACTION_PAGE_DOWN, "page-down", "PgDn ^F", NULL, "one page down" },
    { ACTION_HALF_UP, "half-up", "^U", NULL, "half a page up" },
    { ACTION_HALF_DOWN, "half-down", "^D", NULL, "half a page down" },
    { ACTION_HOME, "home", "Home g", NULL, "to the first row" },
    { ACTION_END, "end", "End G", NULL, "to the last row" },
    { ACTION_ENTER, "enter", "Enter", NULL, "open, choose" },
    { ACTION_BACK, "back", "Esc q", "Back", "leave this screen" },
    { ACTION_HELP, "help", "F1 ? H", "Help", "explain the keys of this screen" },
    { ACTION_REDRAW, "redraw", "^L", NULL, "draw the screen again" },
    { ACTION_QUIT, "quit", "Q", NULL, "leave rung" },
    { 0 },
};

typedef struct {
    int key, action;
} Binding;

struct Keymap {
    GArray *bindings;  /* Binding; the first one of a key counts */
    GHashTable *texts; /* action -> "F2 s"; owns the text */
};

int keymap_action(const Keymap *map, int key)
{
    for (unsigned i = 0; i < map->bindings->len; i++) {
        const Binding *binding = &g_array_index(map->bindings, Binding, i);
        if (binding->key == key)
            return binding->action;
    }
    return ACTION_NONE;
}

const char *keymap_keys(const Keymap *map, int action)
{
    return g_hash_table_lookup(map->texts, GINT_TO_POINTER(action));
}

static int key_of_character(const char *name)
{
    if (name[0] == '^' && name[1] >= '@' && name[1] <= '_' && !name[2])
        return name[1] & 0x1f;
    gunichar c = g_utf8_get_char_validated(name, -1);
    bool alone = c < (gunichar)-2 && *g_utf8_next_char(name) == '\0';
    return alone ? (int)c : 0;
}

int key_from_name(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(key_names); i++)
        if (g_ascii_strcasecmp(name, key_names[i].name) == 0)
            return key_names[i].key;
    if (name[0] == 'F' && g_ascii_isdigit(name[1]))
        return TERM_CODE(KEY_F((int)g_ascii_strtoull(name + 1, NULL, 10)));
    return *name ? key_of_character(name) : 0;
}

/* False when the key is taken already. */
static bool bind_key(Keymap *map, int key, int action)
{
    Binding binding = { key, action };
    if (keymap_action(map, key) != ACTION_NONE)
        return false;
    g_array_append_val(map->bindings, binding);
    return true;
}

/* A name can stand for several keys: terminals differ in what Enter sends. */
static bool bind_name(Keymap *map, const char *name, int action)
{
    bool bound = false;
    bool known = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(key_names); i++) {
        if (g_ascii_strcasecmp(name, key_names[i].name) != 0)
            continue;
        known = true;
        bound |= bind_key(map, key_names[i].key, action);
    }
    if (known)
        return bound;
    int key = key_from_name(name);
    return key != 0 && bind_key(map, key, action);
}

static void bind_row(Keymap *map, const KeyRow *row, const char *keys)
{
    g_auto(GStrv) names = g_strsplit(keys, " ", -1);
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned i = 0; names[i]; i++) {
        if (!bind_name(map, names[i], row->action))
            continue;
        if (text->len)
            g_string_append_c(text, ' ');
        g_string_append(text, names[i]);
    }
    if (text->len)
        g_hash_table_insert(map->texts, GINT_TO_POINTER(row->action), g_strdup(text->str));
}

static const char *rebound_keys(const Settings *settings, const char *screen, const KeyRow *row)
{
    g_autofree char *key = g_strdup_printf("key.%s.%s", screen, row->name);
    const char *keys = settings ? settings_string(settings, key) : NULL;
    return keys && *keys ? keys : NULL;
}

const KeyRow *key_row_find(const KeyRow *rows, int action)
{
    while (rows->action && rows->action != action)
        rows++;
    return rows->action ? rows : NULL;
}

typedef struct {
    Keymap *map;
    const char *screen;
    const Settings *settings;
    const KeyRow *except; /* actions that are bound already; NULL: none */
} Binder;

/* What the user bound comes first, so that it wins over what another row has by default. */
static void bind_table(const Binder *binder, const KeyRow *rows)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        for (const KeyRow *row = rows; row->action; row++) {
            const char *keys = rebound_keys(binder->settings, binder->screen, row);
            if (binder->except && key_row_find(binder->except, row->action))
                continue;
            if (pass == 0 && keys)
                bind_row(binder->map, row, keys);
            else if (pass == 1 && !keys)
                bind_row(binder->map, row, row->keys);
        }
    }
}

Keymap *keymap_new(const char *name, const KeyRow *rows, const Settings *settings)
{
    Keymap *map = g_new0(Keymap, 1);
    map->bindings = g_array_new(false, false, sizeof(Binding));
    map->texts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    bind_table(&(Binder){ map, name, settings, NULL }, rows);
    bind_table(&(Binder){ map, "common", settings, rows }, common_keys);
    return map;
}

void keymap_free(Keymap *map)
{
    if (!map)
        return;
    g_array_unref(map->bindings);
    g_hash_table_unref(map->texts);
    g_free(map);
}
