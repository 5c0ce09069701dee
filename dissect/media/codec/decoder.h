/* dissect/media/codec/decoder.h - RTP payloads to samples, whatever the codec.
 * 16-bit linear, channels interleaved; a frame is one sample of every channel. Any bytes may be
 * given to it. One decoder a payload type and stream: nearly all codecs remember. */
#pragma once
#include "dissect/media/payload.h"

#define DECODER_SAMPLES_MAX 48000u /* of one payload, all channels: a second of mono Opus */

typedef struct Decoder Decoder;

typedef enum {
    DECODER_OK,
    DECODER_UNKNOWN,     /* no such codec in rung */
    DECODER_MISSING,     /* its library was not there when rung was built */
    DECODER_UNSUPPORTED, /* its parameters ask for what is not supported */
} DecoderStatus;

/* Can it be decoded, and at which rate and number of channels? */
DecoderStatus decoder_find(const PayloadFormat *format, uint32_t *out_rate_hz,
                           unsigned *out_channels);
/* "no decoder for G723", one line without what it concerns; the caller frees it. */
char *decoder_refusal(const PayloadFormat *format, DecoderStatus status);

/* NULL unless decoder_find() says DECODER_OK. */
Decoder *decoder_new(const PayloadFormat *format);
void decoder_free(Decoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Decoder, decoder_free)

/* May change when something was decoded: some codecs tell it in their frames. */
uint32_t decoder_rate_hz(const Decoder *decoder);
unsigned decoder_channels(const Decoder *decoder);
/* What is silent between packets is comfort noise, to be had from decoder_conceal(). */
bool decoder_fills_pauses(const Decoder *decoder);

/* @out holds DECODER_SAMPLES_MAX samples. Returns frames; 0: nothing in it can be played. */
size_t decoder_decode(Decoder *decoder, Slice payload, int16_t *out);
/* The same of what the payload decoded last, which must still be there, holds beyond it; 0: nothing
 * more. */
size_t decoder_more(Decoder *decoder, int16_t *out);
/* It was the beginning of a frame whose rest is in the packets that follow. */
bool decoder_waits(const Decoder *decoder);
/* Fills exactly @frames (at most DECODER_SAMPLES_MAX samples) in place of what did not come, as a
 * receiver would: from the redundancy in the packet behind them (@next, or SLICE_EMPTY), by the
 * codec's own concealment, or by repeating the wave form, which fades away. */
void decoder_conceal(Decoder *decoder, Slice next, int16_t *out, size_t frames);
