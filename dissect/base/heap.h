/* dissect/base/heap.h - the memory behind malloc() in large pages.
 * Calls and tables are many small pieces that are touched in the order of the traffic: with pages
 * of 4 KiB nearly every touch also misses the processor's table of pages, which costs more than the
 * touch itself. Only a wish: where the kernel or the C library knows no large pages, nothing
 * changes. */
#pragma once

/* Once, before anything is allocated: one heap for all threads, grown in large steps. */
void heap_prepare(void);

/* A thread that asks for large pages for what the heap has grown by, and lets the kernel clear
 * those that come next, in place of the one that allocates. */
typedef struct HeapAhead HeapAhead;
HeapAhead *heap_ahead_new(void);
void heap_ahead_free(HeapAhead *ahead);
/* The last piece allocated is @newest, or not known when NULL: those behind it come next. Cheap;
 * once a block of packets. */
void heap_ahead_note(HeapAhead *ahead, void *newest);
