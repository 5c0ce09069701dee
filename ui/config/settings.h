/* ui/config/settings.h - every setting of rung in one table: name, type, default, meaning.
 * They come from $XDG_CONFIG_HOME/rung/config (key = value lines) and -o KEY:VALUE, the latter last. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Settings Settings;

#define SETTINGS_ERROR settings_error_quark()
GQuark settings_error_quark(void);

Settings *settings_new(void); /* the defaults */
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/* A missing file at the default place (@path NULL) is no error. Errors name file, line and key. */
bool settings_load(Settings *settings, const char *path, GError **error);
/* "key:value"; an unknown key is answered with the nearest one. */
bool settings_set(Settings *settings, const char *assignment, GError **error);

const char *settings_string(const Settings *settings, const char *key);
bool settings_bool(const Settings *settings, const char *key);
/* Plain numbers; sizes also take K, M, G (1024). */
int64_t settings_int(const Settings *settings, const char *key);

typedef struct {
    const char *key;
    enum { SETTING_STRING, SETTING_BOOL, SETTING_INT, SETTING_SIZE } type;
    const char *fallback, *meaning;
} SettingRow;
/* Keys beginning with "key." rebind keys of the screen ("key.calls.save: F2") and are any. */
const SettingRow *settings_table(unsigned *count);
