/* ui/tui/merge_sort.h - a stable sort that can be done in pieces, so that nobody waits for it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int (*MergeCompare)(const void *a, const void *b, const void *context);

typedef struct {
    void **items, **scratch; /* the latter owned */
    size_t count;
    size_t width; /* sorted runs are this long */
    size_t left;  /* first run of the pair that is being merged */
    size_t i, j;  /* next of either run */
    MergeCompare compare;
    const void *context;
} MergeSort;

/* Sorts @items, which stay the caller's and must not be touched before it is done. */
void merge_sort_begin(MergeSort *sort, void **items, size_t count, MergeCompare compare,
                      const void *context);
/* Moves about @budget items; true when everything is in order. */
bool merge_sort_step(MergeSort *sort, size_t budget);
/* Releases what it needed; also when it is not done. */
void merge_sort_end(MergeSort *sort);
