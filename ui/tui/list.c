#include "ui/tui/list.h"
#include "ui/tui/keys.h"
#include <glib.h>

void list_fit(List *list, unsigned count, unsigned rows)
{
    list->count = count;
    list->rows = MAX(rows, 1);
    list->at = count ? MIN(list->at, count - 1) : 0;
    if (list->top > list->at)
        list->top = list->at;
    if (list->at >= list->top + list->rows)
        list->top = list->at - list->rows + 1;
    if (list->top + list->rows > count)
        list->top = count > list->rows ? count - list->rows : 0;
}

void list_go(List *list, unsigned at)
{
    list->at = at;
    list_fit(list, list->count, list->rows);
}

void list_move(List *list, long by)
{
    long last = list->count ? (long)list->count - 1 : 0;
    list_go(list, (unsigned)CLAMP((long)list->at + by, 0, last));
}

void list_scroll(List *list, long by)
{
    long last_top = list->count > list->rows ? (long)(list->count - list->rows) : 0;
    list->top = (unsigned)CLAMP((long)list->top + by, 0, last_top);
    list->at = CLAMP(list->at, list->top, list->top + list->rows - 1);
    list_fit(list, list->count, list->rows);
}

bool list_action(List *list, int action)
{
    switch (action) {
    case ACTION_UP:
        list_move(list, -1);
        return true;
    case ACTION_DOWN:
        list_move(list, 1);
        return true;
    case ACTION_PAGE_UP:
        list_move(list, -(long)list->rows);
        return true;
    case ACTION_PAGE_DOWN:
        list_move(list, (long)list->rows);
        return true;
    case ACTION_HALF_UP:
        list_move(list, -(long)(list->rows / 2));
        return true;
    case ACTION_HALF_DOWN:
        list_move(list, (long)(list->rows / 2));
        return true;
    case ACTION_HOME:
        list_go(list, 0);
        return true;
    case ACTION_END:
        list_go(list, list->count);
        return true;
    default:
        return false;
    }
}

bool list_hit(const List *list, int y, unsigned *ret_row)
{
    if (y < 0 || (unsigned)y >= list->rows || list->top + (unsigned)y >= list->count)
        return false;
    *ret_row = list->top + (unsigned)y;
    return true;
}
