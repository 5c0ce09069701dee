#include "ui/tui/column_layout.h"
#include <glib.h>
#include <string.h>

#define COLUMN_GAP       1
#define COLUMN_WIDTH_MAX 200

static void add_item(ColumnLayout *layout, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 2);
    int column = parts[0] ? column_find(layout->set, g_strstrip(parts[0])) : -1;
    int64_t width = parts[0] && parts[1] ? g_ascii_strtoll(parts[1], NULL, 10) : 0;

    if (column < 0 || layout->count == COLUMN_LAYOUT_MAX)
        return;
    layout->items[layout->count++] =
        (ColumnLayoutItem){ (unsigned)column, (int)CLAMP(width, 0, COLUMN_WIDTH_MAX) };
}

void column_layout_parse(ColumnLayout *layout, const ColumnSet *set, const char *text)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    layout->set = set;
    layout->count = 0;
    for (unsigned i = 0; names[i]; i++)
        add_item(layout, names[i]);
    if (layout->count == 0 && strcmp(text, set->usual) != 0)
        column_layout_parse(layout, set, set->usual);
}

char *column_layout_text(const ColumnLayout *layout)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < layout->count; i++) {
        const ColumnLayoutItem *item = &layout->items[i];
        g_string_append_printf(text, "%s%s", i ? "," : "", layout->set->head(item->column)->name);
        if (item->width)
            g_string_append_printf(text, ":%d", item->width);
    }
    return g_string_free(text, FALSE);
}

/* The columns that are placed, while it is found out which. */
typedef struct {
    const ColumnSet *set;
    unsigned count;
    ColumnLayoutItem items[COLUMN_LAYOUT_MAX];
} Chosen;

static const ColumnHead *head_of(const Chosen *chosen, unsigned index)
{
    return chosen->set->head(chosen->items[index].column);
}

static int least_width(const Chosen *chosen, unsigned index)
{
    int width = chosen->items[index].width;
    return width ? width : head_of(chosen, index)->width;
}

/* The one that matters least; the first column always stays. */
static unsigned least_important(const Chosen *chosen)
{
    unsigned least = 1;
    for (unsigned i = 2; i < chosen->count; i++)
        if (head_of(chosen, i)->importance <= head_of(chosen, least)->importance)
            least = i;
    return least;
}

static void leave_out(Chosen *chosen, unsigned index)
{
    chosen->count--;
    memmove(&chosen->items[index], &chosen->items[index + 1],
            (chosen->count - index) * sizeof *chosen->items);
}

static int total_width(const Chosen *chosen)
{
    int total = -COLUMN_GAP;
    for (unsigned i = 0; i < chosen->count; i++)
        total += least_width(chosen, i) + COLUMN_GAP;
    return total;
}

/* Gives spare cells to the columns that can grow, one at a time to each. */
static void grow(const Chosen *chosen, PlacedColumn *placed, int spare)
{
    bool grew = true;
    while (spare > 0 && grew) {
        grew = false;
        for (unsigned i = 0; i < chosen->count && spare > 0; i++) {
            if (chosen->items[i].width || placed[i].width >= head_of(chosen, i)->width_max)
                continue;
            placed[i].width++;
            spare--;
            grew = true;
        }
    }
}

unsigned column_layout_place(const ColumnLayout *layout, unsigned from, int width,
                             PlacedColumn placed[COLUMN_LAYOUT_MAX], unsigned *ret_hidden)
{
    Chosen chosen = { .set = layout->set };

    for (unsigned i = 0; i < layout->count; i++)
        if (i == 0 || i > from)
            chosen.items[chosen.count++] = layout->items[i];
    while (chosen.count > 1 && total_width(&chosen) > width)
        leave_out(&chosen, least_important(&chosen));
    for (unsigned i = 0; i < chosen.count; i++)
        placed[i] = (PlacedColumn){ chosen.items[i].column, 0, least_width(&chosen, i) };
    grow(&chosen, placed, width - total_width(&chosen));
    for (unsigned i = 1; i < chosen.count; i++)
        placed[i].x = placed[i - 1].x + placed[i - 1].width + COLUMN_GAP;
    *ret_hidden = layout->count - chosen.count;
    return chosen.count;
}
