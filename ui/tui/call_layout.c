#include "ui/tui/call_layout.h"
#include <string.h>

#define USUAL_COLUMNS                                                                              \
    "index,time,method,from,to,source,destination,state,messages,pdd,duration,codec,loss,jitter"
#define COLUMN_GAP       1
#define COLUMN_WIDTH_MAX 200

static void add_item(CallLayout *layout, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 2);
    int column = parts[0] ? call_column_find(g_strstrip(parts[0])) : -1;
    int64_t width = parts[0] && parts[1] ? g_ascii_strtoll(parts[1], NULL, 10) : 0;

    if (column < 0 || layout->count == CALL_LAYOUT_MAX)
        return;
    layout->items[layout->count++] =
        (CallLayoutItem){ (unsigned)column, (int)CLAMP(width, 0, COLUMN_WIDTH_MAX) };
}

void call_layout_parse(CallLayout *layout, const char *text)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    layout->count = 0;
    for (unsigned i = 0; names[i]; i++)
        add_item(layout, names[i]);
    if (layout->count == 0 && strcmp(text, USUAL_COLUMNS) != 0)
        call_layout_parse(layout, USUAL_COLUMNS);
}

char *call_layout_text(const CallLayout *layout)
{
    GString *text = g_string_new(NULL);
    unsigned count;
    const CallColumn *columns = call_columns(&count);

    for (unsigned i = 0; i < layout->count; i++) {
        const CallLayoutItem *item = &layout->items[i];
        g_string_append_printf(text, "%s%s", i ? "," : "", columns[item->column].name);
        if (item->width)
            g_string_append_printf(text, ":%d", item->width);
    }
    return g_string_free(text, FALSE);
}

static const CallColumn *column_of(const CallLayoutItem *item)
{
    unsigned count;
    return &call_columns(&count)[item->column];
}

static int least_width(const CallLayoutItem *item)
{
    return item->width ? item->width : column_of(item)->width;
}

/* The chosen one that matters least; the first column always stays. */
static unsigned least_important(const CallLayoutItem *chosen, unsigned count)
{
    unsigned least = 1;
    for (unsigned i = 2; i < count; i++)
        if (column_of(&chosen[i])->importance <= column_of(&chosen[least])->importance)
            least = i;
    return least;
}

static int total_width(const CallLayoutItem *chosen, unsigned count)
{
    int total = -COLUMN_GAP;
    for (unsigned i = 0; i < count; i++)
        total += least_width(&chosen[i]) + COLUMN_GAP;
    return total;
}

/* Gives spare cells to the columns that can grow, one at a time to each. */
static void grow(const CallLayoutItem *chosen, PlacedColumn *placed, unsigned count, int spare)
{
    bool grew = true;
    while (spare > 0 && grew) {
        grew = false;
        for (unsigned i = 0; i < count && spare > 0; i++) {
            if (chosen[i].width || placed[i].width >= column_of(&chosen[i])->width_max)
                continue;
            placed[i].width++;
            spare--;
            grew = true;
        }
    }
}

unsigned call_layout_place(const CallLayout *layout, unsigned from, int width,
                           PlacedColumn placed[CALL_LAYOUT_MAX], unsigned *ret_hidden)
{
    CallLayoutItem chosen[CALL_LAYOUT_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < layout->count; i++)
        if (i == 0 || i > from)
            chosen[count++] = layout->items[i];
    while (count > 1 && total_width(chosen, count) > width) {
        unsigned least = least_important(chosen, count);
        memmove(&chosen[least], &chosen[least + 1], (count - least - 1) * sizeof *chosen);
        count--;
    }
    for (unsigned i = 0; i < count; i++)
        placed[i] = (PlacedColumn){ chosen[i].column, 0, least_width(&chosen[i]) };
    grow(chosen, placed, count, width - total_width(chosen, count));
    for (unsigned i = 1; i < count; i++)
        placed[i].x = placed[i - 1].x + placed[i - 1].width + COLUMN_GAP;
    *ret_hidden = layout->count - count;
    return count;
}
