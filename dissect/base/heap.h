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

/* Makes the kernel clear the pages behind @newest, the last piece allocated, before they are used.
 * For a thread that has time, in place of the one that allocates. Cheap when they are there. */
void heap_populate(const void *newest);
