/* dissect/media/codec/frame_codec.h - codecs whose payloads are frames of known size one after the
 * other, decoded by libavcodec. Private to dissect/media/codec/. */
#pragma once
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/libav.h"

#define FRAME_SIZES_MAX 2u

typedef struct {
    const char *decoder; /* its name in libavcodec */
    uint32_t rate_hz;
    unsigned frame_bytes;                /* now one of @sizes */
    uint8_t sizes[FRAME_SIZES_MAX];      /* that frames can have, all in a stream the same */
    unsigned (*bytes_by)(uint8_t first); /* instead of @sizes: of the frame with that first byte,
                                             never 0 */
    bool hears_twice;                    /* the first frame, of which only the second time counts */
    Libav *libav;                        /* private */
} FrameCodec;

/* NULL when libavcodec does not have it. */
void *frame_codec_open(FrameCodec codec);
void frame_codec_close(void *state);
size_t frame_codec_decode(void *state, Slice payload, int16_t *out, size_t capacity);

#ifdef RUNG_HAVE_AVCODEC
#define FRAME_CODEC_OPS(open_it)                                                                   \
    {                                                                                              \
        .open = (open_it), .exists = libav_exists, .close = frame_codec_close,                     \
        .decode = frame_codec_decode                                                               \
    }
#else
#define FRAME_CODEC_OPS(open_it)                                                                   \
    {                                                                                              \
        .open = 0 ? (open_it) : NULL, .close = frame_codec_close, .exists = libav_exists,          \
        .decode = frame_codec_decode                                                               \
    }
#endif
