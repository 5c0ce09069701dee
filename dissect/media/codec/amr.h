/* dissect/media/codec/amr.h - what AMR and AMR-WB have in common. Private to
 * dissect/media/codec/. */
#pragma once
#include "dissect/media/codec/amr_payload.h"
#include "dissect/media/codec/codec.h"

/* A library's decoder: one frame of 20 ms from its bytes. */
typedef void AmrDecodeFrame(void *decoder, const uint8_t *bytes, int16_t *out, bool bad);

typedef struct {
    void *decoder; /* owned by who opened it */
    AmrDecodeFrame *decode_frame;
    AmrFormat format;
    size_t frame_samples;
} Amr;

/* False when a=fmtp asks for CRCs, interleaving or robust sorting. */
bool amr_format(const CodecSetup *setup, bool wideband, AmrFormat *out);
size_t amr_decode(void *state, Slice payload, int16_t *out, size_t capacity);
size_t amr_conceal(void *state, int16_t *out, size_t capacity);
