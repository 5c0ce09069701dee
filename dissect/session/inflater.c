#include "dissect/session/inflater.h"
#include <zlib.h>

#define WINDOW_BITS 15 /* the largest fits all */
#define STEP_BYTES  16384u

struct Inflater {
    z_stream stream;
};

Inflater *inflater_new(void)
{
    Inflater *inflater = g_new0(Inflater, 1);

    if (inflateInit2(&inflater->stream, -WINDOW_BITS) == Z_OK)
        return inflater;
    g_free(inflater);
    return NULL;
}

void inflater_free(Inflater *inflater)
{
    if (!inflater)
        return;
    inflateEnd(&inflater->stream);
    g_free(inflater);
}

void inflater_reset(Inflater *inflater)
{
    inflateReset(&inflater->stream);
}

static DissectStatus inflate_part(Inflater *inflater, Slice part, size_t max, GByteArray *out)
{
    z_stream *stream = &inflater->stream;
    uint8_t step[STEP_BYTES];

    stream->next_in = (uint8_t *)part.data;
    stream->avail_in = (uInt)part.len;
    for (;;) {
        stream->next_out = step;
        stream->avail_out = sizeof step;
        int result = inflate(stream, Z_SYNC_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return DISSECT_MALFORMED;
        size_t got = sizeof step - stream->avail_out;
        if (out->len + got > max)
            return DISSECT_TRUNCATED;
        g_byte_array_append(out, step, (guint)got);
        if (result == Z_STREAM_END) /* a last block may end a message, RFC 7692 section 7.2.3.4 */
            inflateReset(stream);
        if (stream->avail_in == 0 && stream->avail_out > 0)
            return DISSECT_OK;
        if (got == 0 && result == Z_BUF_ERROR)
            return DISSECT_OK;
    }
}

DissectStatus inflater_message(Inflater *inflater, Slice message, size_t max, GByteArray *out)
{
    /* what the sender cut off, RFC 7692 section 7.2.2 */
    static const uint8_t tail[] = { 0, 0, 0xff, 0xff };
    DissectStatus status = DISSECT_OK;

    if (message.len > 0)
        status = inflate_part(inflater, message, max, out);
    if (status == DISSECT_OK)
        status = inflate_part(inflater, slice_of(tail, sizeof tail), max, out);
    if (status != DISSECT_OK)
        inflater_reset(inflater);
    return status;
}
