#include "dissect/media/codec/frame_codec.h"

static Libav *open_libav(const FrameCodec *codec)
{
    const LibavSetup setup = {
        .decoder = codec->decoder,
        .rate_hz = codec->rate_hz,
        .channels = 1,
        .frame_bytes = codec->frame_bytes,
    };
    return libav_open(&setup);
}

void *frame_codec_open(FrameCodec codec)
{
    codec.libav = open_libav(&codec);
    return codec.libav ? g_memdup2(&codec, sizeof codec) : NULL;
}

void frame_codec_close(void *state)
{
    FrameCodec *codec = state;
    libav_close(codec->libav);
    g_free(codec);
}

/* An answer may have chosen another size than this side's SDP says: the payload itself tells. */
static void fit_size(FrameCodec *codec, size_t bytes)
{
    if (bytes % codec->frame_bytes == 0)
        return;
    for (unsigned i = 0; i < FRAME_SIZES_MAX; i++) {
        FrameCodec other = *codec;
        other.frame_bytes = codec->sizes[i];
        if (other.frame_bytes == 0 || bytes % other.frame_bytes != 0)
            continue;
        other.libav = open_libav(&other);
        if (!other.libav)
            return;
        libav_close(codec->libav);
        *codec = other;
        return;
    }
}

size_t frame_codec_decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    FrameCodec *codec = state;
    size_t done = 0;

    if (!codec->bytes_by)
        fit_size(codec, payload.len);
    while (payload.len > 0) {
        unsigned bytes = codec->bytes_by ? codec->bytes_by(payload.data[0]) : codec->frame_bytes;
        Slice frame = slice_sub(payload, 0, bytes);
        if (bytes > payload.len)
            break;
        if (codec->hears_twice)
            libav_decode(codec->libav, frame, out + done, capacity - done);
        codec->hears_twice = false;
        done += libav_decode(codec->libav, frame, out + done, capacity - done);
        payload = slice_from(payload, bytes);
    }
    return done;
}
