/* dissect/media/codec/libav.h - frames of a codec to samples, by libavcodec. It is loaded when the
 * first stream that needs it is decoded: linked, it and what it needs would make every start of
 * rung 25 ms longer. Private to dissect/media/codec/. */
#pragma once
#include "dissect/base/slice.h"

typedef struct Libav Libav;

typedef struct {
    const char *decoder; /* its name in libavcodec: "g723_1" */
    uint32_t rate_hz;
    unsigned channels;    /* of what is made; the mean for 1 */
    unsigned frame_bytes; /* 0: of no importance */
    Slice config;         /* the codec's own description, as AudioSpecificConfig; may be empty */
} LibavSetup;

/* Can the library be loaded? */
bool libav_exists(void);
/* NULL when it has no such decoder, or the decoder does not take the setup. */
Libav *libav_open(const LibavSetup *setup);
void libav_close(Libav *libav);
/* One whole frame into at most @capacity frames of samples; returns how many, 0 when it is damaged
 * or more than that. */
size_t libav_decode(Libav *libav, Slice frame, int16_t *out, size_t capacity);
/* What the stream says it is; of the setup before it said so. */
uint32_t libav_rate_hz(const Libav *libav);
