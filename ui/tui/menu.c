#include "ui/tui/menu.h"

typedef struct {
    char *title;
    char **items;
    int width; /* of the widest item */
    List list;
    void *owner;
    ScreenVerb (*pick)(void *owner, unsigned item);
    Screen *(*open)(Ui *ui, unsigned item);
    Ui *ui;
    Rect box;
} Menu;

static const KeyRow menu_keys[] = {
    { ACTION_ENTER, "choose", "Enter Space", "Choose", "take the row under the cursor" },
    { ACTION_BACK, "back", "Esc q", "Cancel", "leave everything as it was" },
    { 0 },
};

static void menu_free(void *self)
{
    Menu *menu = self;
    g_strfreev(menu->items);
    g_free(menu->title);
    g_free(menu);
}

static void menu_update(void *self, int rows, int columns)
{
    Menu *menu = self;
    unsigned count = g_strv_length(menu->items);
    int wanted = MAX(menu->width, cells_width(menu->title)) + 6;

    menu->box.rows = MIN((int)count + 2, rows);
    menu->box.columns = MIN(wanted, columns);
    menu->box.y = (rows - menu->box.rows) / 2;
    menu->box.x = (columns - menu->box.columns) / 2;
    list_fit(&menu->list, count, (unsigned)MAX(menu->box.rows - 2, 1));
}

static void menu_draw(const void *self, WINDOW *window)
{
    const Menu *menu = self;

    cells_box(window, menu->box, menu->title);
    for (unsigned i = 0; i < menu->list.rows && menu->list.top + i < menu->list.count; i++) {
        unsigned item = menu->list.top + i;
        unsigned on = item == menu->list.at ? STYLE_ON_CURSOR : 0;
        Rect row = cells_row(menu->box.y + 1 + (int)i, menu->box.x + 1, menu->box.columns - 2);
        cells_blank(window, row, STYLE_NORMAL | on);
        row.x += 2;
        row.columns -= 3;
        cells_text(window, row, STYLE_NORMAL | on, menu->items[item]);
    }
    cells_list_ends(window, menu->box, menu->list.top > 0,
                    menu->list.top + menu->list.rows < menu->list.count);
}

static ScreenResult menu_pick(Menu *menu)
{
    if (menu->open)
        return (ScreenResult){ SCREEN_REPLACE, menu->open(menu->ui, menu->list.at) };
    ScreenVerb verb = menu->pick(menu->owner, menu->list.at);
    return (ScreenResult){ verb, NULL };
}

static ScreenResult menu_action(void *self, int action)
{
    Menu *menu = self;
    if (list_action(&menu->list, action))
        return SCREEN_DONE;
    if (action == ACTION_ENTER)
        return menu_pick(menu);
    return SCREEN_PASS;
}

static ScreenResult menu_mouse(void *self, const MouseEvent *event)
{
    Menu *menu = self;
    unsigned row;

    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN) {
        list_move(&menu->list, event->kind == MOUSE_WHEEL_UP ? -1 : 1);
        return SCREEN_DONE;
    }
    if (!list_hit(&menu->list, event->y - menu->box.y - 1, &row))
        return SCREEN_PASS;
    list_go(&menu->list, row);
    return menu_pick(menu);
}

static const ScreenOps menu_ops = {
    .name = "menu",
    .title = "Menu",
    .keys = menu_keys,
    .is_dialog = true,
    .free = menu_free,
    .update = menu_update,
    .draw = menu_draw,
    .action = menu_action,
    .mouse = menu_mouse,
};

Screen *menu_new(Ui *ui, const MenuSpec *spec)
{
    Menu *menu = g_new0(Menu, 1);
    menu->title = g_strdup(spec->title);
    menu->items = g_strdupv((char **)spec->items);
    menu->owner = spec->owner;
    menu->pick = spec->pick;
    menu->open = spec->open;
    menu->ui = ui;
    menu->list = (List){ .count = g_strv_length(menu->items), .at = spec->chosen };
    for (unsigned i = 0; menu->items[i]; i++)
        menu->width = MAX(menu->width, cells_width(menu->items[i]));
    return screen_new(ui, &menu_ops, menu);
}

Screen *sort_menu_new(Ui *ui, const ColumnSet *set, unsigned chosen, const MenuSpec *spec)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    MenuSpec menu = *spec;

    for (unsigned i = 0; i < set->count; i++)
        g_ptr_array_add(items,
                        g_strdup_printf("%-16s %s", set->head(i)->name, set->head(i)->meaning));
    g_ptr_array_add(items, NULL);
    menu.title = "Sort by (the same again turns the order round)";
    menu.items = (const char *const *)items->pdata;
    menu.chosen = chosen;
    return menu_new(ui, &menu);
}
