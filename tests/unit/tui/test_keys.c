/* Key tables: names, rebinding, and which binding wins; columns of the call list. */
#include "ui/tui/call_columns.h"
#include "ui/tui/column_layout.h"
#include "ui/tui/keys.h"
#include "ui/tui/term.h"

enum { SAVE = ACTION_OWN, SEARCH };

static const KeyRow rows[] = {
    { SAVE, "save", "F2 s", "Save", "save" },
    { SEARCH, "search", "/ k", "Search", "search" },
    { ACTION_BACK, "back", "Esc", "Close", "close" },
    { 0 },
};

static void test_names(void)
{
    g_assert_cmpint(key_from_name("F10"), ==, TERM_CODE(KEY_F(10)));
    g_assert_cmpint(key_from_name("^F"), ==, 6);
    g_assert_cmpint(key_from_name("^"), ==, '^');
    g_assert_cmpint(key_from_name("F"), ==, 'F');
    g_assert_cmpint(key_from_name("space"), ==, ' ');
    g_assert_cmpint(key_from_name("ü"), ==, 0xfc);
    g_assert_cmpint(key_from_name("nonsense"), ==, 0);
    g_assert_cmpint(key_from_name(""), ==, 0);
}

static void test_defaults(void)
{
    Keymap *map = keymap_new("test", rows, NULL);

    g_assert_cmpint(keymap_action(map, 's'), ==, SAVE);
    g_assert_cmpint(keymap_action(map, 'k'), ==, SEARCH); /* before the common "up" */
    g_assert_cmpint(keymap_action(map, TERM_CODE(KEY_UP)), ==, ACTION_UP);
    g_assert_cmpstr(keymap_keys(map, ACTION_UP), ==, "Up");
    g_assert_cmpint(keymap_action(map, 0x1b), ==, ACTION_BACK);
    g_assert_cmpint(keymap_action(map, 'q'), ==, ACTION_NONE); /* the screen has its own "back" */
    g_assert_cmpstr(keymap_keys(map, SAVE), ==, "F2 s");
    keymap_free(map);
}

static void test_rebinding(void)
{
    g_autoptr(Settings) settings = settings_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(settings_set(settings, "key.test.search:s ^S", &error));
    g_assert_no_error(error);
    Keymap *map = keymap_new("test", rows, settings);
    g_assert_cmpint(keymap_action(map, 's'), ==, SEARCH);
    g_assert_cmpint(keymap_action(map, 0x13), ==, SEARCH);
    g_assert_cmpint(keymap_action(map, '/'), ==, ACTION_NONE);
    g_assert_cmpint(keymap_action(map, TERM_CODE(KEY_F(2))), ==, SAVE);
    g_assert_cmpstr(keymap_keys(map, SAVE), ==, "F2");
    keymap_free(map);
}

static void test_layout_text(void)
{
    ColumnLayout layout;

    column_layout_parse(&layout, &call_column_set, "index, from:30 ,nonsense,state,loss:999999");
    g_autofree char *text = column_layout_text(&layout);
    g_assert_cmpstr(text, ==, "index,from:30,state,loss:200");
    column_layout_parse(&layout, &call_column_set, "nonsense");
    g_assert_cmpuint(layout.count, ==, 16);
}

/* Whatever the width: columns never overlap, never leave the window, and the first one stays. */
static void test_layout_places(void)
{
    PlacedColumn placed[COLUMN_LAYOUT_MAX];
    ColumnLayout layout;
    unsigned hidden;

    column_layout_parse(&layout, &call_column_set, "");
    for (int width = 10; width < 300; width++) {
        for (unsigned from = 0; from < layout.count; from++) {
            unsigned count = column_layout_place(&layout, from, width, placed, &hidden);
            g_assert_cmpuint(count, >=, 1);
            g_assert_cmpuint(count + hidden, ==, layout.count);
            g_assert_cmpuint(placed[0].column, ==, layout.items[0].column);
            for (unsigned i = 1; i < count; i++)
                g_assert_cmpint(placed[i].x, >, placed[i - 1].x + placed[i - 1].width);
            g_assert_cmpint(placed[count - 1].x + placed[count - 1].width, <=, width);
        }
    }
    column_layout_place(&layout, 0, 300, placed, &hidden);
    g_assert_cmpuint(hidden, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tui/keys/names", test_names);
    g_test_add_func("/tui/keys/defaults", test_defaults);
    g_test_add_func("/tui/keys/rebinding", test_rebinding);
    g_test_add_func("/tui/layout/text", test_layout_text);
    g_test_add_func("/tui/layout/places", test_layout_places);
    return g_test_run();
}
