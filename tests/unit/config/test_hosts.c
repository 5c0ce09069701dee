#include "ui/config/hosts.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static GHashTable *load(const char *text, GError **error)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("rung-hosts-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    GHashTable *names = hosts_load(path, error);
    g_unlink(path);
    return names;
}

static void test_names(void)
{
    g_autoptr(GHashTable) names = load("# the lab\n"
                                       "10.0.0.1\tproxy proxy.example.org # edge\n"
                                       "\r\n"
                                       "10.0.0.1 again\n"
                                       "10.0.0.2:5080 sbc-b\n"
                                       "2001:DB8:0::1 gateway\n",
                                       NULL);

    g_assert_nonnull(names);
    g_assert_cmpuint(g_hash_table_size(names), ==, 3);
    g_assert_cmpstr(g_hash_table_lookup(names, "10.0.0.1"), ==, "proxy");
    g_assert_cmpstr(g_hash_table_lookup(names, "10.0.0.2:5080"), ==, "sbc-b");
    g_assert_cmpstr(g_hash_table_lookup(names, "2001:db8::1"), ==, "gateway");
}

static void test_refused(void)
{
    static const struct {
        const char *text, *part;
    } cases[] = {
        { "10.0.0.1 a\nexample.org b\n", ":2: 'example.org' is no address" },
        { "10.0.0.1 # nothing\n", ":1: no name after 10.0.0.1" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(load(cases[i].text, &error));
        g_assert_nonnull(strstr(error->message, cases[i].part));
    }
}

static void test_missing(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(hosts_load("/nonexistent/hosts", &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hosts/names", test_names);
    g_test_add_func("/hosts/refused", test_refused);
    g_test_add_func("/hosts/missing", test_missing);
    return g_test_run();
}
