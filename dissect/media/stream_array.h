/* dissect/media/stream_array.h - streams in order of discovery.
 * A removed stream leaves a hole, which the next reader closes: removing many takes linear time.
 * Private to dissect/media/. */
#pragma once
#include "dissect/media/stream.h"

typedef struct {
    GPtrArray *items; /* owns each Stream; NULL: a hole */
    unsigned holes;
} StreamArray;

void stream_array_init(StreamArray *array);
/* Frees the streams as well. */
void stream_array_clear(StreamArray *array);
void stream_array_add(StreamArray *array, Stream *stream);
/* The stream is the caller's afterwards. */
void stream_array_remove(StreamArray *array, Stream *stream);
/* By its number; NULL: there is none. */
Stream *stream_array_find(StreamArray *array, uint32_t number);
unsigned stream_array_count(const StreamArray *array);
void stream_array_compact(StreamArray *array);
