#include "ui/config/settings.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void test_defaults_are_valid(void)
{
    g_autoptr(Settings) settings = settings_new();
    unsigned count = 0;
    const SettingRow *rows = settings_table(&count);

    for (unsigned i = 0; i < count; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *assignment = g_strdup_printf("%s:%s", rows[i].key, rows[i].fallback);
        g_assert_true(settings_set(settings, assignment, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(settings_string(settings, rows[i].key), ==, rows[i].fallback);
        if (i > 0)
            g_assert_cmpstr(rows[i - 1].key, <, rows[i].key);
    }
}

static void test_sizes(void)
{
    g_autoptr(Settings) settings = settings_new();

    g_assert_cmpint(settings_int(settings, "spool.size"), ==, 512 * 1024 * 1024);
    g_assert_true(settings_set(settings, "spool.size:2g", NULL));
    g_assert_cmpint(settings_int(settings, "spool.size"), ==, INT64_C(2) << 30);
    g_assert_true(settings_set(settings, "spool.size: 0", NULL));
    g_assert_cmpint(settings_int(settings, "spool.size"), ==, 0);
}

static void test_bools(void)
{
    g_autoptr(Settings) settings = settings_new();

    g_assert_true(settings_bool(settings, "mouse"));
    g_assert_true(settings_set(settings, "mouse:OFF", NULL));
    g_assert_false(settings_bool(settings, "mouse"));
}

static void test_key_bindings_are_free(void)
{
    g_autoptr(Settings) settings = settings_new();

    g_assert_null(settings_string(settings, "key.calls.save"));
    g_assert_true(settings_set(settings, "key.calls.save: F2", NULL));
    g_assert_cmpstr(settings_string(settings, "key.calls.save"), ==, "F2");
}

static void test_refused(void)
{
    static const struct {
        const char *assignment;
        int code;
        const char *part;
    } cases[] = {
        { "spool.sise:1M", SETTINGS_ERROR_KEY, "'spool.size'" },
        { "", SETTINGS_ERROR_LINE, "KEY:VALUE" },
        { ":", SETTINGS_ERROR_KEY, "unknown" },
        { "theme", SETTINGS_ERROR_LINE, "KEY:VALUE" },
        { "theme:pink", SETTINGS_ERROR_VALUE, "auto|dark|light|mono" },
        { "mouse:maybe", SETTINGS_ERROR_VALUE, "yes or no" },
        { "limits.calls:10M", SETTINGS_ERROR_VALUE, "whole number" },
        { "limits.calls:-1", SETTINGS_ERROR_VALUE, "whole number" },
        { "limits.calls:99999999999999999999", SETTINGS_ERROR_VALUE, "whole number" },
        { "spool.size:9999999999G", SETTINGS_ERROR_VALUE, "size" },
        { "spool.size:1MB", SETTINGS_ERROR_VALUE, "size" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Settings) settings = settings_new();
        g_autoptr(GError) error = NULL;
        g_assert_false(settings_set(settings, cases[i].assignment, &error));
        g_assert_error(error, SETTINGS_ERROR, cases[i].code);
        g_assert_nonnull(strstr(error->message, cases[i].part));
    }
}

static char *write_file(const char *text)
{
    char *path = NULL;
    int fd = g_file_open_tmp("rung-settings-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void test_file(void)
{
    g_autoptr(Settings) settings = settings_new();
    g_autofree char *path = write_file("# mine\n\n  theme = dark \nhosts.file=/etc/hosts=2\n"
                                       "spool.size = 1M");

    g_assert_true(settings_load(settings, path, NULL));
    g_unlink(path);
    g_assert_cmpstr(settings_string(settings, "theme"), ==, "dark");
    g_assert_cmpstr(settings_string(settings, "hosts.file"), ==, "/etc/hosts=2");
    g_assert_cmpint(settings_int(settings, "spool.size"), ==, 1 << 20);
}

static void test_file_errors_name_the_line(void)
{
    g_autoptr(Settings) settings = settings_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = write_file("theme = dark\r\n\r\ncolour = red\r\n");
    g_autofree char *place = g_strdup_printf("%s:3: unknown setting 'colour'", path);

    g_assert_false(settings_load(settings, path, &error));
    g_unlink(path);
    g_assert_error(error, SETTINGS_ERROR, SETTINGS_ERROR_KEY);
    g_assert_true(g_str_has_prefix(error->message, place));
}

static void test_missing_file(void)
{
    g_autoptr(Settings) settings = settings_new();
    g_autoptr(GError) error = NULL;

    g_assert_false(settings_load(settings, "/nonexistent/rung", &error));
    g_assert_error(error, SETTINGS_ERROR, SETTINGS_ERROR_FILE);
    g_assert_true(settings_load(settings, NULL, NULL));
}

int main(int argc, char **argv)
{
    g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings/defaults", test_defaults_are_valid);
    g_test_add_func("/settings/sizes", test_sizes);
    g_test_add_func("/settings/bools", test_bools);
    g_test_add_func("/settings/keys", test_key_bindings_are_free);
    g_test_add_func("/settings/refused", test_refused);
    g_test_add_func("/settings/file", test_file);
    g_test_add_func("/settings/file-errors", test_file_errors_name_the_line);
    g_test_add_func("/settings/missing-file", test_missing_file);
    return g_test_run();
}
