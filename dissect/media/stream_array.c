/* dissect/media/stream_array.c - see stream_array.h */
#include "dissect/media/stream_array.h"

void stream_array_init(StreamArray *array)
{
    *array = (StreamArray){ .items = g_ptr_array_new() };
}

void stream_array_clear(StreamArray *array)
{
    for (unsigned i = 0; i < array->items->len; i++)
        stream_free(g_ptr_array_index(array->items, i));
    g_ptr_array_free(array->items, TRUE);
    *array = (StreamArray){ .items = NULL };
}

void stream_array_add(StreamArray *array, Stream *stream)
{
    stream->position = array->items->len;
    g_ptr_array_add(array->items, stream);
}

void stream_array_remove(StreamArray *array, Stream *stream)
{
    g_ptr_array_index(array->items, stream->position) = NULL;
    array->holes++;
}

unsigned stream_array_count(const StreamArray *array)
{
    return array->items->len - array->holes;
}

void stream_array_compact(StreamArray *array)
{
    unsigned kept = 0;

    if (array->holes == 0)
        return;
    for (unsigned i = 0; i < array->items->len; i++) {
        Stream *stream = g_ptr_array_index(array->items, i);
        if (!stream)
            continue;
        stream->position = kept;
        g_ptr_array_index(array->items, kept++) = stream;
    }
    g_ptr_array_set_size(array->items, (int)kept);
    array->holes = 0;
}

Stream *stream_array_find(StreamArray *array, uint32_t number)
{
    stream_array_compact(array);
    unsigned low = 0, high = array->items->len;

    while (low < high) { /* they stand in order of discovery */
        unsigned middle = low + (high - low) / 2;
        Stream *stream = g_ptr_array_index(array->items, middle);
        if (stream->number == number)
            return stream;
        if (stream->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
