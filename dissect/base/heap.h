/* dissect/base/heap.h - the memory behind malloc() in large pages.
 * Calls and tables are many small pieces that are touched in the order of the traffic: with pages
 * of 4 KiB nearly every touch also misses the processor's table of pages, which costs more than the
 * touch itself. Only a wish: where the kernel or the C library knows no large pages, nothing
 * changes. */
#pragma once

/* Once, before anything is allocated: one heap for all threads, grown in large steps. */
void heap_prepare(void);

/* Asks for large pages for what the heap has grown by since the last time. Cheap; for one thread,
 * once a block of packets. @end is the last answer, NULL at first; returns the next one. */
void *heap_use_large_pages(void *end);

/* A thread that lets the kernel clear pages before they are used, in place of the one that
 * allocates. */
typedef struct HeapAhead HeapAhead;
HeapAhead *heap_ahead_new(void);
void heap_ahead_free(HeapAhead *ahead);
/* The last piece allocated is @newest, or not known when NULL: those behind it come next. Now and
 * then, as once a block of packets. */
void heap_ahead_note(HeapAhead *ahead, void *newest);
