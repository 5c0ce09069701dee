/* capture/hep_stream.c - see hep_stream.h. */
#include "capture/hep_stream.h"
#include <stdbool.h>
#include <string.h>

#define MAGIC_BYTES  4u
#define HEADER_BYTES 6u

uint8_t *hep_stream_room(HepStream *stream, size_t *ret_size)
{
    size_t left = stream->end - stream->begin;
    if (left > 0 && stream->begin > 0)
        memmove(stream->bytes, stream->bytes + stream->begin, left);
    stream->begin = 0;
    stream->end = left;
    *ret_size = HEP_STREAM_BYTES - left;
    return stream->bytes + left;
}

void hep_stream_added(HepStream *stream, size_t size)
{
    g_assert(size <= HEP_STREAM_BYTES - stream->end);
    stream->end += size;
}

/* HEP3 was called EEP3 for a while. */
static bool may_begin_packet(const uint8_t *bytes, size_t size)
{
    size_t length = MIN(size, MAGIC_BYTES);
    return memcmp(bytes, "HEP3", length) == 0 || memcmp(bytes, "EEP3", length) == 0;
}

HepStreamStatus hep_stream_next(HepStream *stream, const uint8_t **ret_bytes, size_t *ret_size)
{
    const uint8_t *bytes = stream->bytes + stream->begin;
    size_t left = stream->end - stream->begin;

    if (!may_begin_packet(bytes, left))
        return HEP_STREAM_BROKEN;
    if (left < HEADER_BYTES)
        return HEP_STREAM_MORE;
    size_t length = (size_t)bytes[MAGIC_BYTES] << 8 | bytes[MAGIC_BYTES + 1];
    if (length < HEADER_BYTES)
        return HEP_STREAM_BROKEN;
    if (left < length)
        return HEP_STREAM_MORE;
    stream->begin += length;
    *ret_bytes = bytes;
    *ret_size = length;
    return HEP_STREAM_PACKET;
}
