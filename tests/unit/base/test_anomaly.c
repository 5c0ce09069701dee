#include "dissect/base/anomaly.h"
#include <glib.h>
#include <string.h>

static void test_sets(void)
{
    AnomalySet set = { 0 }, other = { 0 };
    g_assert_false(anomaly_any(&set));
    for (int i = 0; i < ANOMALY_COUNT; i++) {
        g_assert_false(anomaly_has(&set, (Anomaly)i));
        anomaly_note(&set, (Anomaly)i);
        g_assert_true(anomaly_has(&set, (Anomaly)i));
        for (int k = i + 1; k < ANOMALY_COUNT; k++)
            g_assert_false(anomaly_has(&set, (Anomaly)k));
    }
    anomaly_note(&other, (Anomaly)(ANOMALY_COUNT - 1));
    g_assert_true(anomaly_any(&other));
    anomaly_merge(&other, &set);
    g_assert_true(memcmp(&other, &set, sizeof set) == 0);
}

/* Names are keys in JSON and filters: "layer.what-it-is", each once. */
static void test_names(void)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (int i = 0; i < ANOMALY_COUNT; i++) {
        const char *name = anomaly_name((Anomaly)i);
        g_assert_true(g_regex_match_simple("^[a-z0-9]+\\.[a-z0-9]+(-[a-z0-9]+)*$", name, 0, 0));
        g_assert_true(g_hash_table_add(names, (gpointer)name));
        g_assert_cmpuint(strlen(anomaly_meaning((Anomaly)i)), >, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anomaly/sets", test_sets);
    g_test_add_func("/anomaly/names", test_names);
    return g_test_run();
}
