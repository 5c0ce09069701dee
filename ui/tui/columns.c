#include "ui/tui/columns.h"
#include "dissect/base/clock.h"
#include <math.h>

#define REAL_SCALE 1e6

int column_find(const ColumnSet *set, const char *name)
{
    for (unsigned i = 0; i < set->count; i++)
        if (g_ascii_strcasecmp(set->head(i)->name, name) == 0)
            return (int)i;
    return -1;
}

SortKey sort_key_text(const char *text)
{
    return (SortKey){ .text = text ? text : "", .unknown = !text || !*text };
}

SortKey sort_key_number(int64_t number)
{
    return (SortKey){ .number = number, .unknown = number == TIME_UNKNOWN };
}

SortKey sort_key_real(double value)
{
    return sort_key_number(isnan(value) ? TIME_UNKNOWN : (int64_t)(value * REAL_SCALE));
}

static int compare_known(const SortKey *a, const SortKey *b)
{
    if (a->text && b->text)
        return g_ascii_strcasecmp(a->text, b->text);
    return (a->number > b->number) - (a->number < b->number);
}

int sort_key_compare(const SortKey *a, const SortKey *b, bool reverse)
{
    if (a->unknown != b->unknown)
        return a->unknown ? 1 : -1;
    int order = a->unknown ? 0 : compare_known(a, b);
    return reverse ? -order : order;
}
