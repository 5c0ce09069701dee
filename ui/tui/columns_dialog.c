#include "ui/tui/columns_dialog.h"
#include <string.h>

#define BOX_COLUMNS 76

/* The chosen columns come first, in their order; the others follow. */
typedef struct {
    ColumnLayout *layout;
    ColumnLayout before; /* for Esc */
    ColumnLayout rest;   /* not chosen */
    List list;
    Rect box;
} ColumnsDialog;

enum {
    COLUMNS_TOGGLE = ACTION_OWN,
    COLUMNS_EARLIER,
    COLUMNS_LATER,
    COLUMNS_WIDER,
    COLUMNS_NARROWER,
    COLUMNS_AUTO,
    COLUMNS_USUAL,
};

static const KeyRow columns_keys[] = {
    { ACTION_ENTER, "accept", "Enter F10 t", "Done", "keep these columns" },
    { COLUMNS_TOGGLE, "toggle", "Space", "Show", "show this column, or do not" },
    { COLUMNS_EARLIER, "earlier", "K Left h", "Earlier", "move it to the left" },
    { COLUMNS_LATER, "later", "J Right l", "Later", "move it to the right" },
    { COLUMNS_WIDER, "wider", "+ =", "Wider", "a fixed width, one cell more" },
    { COLUMNS_NARROWER, "narrower", "-", "Narrower", "a fixed width, one cell less" },
    { COLUMNS_AUTO, "automatic", "a", "Auto", "as wide as there is room" },
    { COLUMNS_USUAL, "usual", "r", "Usual", "the usual columns again" },
    { ACTION_BACK, "back", "Esc q", "Cancel", "leave everything as it was" },
    { 0 },
};

static void columns_free(void *self)
{
    g_free(self);
}

static bool is_chosen(const ColumnLayout *layout, unsigned column)
{
    for (unsigned i = 0; i < layout->count; i++)
        if (layout->items[i].column == column)
            return true;
    return false;
}

static void collect_rest(ColumnsDialog *dialog)
{
    dialog->rest.count = 0;
    for (unsigned i = 0; i < dialog->layout->set->count && dialog->rest.count < COLUMN_LAYOUT_MAX;
         i++)
        if (!is_chosen(dialog->layout, i))
            dialog->rest.items[dialog->rest.count++] = (ColumnLayoutItem){ i, 0 };
}

static void columns_update(void *self, int rows, int columns)
{
    ColumnsDialog *dialog = self;
    unsigned count = dialog->layout->count + dialog->rest.count;

    dialog->box.rows = MIN((int)count + 4, rows);
    dialog->box.columns = MIN(BOX_COLUMNS, columns);
    dialog->box.y = (rows - dialog->box.rows) / 2;
    dialog->box.x = (columns - dialog->box.columns) / 2;
    list_fit(&dialog->list, count, (unsigned)MAX(dialog->box.rows - 4, 1));
}

static const ColumnLayoutItem *item_at(const ColumnsDialog *dialog, unsigned row)
{
    return row < dialog->layout->count ? &dialog->layout->items[row]
                                       : &dialog->rest.items[row - dialog->layout->count];
}

static void draw_item(const ColumnsDialog *dialog, WINDOW *window, Rect at, unsigned row)
{
    const ColumnLayoutItem *item = item_at(dialog, row);
    const ColumnHead *column = dialog->layout->set->head(item->column);
    bool chosen = row < dialog->layout->count;
    unsigned on = row == dialog->list.at ? STYLE_ON_CURSOR : 0;
    g_autofree char *width = item->width ? g_strdup_printf("%d", item->width) : g_strdup("auto");
    g_autofree char *text = g_strdup_printf("[%c] %-16s %5s  %s", chosen ? 'x' : ' ', column->name,
                                            chosen ? width : "", column->meaning);
    cells_field(window, at, (chosen ? STYLE_NORMAL : STYLE_DIM) | on, text);
}

static void columns_draw(const void *self, WINDOW *window)
{
    const ColumnsDialog *dialog = self;
    const Rect *box = &dialog->box;
    g_autofree char *layout = column_layout_text(dialog->layout);
    g_autofree char *setting = g_strdup_printf("%s = %s", dialog->layout->set->setting, layout);

    cells_box(window, *box, "Columns");
    for (unsigned i = 0; i < dialog->list.rows && dialog->list.top + i < dialog->list.count; i++)
        draw_item(dialog, window, cells_row(box->y + 1 + (int)i, box->x + 2, box->columns - 4),
                  dialog->list.top + i);
    cells_list_ends(window, *box, dialog->list.top > 0,
                    dialog->list.top + dialog->list.rows < dialog->list.count);
    cells_text(window, cells_row(box->y + box->rows - 2, box->x + 2, box->columns - 4), STYLE_DIM,
               setting);
}

static void toggle(ColumnsDialog *dialog)
{
    ColumnLayout *layout = dialog->layout;
    unsigned at = dialog->list.at;

    if (at < layout->count && layout->count > 1) {
        memmove(&layout->items[at], &layout->items[at + 1],
                (layout->count - at - 1) * sizeof *layout->items);
        layout->count--;
    } else if (at >= layout->count && layout->count < COLUMN_LAYOUT_MAX) {
        layout->items[layout->count] = dialog->rest.items[at - layout->count];
        layout->count++;
        dialog->list.at = layout->count - 1;
    }
    collect_rest(dialog);
}

static void move_item(ColumnsDialog *dialog, int by)
{
    ColumnLayout *layout = dialog->layout;
    long to = (long)dialog->list.at + by;

    if (dialog->list.at >= layout->count || to < 0 || to >= (long)layout->count)
        return;
    ColumnLayoutItem item = layout->items[dialog->list.at];
    layout->items[dialog->list.at] = layout->items[to];
    layout->items[to] = item;
    dialog->list.at = (unsigned)to;
}

static void resize_item(ColumnsDialog *dialog, int by)
{
    if (dialog->list.at >= dialog->layout->count)
        return;
    ColumnLayoutItem *item = &dialog->layout->items[dialog->list.at];
    int width = item->width ? item->width : dialog->layout->set->head(item->column)->width;
    item->width = by ? CLAMP(width + by, 2, 200) : 0;
}

static ScreenResult columns_action(void *self, int action)
{
    ColumnsDialog *dialog = self;

    switch (action) {
    case ACTION_ENTER:
        return (ScreenResult){ SCREEN_CLOSE, NULL };
    case ACTION_BACK:
        *dialog->layout = dialog->before;
        return (ScreenResult){ SCREEN_CLOSE, NULL };
    case COLUMNS_TOGGLE:
        toggle(dialog);
        return SCREEN_DONE;
    case COLUMNS_EARLIER:
    case COLUMNS_LATER:
        move_item(dialog, action == COLUMNS_LATER ? 1 : -1);
        return SCREEN_DONE;
    case COLUMNS_WIDER:
    case COLUMNS_NARROWER:
        resize_item(dialog, action == COLUMNS_WIDER ? 1 : -1);
        return SCREEN_DONE;
    case COLUMNS_AUTO:
        resize_item(dialog, 0);
        return SCREEN_DONE;
    case COLUMNS_USUAL:
        column_layout_parse(dialog->layout, dialog->layout->set, "");
        collect_rest(dialog);
        return SCREEN_DONE;
    default:
        return list_action(&dialog->list, action) ? SCREEN_DONE : SCREEN_PASS;
    }
}

static ScreenResult columns_mouse(void *self, const MouseEvent *event)
{
    ColumnsDialog *dialog = self;
    unsigned row;

    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        list_move(&dialog->list, event->kind == MOUSE_WHEEL_UP ? -1 : 1);
    else if (list_hit(&dialog->list, event->y - dialog->box.y - 1, &row)) {
        list_go(&dialog->list, row);
        toggle(dialog);
    }
    return SCREEN_DONE;
}

static const ScreenOps columns_ops = {
    .name = "columns",
    .title = "Columns",
    .keys = columns_keys,
    .is_dialog = true,
    .free = columns_free,
    .update = columns_update,
    .draw = columns_draw,
    .action = columns_action,
    .mouse = columns_mouse,
};

Screen *columns_dialog_new(Ui *ui, ColumnLayout *layout)
{
    ColumnsDialog *dialog = g_new0(ColumnsDialog, 1);
    dialog->layout = layout;
    dialog->before = *layout;
    collect_rest(dialog);
    return screen_new(ui, &columns_ops, dialog);
}
