#include "ui/tui/line_diff.h"
#include <string.h>

#define CELLS_MAX (4u * 1024 * 1024) /* of the table: 16 MiB */

typedef struct {
    const GPtrArray *left, *right;
    unsigned head;            /* common lines at the beginning */
    unsigned left_n, right_n; /* lines between these and the common end */
    unsigned *lengths; /* (left_n + 1) x (right_n + 1), of common subsequences from there on */
    GArray *rows;
} Diff;

static gboolean same_lines(const Diff *diff, unsigned left, unsigned right)
{
    return strcmp(g_ptr_array_index(diff->left, left), g_ptr_array_index(diff->right, right)) == 0;
}

static void add_row(Diff *diff, unsigned left, unsigned right, gboolean same)
{
    LineDiffRow row = { left, right, same };
    g_array_append_val(diff->rows, row);
}

static unsigned *length_at(const Diff *diff, unsigned i, unsigned j)
{
    return &diff->lengths[(size_t)i * (diff->right_n + 1) + j];
}

static void fill_table(Diff *diff)
{
    diff->lengths = g_new0(unsigned, (size_t)(diff->left_n + 1) * (diff->right_n + 1));
    for (unsigned i = diff->left_n; i-- > 0;)
        for (unsigned j = diff->right_n; j-- > 0;)
            *length_at(diff, i, j) =
                same_lines(diff, diff->head + i, diff->head + j)
                    ? *length_at(diff, i + 1, j + 1) + 1
                    : MAX(*length_at(diff, i + 1, j), *length_at(diff, i, j + 1));
}

/* Lines [i, to_i) and [j, to_j) have nothing in common: set side by side as far as they go. */
static void add_different(Diff *diff, unsigned i, unsigned to_i, unsigned j, unsigned to_j)
{
    while (i < to_i || j < to_j) {
        add_row(diff, i < to_i ? diff->head + i : LINE_DIFF_NONE,
                j < to_j ? diff->head + j : LINE_DIFF_NONE, FALSE);
        i += i < to_i;
        j += j < to_j;
    }
}

static void walk_table(Diff *diff)
{
    unsigned i = 0, j = 0, from_i = 0, from_j = 0;

    while (i < diff->left_n && j < diff->right_n) {
        if (same_lines(diff, diff->head + i, diff->head + j)) {
            add_different(diff, from_i, i, from_j, j);
            add_row(diff, diff->head + i, diff->head + j, TRUE);
            from_i = ++i;
            from_j = ++j;
        } else if (*length_at(diff, i + 1, j) >= *length_at(diff, i, j + 1)) {
            i++;
        } else {
            j++;
        }
    }
    add_different(diff, from_i, diff->left_n, from_j, diff->right_n);
}

GArray *line_diff(const GPtrArray *left, const GPtrArray *right)
{
    Diff diff = { .left = left, .right = right };
    unsigned tail = 0, shorter = MIN(left->len, right->len);

    diff.rows = g_array_new(FALSE, FALSE, sizeof(LineDiffRow));
    for (; diff.head < shorter && same_lines(&diff, diff.head, diff.head); diff.head++)
        add_row(&diff, diff.head, diff.head, TRUE);
    while (tail < shorter - diff.head &&
           same_lines(&diff, left->len - 1 - tail, right->len - 1 - tail))
        tail++;
    diff.left_n = left->len - diff.head - tail;
    diff.right_n = right->len - diff.head - tail;
    if ((uint64_t)(diff.left_n + 1) * (diff.right_n + 1) <= CELLS_MAX) {
        fill_table(&diff);
        walk_table(&diff);
        g_free(diff.lengths);
    } else {
        add_different(&diff, 0, diff.left_n, 0, diff.right_n);
    }
    for (unsigned i = tail; i > 0; i--)
        add_row(&diff, left->len - i, right->len - i, TRUE);
    return diff.rows;
}
