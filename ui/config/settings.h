/* ui/config/settings.h - every setting of rung in one table: name, type, default, meaning.
 * They come from $XDG_CONFIG_HOME/rung/config (key = value lines, # begins a comment line) and from
 * -o KEY:VALUE, the latter last. Used by the main thread only. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Settings Settings;

#define SETTINGS_ERROR settings_error_quark()
GQuark settings_error_quark(void);
typedef enum {
    SETTINGS_ERROR_FILE,  /* cannot be read */
    SETTINGS_ERROR_LINE,  /* no key and value */
    SETTINGS_ERROR_KEY,   /* unknown; the message has the nearest one */
    SETTINGS_ERROR_VALUE, /* not of the key's type */
} SettingsError;

Settings *settings_new(void); /* the defaults */
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/* Reads @path up to its first error, which names file, line and key. With @path NULL it is the
 * user's file, and none there is no error. */
bool settings_load(Settings *settings, const char *path, GError **error);
/* "key:value"; an unknown key is answered with the nearest one. */
bool settings_set(Settings *settings, const char *assignment, GError **error);

/* Each must be asked with a key of its type (a "key." one is a string, NULL when not bound).
 * Strings are borrowed until the key is set again. */
const char *settings_string(const Settings *settings, const char *key);
bool settings_bool(const Settings *settings, const char *key);
/* Plain numbers; sizes also take K, M, G (1024). */
int64_t settings_int(const Settings *settings, const char *key);

typedef struct {
    const char *key;
    enum { SETTING_STRING, SETTING_BOOL, SETTING_INT, SETTING_SIZE } type;
    const char *fallback, *meaning;
    const char *choices; /* of a string, between bars ("auto|dark"); NULL: any text */
} SettingRow;
/* Keys beginning with "key." rebind keys of the screen ("key.calls.save: F2") and are any. */
const SettingRow *settings_table(unsigned *count);
