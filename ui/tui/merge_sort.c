#include "ui/tui/merge_sort.h"
#include <glib.h>
#include <string.h>

void merge_sort_begin(MergeSort *sort, void **items, size_t count, MergeCompare compare,
                      const void *context)
{
    *sort = (MergeSort){
        .items = items,
        .scratch = g_new(void *, MAX(count, 1)),
        .count = count,
        .width = 1,
        .j = MIN(1, count),
        .compare = compare,
        .context = context,
    };
}

static void begin_pair(MergeSort *sort, size_t left)
{
    sort->left = left;
    sort->i = left;
    sort->j = MIN(left + sort->width, sort->count);
}

/* Merges on, at most until the pair of runs is through. Returns what of @budget is left. */
static size_t merge_pair(MergeSort *sort, size_t budget)
{
    size_t middle = MIN(sort->left + sort->width, sort->count);
    size_t end = MIN(sort->left + 2 * sort->width, sort->count);

    while (budget > 0 && (sort->i < middle || sort->j < end)) {
        bool from_left =
            sort->j >= end ||
            (sort->i < middle &&
             sort->compare(sort->items[sort->i], sort->items[sort->j], sort->context) <= 0);
        size_t to = sort->i + sort->j - middle;
        sort->scratch[to] = from_left ? sort->items[sort->i++] : sort->items[sort->j++];
        budget--;
    }
    if (sort->i >= middle && sort->j >= end)
        begin_pair(sort, end);
    return budget;
}

bool merge_sort_step(MergeSort *sort, size_t budget)
{
    while (sort->width < sort->count) {
        if (budget == 0)
            return false;
        budget = merge_pair(sort, budget);
        if (sort->left < sort->count)
            continue;
        memcpy(sort->items, sort->scratch, sort->count * sizeof *sort->items);
        sort->width *= 2;
        begin_pair(sort, 0);
    }
    return true;
}

void merge_sort_end(MergeSort *sort)
{
    g_free(sort->scratch);
    sort->scratch = NULL;
}
