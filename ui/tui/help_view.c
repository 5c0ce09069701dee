#include "ui/tui/help_view.h"
#include "ui/tui/text_pane.h"
#include <string.h>

#define KEYS_CELLS 16

typedef struct {
    TextPane pane;
    char *about;
} HelpView;

static const KeyRow help_keys[] = {
    { ACTION_BACK, "back", "Esc q F1 ? H", "Back", "close the help" },
    { 0 },
};

static void help_free(void *self)
{
    HelpView *help = self;
    text_pane_clear(&help->pane);
    g_free(help->about);
    g_free(help);
}

static void say_heading(HelpView *help, const char *text)
{
    text_pane_say(&help->pane, STYLE_NORMAL, " ");
    text_pane_say(&help->pane, STYLE_HEADING, "%s", text);
}

static void say_rows(HelpView *help, const Keymap *map, const KeyRow *rows)
{
    for (const KeyRow *row = rows; row->action; row++) {
        const char *keys = keymap_keys(map, row->action);
        if (!keys || !row->meaning)
            continue;
        g_autofree char *text = g_strdup_printf("  %-*s %s", KEYS_CELLS, keys, row->meaning);
        unsigned lead = 2 + MAX(KEYS_CELLS, (unsigned)strlen(keys));
        text_pane_add(&help->pane,
                      (TextLine){ g_steal_pointer(&text), lead, STYLE_KEY, STYLE_NORMAL });
    }
}

/* The common rows that @rows has not spoken of. */
static void say_common(HelpView *help, const Keymap *map, const KeyRow *rows)
{
    for (const KeyRow *row = common_keys; row->action; row++) {
        KeyRow alone[] = { *row, { 0 } };
        if (!key_row_find(rows, row->action))
            say_rows(help, map, alone);
    }
}

static void say_fields(HelpView *help)
{
    unsigned count;
    const FilterField *fields = filter_fields(&count);

    say_heading(help, "Display filter: fields");
    for (unsigned i = 0; i < count; i++) {
        char *text =
            g_strdup_printf("  %-20s %-9s %s", fields[i].name, fields[i].type, fields[i].meaning);
        text_pane_add(&help->pane, (TextLine){ text, 22, STYLE_FIELD, STYLE_NORMAL });
    }
    text_pane_say(&help->pane, STYLE_NORMAL, " ");
    text_pane_say(&help->pane, STYLE_DIM,
                  "  ==  !=  <  >  <=  >=  contains  matches  in {a, b}  and  or  not  ( )");
    text_pane_say(&help->pane, STYLE_DIM,
                  "  call.state == \"failed\" or sip.Status-Code >= 500 and ip.addr == 10.0.0.0/8");
}

static void help_update(void *self, int rows, int columns)
{
    HelpView *help = self;
    text_pane_fit(&help->pane, rows, columns - 2);
}

static void help_draw(const void *self, WINDOW *window)
{
    const HelpView *help = self;
    text_pane_draw(&help->pane, window, (Rect){ 0, 1, getmaxy(window), getmaxx(window) - 2 });
}

static void help_describe(const void *self, GString *out)
{
    const HelpView *help = self;
    g_string_append_printf(out, "keys of %s", help->about);
}

static ScreenResult help_action(void *self, int action)
{
    HelpView *help = self;
    return text_pane_action(&help->pane, action) ? SCREEN_DONE : SCREEN_PASS;
}

static ScreenResult help_mouse(void *self, const MouseEvent *event)
{
    HelpView *help = self;
    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        text_pane_scroll(&help->pane, event->kind == MOUSE_WHEEL_UP ? -3 : 3);
    return SCREEN_DONE;
}

static const ScreenOps help_ops = {
    .name = "help",
    .title = "Help",
    .keys = help_keys,
    .free = help_free,
    .update = help_update,
    .draw = help_draw,
    .describe = help_describe,
    .action = help_action,
    .mouse = help_mouse,
};

Screen *help_view_new(Ui *ui, const Screen *about)
{
    HelpView *help = g_new0(HelpView, 1);
    g_autofree char *rebind =
        g_strdup_printf("Every key can be changed in the configuration file:  key.%s.%s = %s",
                        about->ops->name, about->ops->keys[0].name, about->ops->keys[0].keys);

    help->about = g_strdup(about->ops->title);
    text_pane_init(&help->pane, true);
    text_pane_say(&help->pane, STYLE_HEADING, "%s", about->ops->title);
    say_rows(help, about->map, about->ops->keys);
    if (about->ops->keys->action)
        say_heading(help, "Everywhere");
    say_common(help, about->map, about->ops->keys);
    say_fields(help);
    text_pane_say(&help->pane, STYLE_NORMAL, " ");
    text_pane_say(&help->pane, STYLE_DIM, "%s", rebind);
    return screen_new(ui, &help_ops, help);
}
