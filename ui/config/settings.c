#include "ui/config/settings.h"
#include "dissect/call/correlation.h"
#include <errno.h>
#include <string.h>

#define KEY_BINDING_PREFIX "key."
#define KEY_BYTES_MAX      64u

static const SettingRow table[] = {
    { "audio.buffer", SETTING_INT, "200",
      "fixed jitter buffer for sound, in ms (20 to 1000); 0: adaptive", NULL },
    { "audio.format", SETTING_STRING, "wav", "sound files of --audio", "wav|flac|ogg|opus" },
    { "audio.layout", SETTING_STRING, "stereo",
      "caller left and callee right, one channel, or a file a side with its own channels",
      "stereo|mixed|sides" },
    { "audio.mode", SETTING_STRING, "heard", "sound as the listener heard it, or as it was sent",
      "heard|sent" },
    { "call.correlation_headers", SETTING_STRING, CORRELATION_HEADERS,
      "headers by which the legs of a call are joined, between commas", NULL },
    { "call.join", SETTING_BOOL, "yes", "legs of one call with different Call-IDs are joined",
      NULL },
    { "calls.columns", SETTING_STRING, "",
      "columns of the call list, in order, between commas (empty: the usual ones)", NULL },
    { "calls.follow", SETTING_BOOL, "yes", "the list follows the newest call while live", NULL },
    { "calls.only", SETTING_BOOL, "no", "keep only what an INVITE began, as -c", NULL },
    { "calls.sort", SETTING_STRING, "", "column to sort by; a leading - reverses", NULL },
    { "credentials.show", SETTING_BOOL, "no", "show the credentials in Authorization headers",
      NULL },
    { "hep.authorities", SETTING_STRING, "",
      "authorities (PEM) of the certificates that agents need for -L tls:; empty: any will do",
      NULL },
    { "hep.certificate", SETTING_STRING, "", "certificate (PEM) that -L tls: shows", NULL },
    { "hep.password", SETTING_STRING, "",
      "key that capture agents (HEP) have to send; empty: any will do", NULL },
    { "hep.private_key", SETTING_STRING, "",
      "private key (PEM) of hep.certificate; empty: in the same file", NULL },
    { "hosts.file", SETTING_STRING, "", "addresses and their names, as /etc/hosts", NULL },
    { "ladder.color", SETTING_STRING, "request", "what the colour of an arrow stands for",
      "request|call-id|cseq" },
    { "ladder.fold", SETTING_BOOL, "no", "one ladder column a host, whatever its port", NULL },
    { "ladder.preview", SETTING_STRING, "auto", "the selected message beside the ladder",
      "auto|on|off" },
    { "ladder.sdp", SETTING_BOOL, "yes", "codecs of the SDP beside the method", NULL },
    { "ladder.streams", SETTING_BOOL, "yes", "RTP streams in the ladder", NULL },
    { "ladder.time", SETTING_STRING, "time", "times in the ladder", "time|start|delta" },
    { "limits.calls", SETTING_INT, "1000000", "calls kept; the oldest finished one goes first",
      NULL },
    { "limits.messages", SETTING_INT, "20000", "messages kept of one call", NULL },
    { "limits.registrations", SETTING_INT, "200000", "registrations kept", NULL },
    { "message.wrap", SETTING_BOOL, "yes", "long lines of a message are wrapped", NULL },
    { "mouse", SETTING_BOOL, "yes", "clicks and the wheel work on the screen", NULL },
    { "packets.columns", SETTING_STRING, "",
      "columns of the table of RTP packets, in order, between commas (empty: the usual ones)",
      NULL },
    { "save.decrypted", SETTING_BOOL, "no",
      "saved calls hold their media decrypted where the key is known", NULL },
    { "save.secrets", SETTING_BOOL, "no",
      "pcapng that is written holds the TLS and DTLS secrets of -k, for others to read it", NULL },
    { "spool.size", SETTING_SIZE, "512M",
      "disk space for live, piped and compressed packets; 0 keeps none", NULL },
    { "streams.columns", SETTING_STRING, "",
      "columns of the stream table, in order, between commas (empty: the usual ones)", NULL },
    { "theme", SETTING_STRING, "auto", "colours of the screen", "auto|dark|light|mono" },
    { "time.format", SETTING_STRING, "local", "times of day on the screen and in reports",
      "local|utc" },
};

struct Settings {
    GHashTable *values; /* owns key and value, both text that was checked when it was set */
};

G_DEFINE_QUARK(rung - settings - error, settings_error)

const SettingRow *settings_table(unsigned *count)
{
    *count = G_N_ELEMENTS(table);
    return table;
}

Settings *settings_new(void)
{
    Settings *settings = g_new0(Settings, 1);
    settings->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return settings;
}

void settings_free(Settings *settings)
{
    if (!settings)
        return;
    g_hash_table_unref(settings->values);
    g_free(settings);
}

static const SettingRow *find_row(const char *key)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(table); i++)
        if (strcmp(table[i].key, key) == 0)
            return &table[i];
    return NULL;
}

/* Levenshtein's edit distance. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[KEY_BYTES_MAX + 1];
    unsigned length = (unsigned)strlen(b);

    g_assert(length <= KEY_BYTES_MAX);
    for (unsigned j = 0; j <= length; j++)
        row[j] = j;
    for (unsigned i = 1; a[i - 1] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= length; j++) {
            unsigned replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

static const char *nearest_key(const char *key)
{
    const char *nearest = table[0].key;
    unsigned best = UINT_MAX;

    for (unsigned i = 0; i < G_N_ELEMENTS(table); i++) {
        unsigned edits = distance(key, table[i].key);
        if (edits < best) {
            best = edits;
            nearest = table[i].key;
        }
    }
    return nearest;
}

static bool parse_bool(const char *text, bool *out)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = { { "yes", true }, { "on", true },   { "true", true },   { "1", true },
                  { "no", false }, { "off", false }, { "false", false }, { "0", false } };

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_ascii_strcasecmp(words[i].word, text) == 0) {
            *out = words[i].value;
            return true;
        }
    }
    return false;
}

static bool parse_number(const char *text, bool is_size, int64_t *out)
{
    static const char units[] = "KMG";
    char *end = NULL;

    if (!g_ascii_isdigit(text[0]))
        return false;
    errno = 0;
    gint64 value = g_ascii_strtoll(text, &end, 10);
    if (errno != 0)
        return false;
    const char *unit = *end != '\0' ? strchr(units, g_ascii_toupper(*end)) : NULL;
    if (is_size && unit) {
        unsigned shift = 10u * (unsigned)(unit - units + 1);
        if (value > INT64_MAX >> shift)
            return false;
        value <<= shift;
        end++;
    }
    if (*end != '\0')
        return false;
    *out = value;
    return true;
}

static bool is_choice(const char *choices, const char *value)
{
    g_auto(GStrv) words = g_strsplit(choices, "|", -1);
    return g_strv_contains((const char *const *)words, value);
}

/* What a value of this row looks like, or NULL when @value is one. */
static char *expected_instead(const SettingRow *row, const char *value)
{
    bool flag;
    int64_t number;

    switch (row->type) {
    case SETTING_BOOL:
        return parse_bool(value, &flag) ? NULL : g_strdup("yes or no");
    case SETTING_INT:
        return parse_number(value, false, &number) ? NULL : g_strdup("a whole number");
    case SETTING_SIZE:
        return parse_number(value, true, &number) ? NULL : g_strdup("a size such as 512M");
    case SETTING_STRING:
        break;
    }
    if (!row->choices || is_choice(row->choices, value))
        return NULL;
    return g_strdup_printf("one of %s", row->choices);
}

static bool set_value(Settings *settings, const char *key, const char *value, GError **error)
{
    if (!g_str_has_prefix(key, KEY_BINDING_PREFIX)) {
        const SettingRow *row = find_row(key);
        if (!row) {
            g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_KEY,
                        "unknown setting '%s' (did you mean '%s'?)", key, nearest_key(key));
            return false;
        }
        g_autofree char *expected = expected_instead(row, value);
        if (expected) {
            g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE, "%s: '%s' is not %s", key,
                        value, expected);
            return false;
        }
    }
    g_hash_table_replace(settings->values, g_strdup(key), g_strdup(value));
    return true;
}

/* Splits "key<separator>value" and sets it. */
static bool assign(Settings *settings, const char *text, char separator, GError **error)
{
    const char *split = strchr(text, separator);

    if (!split) {
        g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_LINE, "'%s' is not KEY%cVALUE", text,
                    separator);
        return false;
    }
    g_autofree char *key = g_strstrip(g_strndup(text, (size_t)(split - text)));
    g_autofree char *value = g_strstrip(g_strdup(split + 1));
    return set_value(settings, key, value, error);
}

bool settings_set(Settings *settings, const char *assignment, GError **error)
{
    return assign(settings, assignment, ':', error);
}

static bool load_lines(Settings *settings, char **lines, const char *path, GError **error)
{
    for (unsigned i = 0; lines[i]; i++) {
        const char *line = g_strstrip(lines[i]);
        if (line[0] == '\0' || line[0] == '#')
            continue;
        if (!assign(settings, line, '=', error)) {
            g_prefix_error(error, "%s:%u: ", path, i + 1);
            return false;
        }
    }
    return true;
}

bool settings_load(Settings *settings, const char *path, GError **error)
{
    g_autofree char *usual = g_build_filename(g_get_user_config_dir(), "rung", "config", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) failure = NULL;

    if (!g_file_get_contents(path ? path : usual, &text, NULL, &failure)) {
        if (!path && g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return true;
        g_set_error_literal(error, SETTINGS_ERROR, SETTINGS_ERROR_FILE, failure->message);
        return false;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    return load_lines(settings, lines, path ? path : usual, error);
}

static const char *value_of(const Settings *settings, const char *key)
{
    const char *value = g_hash_table_lookup(settings->values, key);
    const SettingRow *row = find_row(key);

    if (value)
        return value;
    g_assert(row || g_str_has_prefix(key, KEY_BINDING_PREFIX));
    return row ? row->fallback : NULL;
}

const char *settings_string(const Settings *settings, const char *key)
{
    return value_of(settings, key);
}

bool settings_bool(const Settings *settings, const char *key)
{
    bool value;
    bool valid = parse_bool(value_of(settings, key), &value);
    g_assert(valid);
    return value;
}

int64_t settings_int(const Settings *settings, const char *key)
{
    int64_t value;
    bool valid = parse_number(value_of(settings, key), true, &value);
    g_assert(valid);
    return value;
}
