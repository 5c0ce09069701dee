/* dissect/media/codec/codec.h - what a codec is: one file with its CodecOps, one row in table.c.
 * Samples are 16-bit linear, channels interleaved; a frame is one sample of every channel.
 * Not for use outside dissect/media/codec/: others decode through decoder.h. */
#pragma once
#include "dissect/base/slice.h"

#define CODEC_CHANNELS_MAX 8u

typedef struct {
    unsigned variant; /* of the row; what it means is the codec's own */
    uint32_t rate_hz; /* of the samples */
    unsigned channels;
    const char *fmtp; /* NULL: none */
} CodecSetup;

typedef struct {
    /* NULL when the format's parameters ask for what is not supported. */
    void *(*open)(const CodecSetup *setup);
    void (*close)(void *state);
    /* Is the library there that is loaded only when it is needed? NULL: none is. */
    bool (*exists)(void);
    /* Did what was decoded last end with the beginning of a frame that goes on in the next packet?
     * Then nothing is missing when nothing could be played. NULL: such there is never. */
    bool (*waits)(const void *state);
    /* Of the samples, where the payload tells it: may change whenever something was decoded. NULL:
     * that of the setup. */
    uint32_t (*rate_hz)(const void *state);
    /* Decodes an RTP payload into at most @capacity frames and returns how many; 0 when there is
     * nothing in it that can be played. What is damaged in it counts as lost. */
    size_t (*decode)(void *state, Slice payload, int16_t *out, size_t capacity);
    /* What there was no room for when decode() decoded a payload, which must still be there: at
     * most
     * @capacity frames more; 0: nothing is left. NULL: there is room for any payload. */
    size_t (*more)(void *state, int16_t *out, size_t capacity);
    /* One frame of the codec's length in place of one that did not come: at most @capacity. NULL:
     * the codec has no concealment of its own. */
    size_t (*conceal)(void *state, int16_t *out, size_t capacity);
    /* How many frames before the packet @next its redundancy holds; NULL: such there is never. */
    size_t (*carried)(Slice next);
    /* Decodes those @frames; false when it cannot. NULL where @carried is. */
    bool (*recover)(void *state, Slice next, int16_t *out, size_t frames);
    bool fills_pauses; /* concealing goes on as comfort noise while the sender is silent */
} CodecOps;

typedef struct {
    const char *encoding; /* rtpmap name, compared without case */
    const CodecOps *ops;  /* ops->open NULL: its library was not there when rung was built */
    unsigned variant;
    uint32_t rate_hz;      /* of the samples; 0: the RTP clock */
    unsigned channels_max; /* 1: whatever the rtpmap says */
    const char *library;   /* that it needs; NULL: none */
} CodecRow;

/* NULL when there is none. */
const CodecRow *codec_row(const char *encoding);
/* All of them. */
const CodecRow *codec_table(unsigned *count);

extern const CodecOps codec_pcmu, codec_pcma, codec_linear, codec_g722, codec_g726, codec_gsm,
    codec_g729, codec_opus, codec_speex, codec_amr_nb, codec_amr_wb, codec_comfort_noise,
    codec_dvi4, codec_lpc10, codec_codec2, codec_g723, codec_ilbc, codec_mpa, codec_aac,
    codec_g7221, codec_vdvi, codec_mpa_robust, codec_gsm_efr;

/* G.726 rows: bits a sample, and how they stand in a byte. */
#define G726_VARIANT(bits, aal2) ((unsigned)(bits) | ((aal2) ? 0x100u : 0u))
/* AAC rows: how it is packed. */
enum { AAC_GENERIC, AAC_LATM };
/* G.722.1 rows: may frames stand between Microsoft's code and checksum? */
enum { G7221_PLAIN, G7221_PERHAPS_FRAMED };
