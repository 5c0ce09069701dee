#include "ui/config/hosts.h"
#include "dissect/base/address.h"
#include <string.h>

G_DEFINE_QUARK(rung - hosts - error, hosts_error)

static char *canonical(const char *address)
{
    Slice text = { (const uint8_t *)address, strlen(address) };
    char buffer[ENDPOINT_TEXT_SIZE];
    IpAddress ip;
    Endpoint endpoint;

    if (ip_parse(text, &ip))
        return g_strdup(ip_format(ip, buffer, sizeof buffer));
    if (endpoint_parse(text, &endpoint))
        return g_strdup(endpoint_format(endpoint, buffer, sizeof buffer));
    return NULL;
}

/* Leaves the words of @line, comment removed, with no empty ones between. */
static GPtrArray *split_words(char *line)
{
    GPtrArray *words = g_ptr_array_new();
    char *rest = NULL;

    line[strcspn(line, "#")] = '\0';
    for (char *word = strtok_r(line, " \t\r", &rest); word; word = strtok_r(NULL, " \t\r", &rest))
        g_ptr_array_add(words, word);
    return words;
}

static bool add_line(GHashTable *names, char *line, GError **error)
{
    g_autoptr(GPtrArray) words = split_words(line);

    if (words->len == 0)
        return true;
    const char *address = g_ptr_array_index(words, 0);
    g_autofree char *key = canonical(address);
    if (!key) {
        g_set_error(error, HOSTS_ERROR, 0, "'%s' is no address", address);
        return false;
    }
    if (words->len < 2) {
        g_set_error(error, HOSTS_ERROR, 0, "no name after %s", address);
        return false;
    }
    if (!g_hash_table_contains(names, key))
        g_hash_table_insert(names, g_steal_pointer(&key), g_strdup(g_ptr_array_index(words, 1)));
    return true;
}

GHashTable *hosts_load(const char *path, GError **error)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, error))
        return NULL;
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i]; i++) {
        if (!add_line(names, lines[i], error)) {
            g_prefix_error(error, "%s:%u: ", path, i + 1);
            return NULL;
        }
    }
    return g_steal_pointer(&names);
}
