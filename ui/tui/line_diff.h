/* ui/tui/line_diff.h - which lines two texts have in common, in order (longest common
 * subsequence). */
#pragma once
#include <glib.h>
#include <stdint.h>

#define LINE_DIFF_NONE UINT_MAX

/* One row of the two texts set side by side. */
typedef struct {
    unsigned left, right; /* line numbers; LINE_DIFF_NONE: nothing on this side */
    gboolean same;
} LineDiffRow;

/* @left and @right are arrays of char *. Beyond a size that would take long the middle parts are
 * set side by side without looking for common lines. Free with g_array_unref(). */
GArray *line_diff(const GPtrArray *left, const GPtrArray *right);
