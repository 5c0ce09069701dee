#include "ui/tui/ladder_layout.h"
#include "ui/tui/cells.h"

#define GAP_MIN    18
#define GAP_MAX    56 /* longer labels are cut when there is no room for them */
#define ARROW_ENDS 7  /* strokes, head and blanks around a label, and the life line */
#define SIDE_LEFT  3  /* cells left of the first life line */
#define SIDE_RIGHT 6  /* cells right of the last one; half a name stands there */

static const LadderColumn *column_at(const Ladder *ladder, unsigned index)
{
    return &g_array_index(ladder->columns, LadderColumn, index);
}

/* The last gap of what a row spans is widened until its label fits. */
static void widen_for(const Ladder *ladder, const LadderRow *row, int *gaps)
{
    unsigned low = MIN(row->from, row->to), high = MAX(row->from, row->to);
    int needed = cells_width(row->label) + ARROW_ENDS, span = 0;

    if (low == high && ++high >= ladder->columns->len)
        return;
    for (unsigned i = low; i < high; i++)
        span += gaps[i];
    if (span < needed)
        gaps[high - 1] = MIN(gaps[high - 1] + needed - span, GAP_MAX);
}

int *ladder_wanted_gaps(const Ladder *ladder)
{
    unsigned count = ladder->columns->len;
    if (count < 2)
        return NULL;
    int *gaps = g_new(int, count - 1);
    for (unsigned i = 0; i + 1 < count; i++) {
        int names = cells_width(column_at(ladder, i)->name) / 2 +
                    cells_width(column_at(ladder, i + 1)->name) / 2 + 2;
        gaps[i] = MAX(GAP_MIN, names);
    }
    for (unsigned i = 0; i < ladder->rows->len; i++)
        widen_for(ladder, &g_array_index(ladder->rows, LadderRow, i), gaps);
    return gaps;
}

static int sum_capped(const int *gaps, unsigned count, int cap)
{
    int sum = 0;
    for (unsigned i = 0; i < count; i++)
        sum += MIN(gaps[i], cap);
    return sum;
}

/* The largest cap on the gaps with which they fit, at least GAP_MIN. */
static int fitting_cap(const int *gaps, unsigned count, int room)
{
    int low = GAP_MIN, high = GAP_MAX + GAP_MIN;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (sum_capped(gaps, count, middle) <= room)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

int ladder_place(const Ladder *ladder, const int *gaps, int room, int *x)
{
    unsigned count = ladder->columns->len;
    if (count == 0)
        return 0;
    int cap = fitting_cap(gaps, count - 1, room - SIDE_LEFT - SIDE_RIGHT);

    x[0] = SIDE_LEFT;
    for (unsigned i = 1; i < count; i++)
        x[i] = x[i - 1] + MIN(gaps[i - 1], cap);
    return x[count - 1] + SIDE_RIGHT;
}
